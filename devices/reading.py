"""What a document reader delivered, untouched, and where it came from."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from data.documents.barcodes import Barcode
from data.documents.travel_document import Provenance

LONGEST_RAW = 4_096
"""Characters of one reading. The longest zone has 90; a driver refuses more than this as BAD_READ."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One presentation of one document."""

    raw: str
    """Text as the reader sent it, lines joined by line feeds. It may be no MRZ at all."""
    provenance: Provenance
    codes: tuple[Barcode, ...] = ()
    """Bar codes that were in the picture; without a zone beside them `raw` is empty."""


@dataclass(frozen=True, slots=True)
class RawReading:
    """A zone's text read from pictures, with what is known of how well, and the codes beside it."""

    text: str
    """Lines joined by line feeds."""
    doubts: tuple[int, ...] = ()
    """Places among its characters, line feeds left out, that the reader was not sure of."""
    agreeing: int = 1
    """Pictures in which it read the same."""
    codes: tuple[Barcode, ...] = ()


def make_reading(device: str, driver: str, at: datetime, read: str | RawReading, *, simulated: bool) -> Reading:
    """What a device delivered at `at`, where it came from, its SHA-256 in hex (of the codes where there is no text)."""
    reading = RawReading(read) if isinstance(read, str) else read
    raw = reading.text.encode("utf-8", "surrogatepass") or b"".join(code.content for code in reading.codes)
    provenance = Provenance(device, driver, at, sha256(raw).hexdigest(), simulated, reading.doubts, reading.agreeing)
    return Reading(reading.text, provenance, reading.codes)
