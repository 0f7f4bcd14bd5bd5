"""Commands to a chip and its responses (ISO/IEC 7816-3, 12.1; 7816-4, 5.1): cases 1 to 4, short and extended.

Tag-length-value elements inside commands have definite lengths, as short as they can be (X.690, 10.1).
"""

from dataclasses import dataclass

from data.text import _
from devices.chip.errors import ChipMalformed
from devices.chip.status import StatusWord

SHORT_DATA = 255
SHORT_EXPECTED = 256
MOST_DATA = 65_535
MOST_EXPECTED = 65_536


def encode_tlv(tag: int, *parts: bytes) -> bytes:
    """One element whose value is all the parts; `tag` with all its bytes: 0x87, 0x7F49."""
    value = b"".join(parts)
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + _encode_length(len(value)) + value


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """One command. Short lengths are used wherever they suffice, unless `long_form` asks for extended ones."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int = 0
    """Most bytes of the response; 0 if none is expected."""
    long_form: bool = False

    @property
    def header(self) -> bytes:
        """CLA, INS, P1, P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def is_extended(self) -> bool:
        """Whether its lengths have the extended form."""
        return self.long_form or len(self.data) > SHORT_DATA or self.expected > SHORT_EXPECTED

    def encode(self) -> bytes:
        """The bytes that go to the chip. ValueError for lengths that no command has."""
        if len(self.data) > MOST_DATA or not 0 <= self.expected <= MOST_EXPECTED:
            raise ValueError("A command cannot have this length")
        return self.header + (self._extended_body() if self.is_extended else self._short_body())

    def _short_body(self) -> bytes:
        lc = bytes((len(self.data),)) + self.data if self.data else b""
        return lc + (bytes((self.expected & 0xFF,)) if self.expected else b"")

    def _extended_body(self) -> bytes:
        lc = b"\x00" + len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        le = (self.expected & 0xFFFF).to_bytes(2, "big") if self.expected else b""
        return lc + (le if lc else b"\x00" + le)


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """A chip's answer."""

    data: bytes
    status: StatusWord


def read_response(answer: bytes) -> ResponseApdu:
    """The response in a chip's bytes; ChipMalformed if there are too few or too many."""
    if not 2 <= len(answer) <= MOST_EXPECTED + 2:
        raise ChipMalformed(_("The chip answered with {bytes} bytes, which is not a response", bytes=len(answer)))
    return ResponseApdu(answer[:-2], StatusWord(int.from_bytes(answer[-2:], "big")))


def _encode_length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets
