"""The interface of a framing, and the bounds that all framings keep."""

from typing import Protocol

from data.text import _
from devices.faults import DeviceFault, FaultReason

LONGEST_BYTES = 2_048
"""Of one document. A zone has 90; the rest is for a reader's own fields."""
SILENCE_S = 0.3
"""Without a byte, after which a text without end mark is complete."""
BROKEN_OFF_S = 2.0
"""Without a byte, after which a text whose end mark is missing is given up."""

FramedText = str | DeviceFault
"""A document's text, lines joined by line feeds, or why there is none."""


class Framing(Protocol):
    """Makes documents of bytes. It has no clock: its channel reports silence."""

    ask: bytes
    """Inquiry to which the reader answers; empty for readers that send by themselves."""

    @property
    def has_begun(self) -> bool:
        """Whether only a part of a document has been received so far."""

    def feed(self, data: bytes) -> list[FramedText]:
        """Documents that `data` completes."""

    def silence(self, seconds: float) -> list[FramedText]:
        """Documents that are complete, or given up, after so many seconds without a byte."""

    def reset(self) -> None:
        """Discard an incomplete document."""


def too_long_fault() -> DeviceFault:
    """The fault of a text without end."""
    return DeviceFault(
        FaultReason.PROTOCOL,
        _("The reader sent more than {number} bytes without an end mark", number=LONGEST_BYTES),
        hint=_("Set the framing in the device's URL to what the reader sends (`waypost kit bench` shows it)"),
    )


def broken_off_fault() -> DeviceFault:
    """The fault of a text whose end is missing."""
    return DeviceFault(FaultReason.BAD_READ, _("The reader stopped in the middle of a document"))


def decode_text(data: bytes) -> str:
    """Bytes as text, one character per byte, with any kind of line end as line feed and none at the end."""
    text = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip("\n")
