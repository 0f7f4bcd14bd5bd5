"""From what a reader delivered, or somebody typed, to the documents of a screening. Bad text is no error here.

Text that is no machine-readable zone becomes a document without format and number: the checks say what that
means (NOT_DONE, so never CLEAR), and the raw text stays in the journal.
"""

from datetime import date

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, Provenance, TravelDocument
from data.errors import InputError
from devices.reading import Reading

LONGEST_RAW = 1_000
"""Characters of unreadable text that are kept; the longest zone has 90."""


def document_of(reading: Reading, today: date) -> TravelDocument:
    """The document a reader delivered."""
    return document_from(reading.raw, capture=Capture.MACHINE, today=today, provenance=reading.provenance)


def document_from(text: str, *, capture: Capture, today: date, provenance: Provenance | None = None) -> TravelDocument:
    """The document with this zone; `today` settles centuries."""
    try:
        return parse_mrz(text, capture=capture, today=today, provenance=provenance)
    except InputError:
        return TravelDocument("", "", "", raw=text[:LONGEST_RAW], capture=capture, provenance=provenance)
