"""Command and response APDUs and status words from the chip's side (ISO/IEC 7816-4, 5.1 and 5.2).

Data objects inside commands are read as strictly as a chip reads them.
"""

from dataclasses import dataclass
from enum import IntEnum

from data.certificates.malformed import Malformed
from data.certificates.tlv import elements

SHORT, EXTENDED = 256, 65_536
"""The longest answer of each form; what an Le of zeros asks for."""


class SimulatedStatus(IntEnum):
    """SW1 and SW2."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    """There are fewer bytes than were asked for."""
    NOT_AUTHENTICATED = 0x6300
    WRONG_LENGTH = 0x6700
    NO_CHANNELS = 0x6881
    LAST_OF_CHAIN = 0x6883
    NOT_ALLOWED = 0x6982
    BLOCKED = 0x6983
    NOT_NOW = 0x6985
    """Conditions of use are not satisfied."""
    NO_FILE_SELECTED = 0x6986
    NO_SECURE_OBJECTS = 0x6987
    BAD_SECURE_OBJECTS = 0x6988
    BAD_DATA = 0x6A80
    NO_SUCH_FILE = 0x6A82
    BAD_PARAMETERS = 0x6A86
    BAD_LENGTH_FOR_PARAMETERS = 0x6A87
    NO_SUCH_KEY = 0x6A88
    BEYOND_END = 0x6B00
    UNKNOWN_COMMAND = 0x6D00
    UNKNOWN_CLASS = 0x6E00


class SimulatedRefusal(Exception):
    """The chip refuses a command."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"{status:04X}")


@dataclass(frozen=True, slots=True)
class SimulatedCommand:
    """One command."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    """Bytes that are expected; None where Le is absent."""
    longest: int = SHORT
    """The longest answer that the form of the command allows."""

    @property
    def is_protected(self) -> bool:
        """Whether it says it comes in secure messaging, its header authenticated."""
        return self.cla & 0x0C == 0x0C

    @property
    def is_chained(self) -> bool:
        """Whether another command of its chain follows."""
        return bool(self.cla & 0x10)

    @property
    def header(self) -> bytes:
        """Its first four bytes."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def parameters(self) -> int:
        """P1 and P2 as one number."""
        return self.p1 << 8 | self.p2


@dataclass(frozen=True, slots=True)
class SimulatedResponse:
    """One response."""

    data: bytes = b""
    status: int = SimulatedStatus.OK

    def encode(self) -> bytes:
        """The bytes on the line."""
        return self.data + self.status.to_bytes(2, "big")


def read_command(raw: bytes) -> SimulatedCommand:
    """The command in `raw`, of any case; SimulatedRefusal WRONG_LENGTH when its lengths do not add up."""
    if len(raw) < 4:
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    header, body = (raw[0], raw[1], raw[2], raw[3]), raw[4:]
    if len(body) <= 1:
        return SimulatedCommand(*header, le=(body[0] or SHORT) if body else None)
    if body[0] == 0 and len(body) >= 3:
        return _read_extended(header, body)
    size, rest = body[0], body[1:]
    if size == 0 or len(rest) not in (size, size + 1):
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    return SimulatedCommand(*header, data=rest[:size], le=(rest[size] or SHORT) if len(rest) > size else None)


def read_objects(data: bytes, most: int = 16) -> dict[int, bytes]:
    """Values by tag, in their order; SimulatedRefusal BAD_DATA for anything else, and for a tag that is there twice."""
    values: dict[int, bytes] = {}
    try:
        for element in elements(data):
            if element.tag in values or len(values) >= most:
                raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
            values[element.tag] = element.value
    except Malformed:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA) from None
    return values


def read_template(data: bytes, tag: int) -> dict[int, bytes]:
    """The objects in the one template `tag` that `data` is; SimulatedRefusal BAD_DATA."""
    outer = read_objects(data)
    if list(outer) != [tag]:
        raise SimulatedRefusal(SimulatedStatus.BAD_DATA)
    return read_objects(outer[tag])


def _read_extended(header: tuple[int, int, int, int], body: bytes) -> SimulatedCommand:
    size, rest = int.from_bytes(body[1:3], "big"), body[3:]
    if not rest:
        return SimulatedCommand(*header, le=size or EXTENDED, longest=EXTENDED)
    if size == 0 or len(rest) not in (size, size + 2):
        raise SimulatedRefusal(SimulatedStatus.WRONG_LENGTH)
    le = (int.from_bytes(rest[size:], "big") or EXTENDED) if len(rest) > size else None
    return SimulatedCommand(*header, data=rest[:size], le=le, longest=EXTENDED)
