"""Exchanges commands with one chip: plain at first, then through an encrypted channel, and never plain again.

- A channel that broke stays broken: nothing more is said to the chip until it is opened anew.
- Below it, a transport is bounded in time and size. What is left of a response (61xx) is fetched with GET RESPONSE
  until all is there (ISO/IEC 7816-4, 7.6.1). 6Cxx is the caller's: asking again with the right length may need a new
  encryption.
- A chip that keeps silent when it is shown a key delays: it was shown wrong keys before.
"""

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
"""Of one response: the longest one in whole pieces is half as many."""
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
                raise ChipMalformed("The chip says that more waits, and gives nothing or too much")
        return ResponseApdu(data, response.status)

    def _once(self, command: CommandApdu) -> ResponseApdu:
        self.deadline.check()
        self._commands += 1
        if self._commands > MOST_COMMANDS:
            raise ChipMalformed(f"The chip was not read to its end in {MOST_COMMANDS} commands")
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
            return self.deadline.expiry_error("The chip does not answer")
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
        """The response to a command, whatever its status. Where the chip names the right length, that is asked for.

        Raises:
            ChipGone, ChipSlow, ReadingCancelled, ChipMalformed, ChannelBroken.
        """
        response = self._once(command)
        right = response.status.right_length
        if right is None or right == command.expected:
            return response
        return self._once(CommandApdu(command.cla, command.ins, command.p1, command.p2, command.data, right))

    def ask(self, command: CommandApdu, refused: str) -> bytes:
        """The data of a response; ChipRefused with the sentence `refused` unless the command was carried out."""
        response = self.send(command)
        if not response.status.ok:
            raise ChipRefused(response.status, refused)
        return response.data

    def select_application(self) -> None:
        """Turn to the travel document; ChipRefused when the chip has none."""
        self.ask(
            CommandApdu(0, _SELECT, _BY_NAME, _NO_RESPONSE, _APPLICATION),
            "The chip holds no travel document that can be read",
        )

    def select_master_file(self) -> None:
        """Turn to the files of no application. A chip that is there already may refuse; that is no fault."""
        self.send(CommandApdu(0, _SELECT, 0, _NO_RESPONSE, _MASTER_FILE))

    def select_file(self, file_id: int, name: str) -> None:
        """Turn to a file; ChipRefused when there is none."""
        command = CommandApdu(0, _SELECT, _BY_FILE, _NO_RESPONSE, file_id.to_bytes(2, "big"))
        self.ask(command, f"The chip does not give {name}")

    def _once(self, command: CommandApdu) -> ResponseApdu:
        if self._channel is None:
            return self._transport.exchange(command)
        if self._broken:
            raise ChannelBroken("The encrypted channel to the chip has ended")
        try:
            return self._channel.open(self._transport.exchange(self._channel.protect(command)))
        except BaseException:
            self._broken = True
            raise


def show_key(card: Card, command: CommandApdu) -> ResponseApdu:
    """The response to a command of a proof. A chip that keeps silent over it delays: it was shown wrong keys."""
    with card.deadline.report_expiry_as(_delay_error):
        return card.send(command)


def _delay_error(_: str) -> AccessRefused:
    return AccessRefused(AccessCause.DELAYED, "The chip takes its time, as chips do after wrong keys")
