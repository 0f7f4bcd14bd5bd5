"""Bar codes beside the zone: what was in them, untouched, and what they seem to be.

A bar code corrects its own reading errors, so its bytes are those that were printed; who printed them is another
question.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from data.documents.boarding_pass import is_boarding_pass_start
from data.documents.reader_frames import text_pieces, unframe_json, unframe_seal

LARGEST_BYTES = 4_096
"""Of one code. The largest, a QR code of version 40, holds 2,953."""
MOST_CODES = 4
"""Of one picture, and of one request from outside; a screening has all codes that came with its traveller."""

_SHORTEST_PASS = 60


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
class MissingCode:
    """What is remembered of a code whose content is not kept."""

    kind: BarcodeKind
    digest: str
    """SHA-256 of the content, hexadecimal: by it the code is known when it is read again."""

    @classmethod
    def of(cls, code: "Barcode") -> "MissingCode":
        """What is remembered of `code`."""
        return code.missing or cls(code.kind, sha256(code.content).hexdigest())


@dataclass(frozen=True, slots=True)
class Barcode:
    """One code as it was read."""

    symbology: Symbology
    content: bytes
    missing: "MissingCode | None" = None
    """Set where the code was read, and its content is not here any more: then `content` is empty."""

    @property
    def kind(self) -> BarcodeKind:
        """What it seems to be, without what a reader sent around it."""
        if self.missing:
            return self.missing.kind
        json = unframe_json(self.content)
        if json[:1] == b"{" and b'"data"' in json and b'"sig"' in json:
            return BarcodeKind.OPEN_SEAL
        if unframe_seal(self.content)[:1] == b"\xdc":
            return BarcodeKind.SEAL
        if any(is_boarding_pass_start(text) and len(text) >= _SHORTEST_PASS for text in text_pieces(self.content)):
            return BarcodeKind.BOARDING_PASS
        return BarcodeKind.OTHER
