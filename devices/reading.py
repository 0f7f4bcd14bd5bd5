"""What a document reader delivered, untouched, and where it came from."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from data.documents.travel_document import Provenance

LONGEST_RAW = 4_096
"""Characters of one reading. The longest zone has 90; a driver refuses more than this as BAD_READ."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One presentation of one document."""

    raw: str
    """Text as the reader sent it, lines joined by line feeds. It may be no MRZ at all."""
    provenance: Provenance


def provenance(device: str, driver: str, at: datetime, raw: str, *, simulated: bool) -> Provenance:
    """Provenance of `raw`, with its SHA-256 (hex)."""
    return Provenance(device, driver, at, sha256(raw.encode("utf-8", "surrogatepass")).hexdigest(), simulated)
