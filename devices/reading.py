"""What a document reader delivered, unchanged, and where it came from."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from data.documents.barcodes import Barcode
from data.documents.travel_document import Provenance

LONGEST_RAW = 4_096
"""Characters of one reading. The longest zone has 90; a longer reading is BAD_READ."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One presentation of one document."""

    raw: str
    """Text as the reader sent it, lines joined by line feeds. It is not necessarily an MRZ."""
    provenance: Provenance
    codes: tuple[Barcode, ...] = ()
    """Bar codes in the picture; if there was no zone with them, `raw` is empty."""
    is_held: bool = field(default=False, compare=False)
    """Whether its source (a dropped file) stays until it is said to be safe (`devices.ports.acknowledge`)."""


@dataclass(frozen=True, slots=True)
class RawReading:
    """A zone's text from pictures, how certain it is, and the codes in the same pictures."""

    text: str
    """Lines joined by line feeds."""
    doubts: tuple[int, ...] = ()
    """Positions of uncertain characters, not counting line feeds."""
    agreeing: int = 1
    """Number of pictures with the same text."""
    codes: tuple[Barcode, ...] = ()


def make_reading(
    device: str, driver: str, at: datetime, read: str | RawReading, *, simulated: bool, is_held: bool = False
) -> Reading:
    """The reading with its provenance; the SHA-256 is that of the codes if there is no text."""
    reading = RawReading(read) if isinstance(read, str) else read
    raw = reading.text.encode("utf-8", "surrogatepass") or b"".join(code.content for code in reading.codes)
    provenance = Provenance(device, driver, at, sha256(raw).hexdigest(), simulated, reading.doubts, reading.agreeing)
    return Reading(reading.text, provenance, reading.codes, is_held)
