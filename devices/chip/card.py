"""A chip in conversation: plain at first, through an encrypted channel once there is one, never plain again.

A channel that broke stays broken: nothing more is said to the chip until it is reached anew.
"""

from devices.chip.apdu import SHORT_EXPECTED, Command, Response
from devices.chip.errors import ChannelBroken, ChipRefused
from devices.chip.line import Line
from devices.chip.messaging import SecureChannel
from devices.chip.patience import Patience

_APPLICATION = bytes.fromhex("A0000002471001")
"""The travel document among a chip's applications (Doc 9303-10, 3.1)."""
_SELECT = 0xA4
_BY_NAME, _BY_FILE = 0x04, 0x02
_MASTER_FILE = bytes.fromhex("3F00")
_NO_RESPONSE = 0x0C


class Card:
    """One chip on a reader."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._channel: SecureChannel | None = None
        self._broken = False
        self.response_limit = SHORT_EXPECTED
        """The largest response the chip can give."""

    def secure(self, channel: SecureChannel) -> None:
        """Speak through `channel` from now on."""
        self._channel = channel

    @property
    def patience(self) -> Patience:
        """How long the reading may last."""
        return self._line.patience

    @property
    def is_broken(self) -> bool:
        """Whether the channel has ended."""
        return self._broken

    @property
    def most_data(self) -> int:
        """How many bytes of a file fit into one response."""
        return self._channel.most_data(self.response_limit) if self._channel else self.response_limit

    def send(self, command: Command) -> Response:
        """The response to a command, whatever its status. Where the chip names the right length, that is asked for.

        Raises:
            ChipGone, ChipSlow, ReadingCancelled, ChipMalformed, ChannelBroken.
        """
        response = self._once(command)
        right = response.status.right_length
        if right is None or right == command.expected:
            return response
        return self._once(Command(command.cla, command.ins, command.p1, command.p2, command.data, right))

    def ask(self, command: Command, refused: str) -> bytes:
        """The data of a response; ChipRefused with the sentence `refused` unless the command was carried out."""
        response = self.send(command)
        if not response.status.ok:
            raise ChipRefused(response.status, refused)
        return response.data

    def select_application(self) -> None:
        """Turn to the travel document; ChipRefused when the chip has none."""
        self.ask(
            Command(0, _SELECT, _BY_NAME, _NO_RESPONSE, _APPLICATION),
            "The chip holds no travel document that can be read",
        )

    def select_master_file(self) -> None:
        """Turn to the files of no application. A chip that is there already may refuse; that is no fault."""
        self.send(Command(0, _SELECT, 0, _NO_RESPONSE, _MASTER_FILE))

    def select_file(self, file_id: int, name: str) -> None:
        """Turn to a file; ChipRefused when there is none."""
        command = Command(0, _SELECT, _BY_FILE, _NO_RESPONSE, file_id.to_bytes(2, "big"))
        self.ask(command, f"The chip does not give {name}")

    def _once(self, command: Command) -> Response:
        if self._channel is None:
            return self._line.exchange(command)
        if self._broken:
            raise ChannelBroken("The encrypted channel to the chip has ended")
        try:
            return self._channel.open(self._line.exchange(self._channel.protect(command)))
        except BaseException:
            self._broken = True
            raise
