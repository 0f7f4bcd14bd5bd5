"""Exchanges commands with one chip: plain at first, then through an encrypted channel, and never plain again.

- A channel that broke stays broken: nothing more is sent to the chip until it is opened again.
- The transport below is bounded in time and size. The rest of a response (61xx) is fetched with GET RESPONSE until it
  is complete (ISO/IEC 7816-4, 7.6.1): in plain if the chip cut a protected response into parts, in the channel if it
  protected each part. 6Cxx is left to the caller: a new try with the right length may need a new
  encryption.
- SELECT is repeated in other forms until the chip accepts one or says that there is no such file; the form that it
  accepted is tried first from then on.
- A chip that does not answer when it is shown a key is delaying, because it was shown wrong keys before.
"""

from collections.abc import Callable
from dataclasses import replace

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
_SELECT_FORMS = ((0x0C, 0), (0x00, SHORT_EXPECTED), (0x00, 0))
"""P2 and expected length of SELECT: without information about the file; with it; with it, but none is fetched."""
_NO_SUCH_FILE, _NOT_ALLOWED = 0x6A82, 0x6982


_NOT_THE_CHIPS = frozenset({FaultReason.NO_DRIVER, FaultReason.DENIED, FaultReason.SETUP})
"""Faults of the reader that say nothing about a chip: the technician ends them."""


class BoundedTransport:
    """A transport for the length of one reading."""

    def __init__(self, transport: Transport, deadline: Deadline) -> None:
        self._transport = transport
        self.deadline = deadline
        self._commands = 0

    def exchange(self, command: CommandApdu, is_whole: Callable[[bytes], bool] = lambda data: False) -> ResponseApdu:
        """The whole response to a command. Of data that `is_whole` accepts, the rest is not fetched.

        Raises:
            ChipGone, ChipSlow, ReadingCancelled, ChipMalformed; DeviceFault NO_DRIVER, DENIED, SETUP.
        """
        response = self._once(command)
        data = response.data
        pieces = 0
        while (more := response.status.more_bytes) is not None and not is_whole(data):
            pieces += 1
            response = self._once(CommandApdu(0, _GET_RESPONSE, 0, 0, expected=more))
            if (right := response.status.right_length) is not None and not response.data:
                response = self._once(CommandApdu(0, _GET_RESPONSE, 0, 0, expected=right))
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
        if fault.reason in _NOT_THE_CHIPS:
            raise fault
        if fault.reason is FaultReason.TIMEOUT:
            return self.deadline.expiry_error(_("The chip does not answer"))
        return ChipError(fault.what, do=fault.hint)


class Card:
    """One chip on a reader."""

    def __init__(self, transport: BoundedTransport, read_limit: int = MOST_EXPECTED) -> None:
        self._transport = transport
        self._channel: SecureChannel | None = None
        self._broken = False
        self._select_forms: tuple[tuple[int, int], ...] = _SELECT_FORMS
        self.response_limit = SHORT_EXPECTED
        """The largest response the chip can give."""
        self.read_limit = read_limit
        """Most bytes of a file to ask for at a time; lower once the chip has refused more."""

    def fresh(self) -> "Card":
        """The same chip before it is opened, with the lengths that it is known to give."""
        return Card(self._transport, self.read_limit)

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
    def is_protected(self) -> bool:
        """Whether there is a channel, in which a MAC protects every response against errors of transport."""
        return self._channel is not None

    @property
    def most_data(self) -> int:
        """How many bytes of a file to ask for at a time: what fits into one response, and no more than `read_limit`."""
        return min(self.room(self.response_limit), self.read_limit)

    def room(self, limit: int) -> int:
        """How many bytes of data a response of at most `limit` bytes can carry, in the channel if there is one."""
        return self._channel.most_data(limit) if self._channel else limit

    def send(self, command: CommandApdu) -> ResponseApdu:
        """The response to a command, whatever its status. If the chip names another length, it is asked for that.

        Raises:
            ChipGone, ChipSlow, ReadingCancelled, ChipMalformed, ChannelBroken.
        """
        response = self._once(command)
        right = response.status.right_length
        if right is None or right == command.expected:
            return response
        return self._once(replace(command, expected=right))

    def ask(self, command: CommandApdu, refused: Message) -> bytes:
        """The data of the response; ChipRefused with the sentence `refused` unless the chip carries it out."""
        response = self.send(command)
        if not response.status.ok:
            raise ChipRefused(response.status, refused)
        return response.data

    def select_application(self) -> None:
        """Select the travel document; ChipRefused if the chip has none or does not give it."""
        response = self._select(_BY_NAME, _APPLICATION)
        if response.status.ok:
            return
        if response.status.word == _NO_SUCH_FILE:
            raise ChipRefused(response.status, _("There is no travel document on the chip"))
        raise ChipRefused(response.status, _("The chip does not give its travel document"))

    def select_master_file(self) -> None:
        """Select the files outside all applications, by their identifier or without one (ISO/IEC 7816-4, 11.2.2).

        A chip may refuse if they are selected already.
        """
        if not self._select(0, _MASTER_FILE).status.ok:
            self._select(0, b"")

    def select_file(self, file_id: int, name: str) -> None:
        """Select a file; ChipRefused if there is none."""
        response = self._select(_BY_FILE, file_id.to_bytes(2, "big"))
        if not response.status.ok:
            raise ChipRefused(response.status, _("The chip does not give {name}", name=name))

    def _select(self, by: int, name: bytes) -> ResponseApdu:
        """The response in the first form that the chip accepts, or what it says about the file; else the first one."""
        responses = []
        for form in self._select_forms:
            p2, expected = form
            response = self.send(CommandApdu(0, _SELECT, by, p2, name, expected))
            if response.status.ok:
                self._select_forms = (form, *(other for other in _SELECT_FORMS if other != form))
            if response.status.ok or response.status.word in (_NO_SUCH_FILE, _NOT_ALLOWED):
                return response
            responses.append(response)
        return responses[0]

    def _once(self, command: CommandApdu) -> ResponseApdu:
        if self._channel is None:
            return self._transport.exchange(command)
        if self._broken:
            raise ChannelBroken(_("The encrypted channel to the chip has ended"))
        try:
            return self._exchange_protected(self._channel, command)
        except BaseException:
            self._broken = True
            raise

    def _exchange_protected(self, channel: SecureChannel, command: CommandApdu) -> ResponseApdu:
        """The response. Its rest (61xx) is fetched in the channel if each part is protected by itself."""
        response = channel.open(self._transport.exchange(channel.protect(command), channel.is_whole))
        data = response.data
        for _piece in range(_MOST_PIECES):
            more = response.status.more_bytes
            if more is None:
                return ResponseApdu(data, response.status)
            part = channel.protect(CommandApdu(0, _GET_RESPONSE, 0, 0, expected=more))
            response = channel.open(self._transport.exchange(part, channel.is_whole))
            data += response.data
        raise ChipMalformed(_("The chip announces more data, but gives nothing or too much"))


def show_key(card: Card, command: CommandApdu) -> ResponseApdu:
    """The response to a command that shows a key. AccessRefused DELAYED if the chip does not answer in time."""
    with card.deadline.report_expiry_as(_delay_error):
        return card.send(command)


def _delay_error(_what: Message) -> AccessRefused:
    return AccessRefused(AccessCause.DELAYED, _("The chip delays its answer, as chips do after wrong keys"))
