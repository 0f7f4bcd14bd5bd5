"""A chip that says its lines: each command must be the one that was written down."""


class Spoken:
    """Commands and responses in turn, in hexadecimal."""

    def __init__(self, *lines: str) -> None:
        self._lines = [bytes.fromhex(line) for line in lines]

    def transmit(self, command: bytes) -> bytes:
        expected, response, *self._lines = self._lines
        assert command.hex() == expected.hex()
        return response

    @property
    def is_over(self) -> bool:
        return not self._lines
