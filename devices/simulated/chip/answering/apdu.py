"""Command and response APDUs from the chip's side (ISO/IEC 7816-4, 5.1 and 5.2)."""

from dataclasses import dataclass

from devices.simulated.chip.answering.status import Refusal, Status

SHORT, EXTENDED = 256, 65_536
"""The longest answer of each form; what an Le of zeros asks for."""


@dataclass(frozen=True, slots=True)
class Command:
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
    def protected(self) -> bool:
        """Whether it says it comes in secure messaging, its header authenticated."""
        return self.cla & 0x0C == 0x0C

    @property
    def chained(self) -> bool:
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
class Answer:
    """One response."""

    data: bytes = b""
    status: int = Status.OK

    def encode(self) -> bytes:
        """The bytes on the line."""
        return self.data + self.status.to_bytes(2, "big")


def read_command(raw: bytes) -> Command:
    """The command in `raw`, of any case; Refusal WRONG_LENGTH when its lengths do not add up."""
    if len(raw) < 4:
        raise Refusal(Status.WRONG_LENGTH)
    header, body = (raw[0], raw[1], raw[2], raw[3]), raw[4:]
    if len(body) <= 1:
        return Command(*header, le=(body[0] or SHORT) if body else None)
    if body[0] == 0 and len(body) >= 3:
        return _extended(header, body)
    size, rest = body[0], body[1:]
    if size == 0 or len(rest) not in (size, size + 1):
        raise Refusal(Status.WRONG_LENGTH)
    return Command(*header, data=rest[:size], le=(rest[size] or SHORT) if len(rest) > size else None)


def _extended(header: tuple[int, int, int, int], body: bytes) -> Command:
    size, rest = int.from_bytes(body[1:3], "big"), body[3:]
    if not rest:
        return Command(*header, le=size or EXTENDED, longest=EXTENDED)
    if size == 0 or len(rest) not in (size, size + 2):
        raise Refusal(Status.WRONG_LENGTH)
    le = (int.from_bytes(rest[size:], "big") or EXTENDED) if len(rest) > size else None
    return Command(*header, data=rest[:size], le=le, longest=EXTENDED)
