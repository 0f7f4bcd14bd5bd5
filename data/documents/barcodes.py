"""Bar codes beside the zone: what was in them, untouched, and what they seem to be.

A bar code corrects its own reading errors, so its bytes are those that were printed; who printed them is another
question.
"""

from dataclasses import dataclass
from enum import StrEnum

LARGEST_BYTES = 4_096
"""Of one code. The largest, a QR code of version 40, holds 2,953."""
MOST_CODES = 4
"""Of one picture, and of one request from outside; a screening has all codes that came with its traveller."""


class Symbology(StrEnum):
    """Kinds of two-dimensional code that travel papers carry."""

    QR = "qr"
    AZTEC = "aztec"
    PDF417 = "pdf417"
    DATA_MATRIX = "data_matrix"
    UNKNOWN = "unknown"
    """A code's bytes from a file or a hand scanner that does not say."""


class BarcodeKind(StrEnum):
    """What a code seems to be by its first bytes; whether it holds that is for its own parser."""

    BOARDING_PASS = "boarding_pass"  # noqa: S105  (no password)
    SEAL = "seal"
    """A visible digital seal (Doc 9303-13)."""
    OPEN_SEAL = "open_seal"
    """A seal for papers that are not short of room, in JSON (VDS-NC)."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Barcode:
    """One code as it was read."""

    symbology: Symbology
    content: bytes

    @property
    def kind(self) -> BarcodeKind:
        """What it seems to be."""
        start = self.content[:64].lstrip()
        if self.content[:1] == b"\xdc":
            return BarcodeKind.SEAL
        if start[:1] == b"{" and b'"data"' in self.content and b'"sig"' in self.content:
            return BarcodeKind.OPEN_SEAL
        if start[:1] == b"M" and start[1:2] in (b"1", b"2", b"3", b"4") and len(self.content) >= 60:
            return BarcodeKind.BOARDING_PASS
        return BarcodeKind.OTHER
