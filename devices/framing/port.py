"""What a framing is, and the bounds that all keep."""

from typing import Protocol

from devices.faults import DeviceFault, FaultReason

LONGEST_BYTES = 2_048
"""Of one document. A zone has 90; the rest is room for a reader's own fields."""
SILENCE_S = 0.3
"""Without a byte: a text that has no end mark is over."""
BROKEN_OFF_S = 2.0
"""Without a byte: a text whose end mark never came is given up."""

FramedText = str | DeviceFault
"""A document's text, lines joined by line feeds, or why there is none."""


class Framing(Protocol):
    """Turns bytes into documents. It holds no clock: its channel tells it of silence."""

    ask: bytes
    """What the host sends now and then so that the reader answers; empty for readers that speak by themselves."""

    @property
    def has_begun(self) -> bool:
        """Whether part of a document has come."""

    def feed(self, data: bytes) -> list[FramedText]:
        """Documents that `data` completes."""

    def silence(self, seconds: float) -> list[FramedText]:
        """Nothing came for so long; what is over by that is given up or given out."""

    def reset(self) -> None:
        """Forget what was begun."""


def too_long_fault() -> DeviceFault:
    """The fault of a text without end."""
    return DeviceFault(
        FaultReason.PROTOCOL,
        f"The reader sent more than {LONGEST_BYTES} bytes without an end mark",
        hint="Set the framing in the device's URL to what the reader sends (waypost kit bench shows it)",
    )


def broken_off_fault() -> DeviceFault:
    """The fault of a text whose end never came."""
    return DeviceFault(FaultReason.BAD_READ, "The reader broke off in the middle of a document")


def decode_text(data: bytes) -> str:
    """Bytes as text, one character a byte, line ends of any kind as line feeds, none at the end."""
    text = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip("\n")
