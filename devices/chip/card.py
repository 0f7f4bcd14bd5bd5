"""Exchanges commands with one chip: plain at first, then through an encrypted channel, and never plain again.

- A channel that broke stays broken: nothing more is sent to the chip until it is opened again.
- The transport below is bounded in time and size. The rest of a response (61xx) is fetched with GET RESPONSE until it
  is complete (ISO/IEC 7816-4, 7.6.1). 6Cxx is left to the caller: a new try with the right length may need a new
  encryption.
- A chip that does not answer when it is shown a key is delaying, because it was shown wrong keys before.
"""

from data.text import Message, _
from devices.chip.apdu import MOST_EXPECTED, SHORT_EXPECTED, CommandApdu, ResponseApdu, read_response
from devices.chip.deadline import Deadline
from devices.chip.errors import (
    AccessCause,
    AccessRefused,
    ChannelBroken,
    ChipError,
    ChipGone,
    ChipMalformed,
    ChipRefused,
)
from devices.chip.secure_messaging import SecureChannel
from devices.faults import DeviceFault, FaultReason
from devices.ports import Transport

_GET_RESPONSE = 0xC0
_MOST_PIECES = 2 * MOST_EXPECTED // 256
"""Of one response: twice as many as the longest response has."""
MOST_COMMANDS = 20_000
"""Commands of one reading: the largest file allowed, 256 bytes at a time, and all others, twice."""

_APPLICATION = bytes.fromhex("A0000002471001")
"""The travel document among a chip's applications (Doc 9303-10, 3.1)."""
_SELECT = 0xA4
_BY_NAME, _BY_FILE = 0x04, 0x02
_MASTER_FILE = bytes.fromhex("3F00")
_NO_RESPONSE = 0x0C


class BoundedTransport:
    """A transport for the length of one reading."""

    def __init__(self, transport: Transport, deadline: Deadline) -> None:
        self._transport = transport
        self.deadline = deadline
        self._commands = 0

    def exchange(self, command: CommandApdu) -> ResponseApdu:
        """The whole response to a command.

        Raises:
            ChipGone, ChipSlow, ReadingCancelled, ChipMalformed.
        """
        response = self._once(command)
        data = response.data
        pieces = 0
        while (more := response.status.more_bytes) is not None:
            pieces += 1
            response = self._once(CommandApdu(0, _GET_RESPONSE, 0, 0, expected=more))
            data += response.data
            if not response.data or pieces > _MOST_PIECES or len(data) > MOST_EXPECTED:
                raise ChipMalformed(_("The chip announces more data, but gives nothing or too much"))
        return ResponseApdu(data, response.status)

    def _once(self, command: CommandApdu) -> ResponseApdu:
        self.deadline.check()
        self._commands += 1
        if self._commands > MOST_COMMANDS:
            raise ChipMalformed(_("The chip was not fully read after {number} commands", number=MOST_COMMANDS))
        try:
            answer = self._transport.transmit(command.encode())
        except DeviceFault as fault:
            raise self._chip_error(fault) from fault
        self.deadline.check()
        return read_response(answer)

    def _chip_error(self, fault: DeviceFault) -> ChipError:
        if fault.reason is FaultReason.UNPLUGGED:
            return ChipGone()
        if fault.reason is FaultReason.TIMEOUT:
            return self.deadline.expiry_error(_("The chip does not answer"))
        return ChipError(fault.what, do=fault.hint)


class Card:
    """One chip on a reader."""

    def __init__(self, transport: BoundedTransport) -> None:
        self._transport = transport
        self._channel: SecureChannel | None = None
        self._broken = False
        self.response_limit = SHORT_EXPECTED
        """The largest response the chip can give."""

    def secure(self, channel: SecureChannel) -> None:
        """Speak through `channel` from now on."""
        self._channel = channel

    @property
    def deadline(self) -> Deadline:
        """How long the reading may last."""
        return self._transport.deadline

    @property
    def is_broken(self) -> bool:
        """Whether the channel has ended."""
        return self._broken

    @property
    def most_data(self) -> int:
        """How many bytes of a file fit into one response."""
        return self._channel.most_data(self.response_limit) if self._channel else self.response_limit

    def send(self, command: CommandApdu) -> ResponseApdu:
        """The response to a command, whatever its status. If the chip names another length, it is asked for that.

        Raises:
            ChipGone, ChipSlow, ReadingCancelled, ChipMalformed, ChannelBroken.
        """
        response = self._once(command)
        right = response.status.right_length
        if right is None or right == command.expected:
            return response
        return self._once(CommandApdu(command.cla, command.ins, command.p1, command.p2, command.data, right))

    def ask(self, command: CommandApdu, refused: Message) -> bytes:
        """The data of the response; ChipRefused with the sentence `refused` unless the chip carries it out."""
        response = self.send(command)
        if not response.status.ok:
            raise ChipRefused(response.status, refused)
        return response.data

    def select_application(self) -> None:
        """Select the travel document; ChipRefused if the chip has none."""
        self.ask(
            CommandApdu(0, _SELECT, _BY_NAME, _NO_RESPONSE, _APPLICATION),
            _("There is no travel document on the chip"),
        )

    def select_master_file(self) -> None:
        """Select the files outside all applications. A chip may refuse if they are selected already."""
        self.send(CommandApdu(0, _SELECT, 0, _NO_RESPONSE, _MASTER_FILE))

    def select_file(self, file_id: int, name: str) -> None:
        """Select a file; ChipRefused if there is none."""
        command = CommandApdu(0, _SELECT, _BY_FILE, _NO_RESPONSE, file_id.to_bytes(2, "big"))
        self.ask(command, _("The chip does not give {name}", name=name))

    def _once(self, command: CommandApdu) -> ResponseApdu:
        if self._channel is None:
            return self._transport.exchange(command)
        if self._broken:
            raise ChannelBroken(_("The encrypted channel to the chip has ended"))
        try:
            return self._channel.open(self._transport.exchange(self._channel.protect(command)))
        except BaseException:
            self._broken = True
            raise


def show_key(card: Card, command: CommandApdu) -> ResponseApdu:
    """The response to a command that shows a key. AccessRefused DELAYED if the chip does not answer in time."""
    with card.deadline.report_expiry_as(_delay_error):
        return card.send(command)


def _delay_error(_what: Message) -> AccessRefused:
    return AccessRefused(AccessCause.DELAYED, _("The chip delays its answer, as chips do after wrong keys"))
