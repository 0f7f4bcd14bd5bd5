"""From what a reader delivered, or somebody typed, to a screening. Bad text is no error here.

Text that is no machine-readable zone becomes a document without format and number: the checks say what that
means (NOT_DONE, so never CLEAR), and the raw text stays in the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.documents.codes import MOST_CODES, Code
from data.documents.countries import canonical
from data.documents.mrz import as_meant, parse_mrz
from data.documents.number import clean_number
from data.documents.travel_document import Capture, Provenance, TravelDocument
from data.errors import InputError
from data.screenings import Direction, Screening, Traveller
from devices.reading import Reading

LONGEST_RAW = 1_000
"""Characters of unreadable text that are kept; the longest zone has 90."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Where and by whom travellers are screened."""

    officer: str
    direction: Direction = Direction.ENTRY
    lane: str = ""
    party: str = ""
    conveyance: str = ""


def document_of(reading: Reading, today: date) -> TravelDocument:
    """The document a reader delivered."""
    return document_from(reading.raw, capture=Capture.MACHINE, today=today, provenance=reading.provenance)


def document_from(text: str, *, capture: Capture, today: date, provenance: Provenance | None = None) -> TravelDocument:
    """The document with this zone; `today` settles centuries."""
    try:
        return parse_mrz(text, capture=capture, today=today, provenance=provenance)
    except InputError:
        # A document that somebody presented has raw text, even where the reader sent nothing but its end mark.
        return TravelDocument("", "", "", raw=text[:LONGEST_RAW] or "\n", capture=capture, provenance=provenance)


def typed(number: str, country: str, code: str) -> TravelDocument:
    """A document of which an officer typed the number.

    Raises:
        InputError: the number has no letter or digit, or the country is none.
    """
    if not clean_number(number):
        raise InputError("The document number has no letter or digit", do="Type it as printed")
    if canonical(country) is None:
        raise InputError(
            "The country code is not known", do="Type the letters of the machine-readable zone, like UTO or D"
        )
    return TravelDocument(code=code.upper(), issuer=country.upper(), number=number.upper(), capture=Capture.TYPED)


def screening(
    documents: Sequence[TravelDocument],
    lane: Lane,
    now: datetime,
    traveller: Traveller | None = None,
    codes: Sequence[Code] = (),
) -> Screening:
    """One traveller in front of one officer; who they are comes from the first document that says so.

    Names, dates and states are taken as they are meant where a letter was plainly misread (`TravelDocument.repairs`);
    the documents themselves stay as read.
    """
    named = (Traveller.of(as_meant(document, now.date())) for document in documents)
    return Screening(
        documents=tuple(documents),
        traveller=traveller or next((one for one in named if one is not None), None),
        at=now,
        officer=lane.officer,
        direction=lane.direction,
        lane=lane.lane,
        party=lane.party,
        conveyance=lane.conveyance,
        codes=tuple(codes[:MOST_CODES]),
    )
