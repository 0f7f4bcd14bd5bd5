"""Whom a screening is about, and the request to screen them.

- Text that is not a machine-readable zone is no error: it becomes a document without format and number. The checks say
  what that means (NOT_DONE, so never CLEAR), and the raw text stays in the journal.
- Where a letter was clearly misread (`TravelDocument.repairs`), the person is the one that the document means; the
  documents themselves stay as read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Self

from appliance.counter.parts import Lane
from data.documents.barcodes import Barcode, MissingCode
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture, Provenance, TravelDocument
from data.errors import InputError
from data.people.staff import Actor
from data.screenings import Direction, Screening, Traveller
from devices.reading import Reading

if TYPE_CHECKING:
    from appliance.chips.read_job import ChipReadJob

LONGEST_RAW = 1_000
"""Characters of unreadable text that are kept; the longest zone has 90."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Documents, the person where one is known, and bar codes that were read with them.

    A passport from a reader, and a boarding pass that was read before it::

        subject = Subject.from_reading(reading, counter.today()).with_codes(earlier)
    """

    documents: tuple[TravelDocument, ...] = ()
    traveller: Traveller | None = None
    codes: tuple[Barcode, ...] = ()
    can: str = field(default="", repr=False)
    """Card access number, if it was typed: it opens the chip of the document on the reader."""
    chip: "ChipReadJob | None" = field(default=None, repr=False, compare=False)
    """The reading of the chip that this document came from, if it came from a chip."""
    unscreened: str = field(default="", repr=False, compare=False)
    """Its id in the journal while it has no verdict (`data.journal.unscreened`); empty: it is not kept."""

    @classmethod
    def from_document(cls, document: TravelDocument, today: date) -> Self:
        """A document that was read, and the person that it means."""
        return cls((document,), Traveller.as_meant(document, today))

    @classmethod
    def from_zone(cls, text: str, today: date, capture: Capture = Capture.MACHINE) -> Self:
        """A document from its machine-readable zone, or from text that should be one."""
        return cls.from_document(document_from_zone(text, capture=capture, today=today), today)

    @classmethod
    def from_reading(cls, reading: Reading, today: date) -> Self:
        """What a reader delivered: a document with or without codes, or codes alone."""
        if reading.codes and not reading.raw:
            return cls(codes=reading.codes)
        return cls.from_document(document_from_reading(reading, today), today).with_codes(reading.codes)

    @property
    def is_only_access_number(self) -> bool:
        """Whether it is only an access number, for the document that is there already."""
        return bool(self.can) and self._names_nobody

    @property
    def is_only_codes(self) -> bool:
        """Whether it is only codes, which belong to the document before or after them."""
        return bool(self.codes) and self._names_nobody

    @property
    def _names_nobody(self) -> bool:
        return not self.documents and self.traveller is None

    def with_codes(self, codes: tuple[Barcode, ...]) -> Self:
        """The same, with these codes read before its own."""
        return replace(self, codes=join_codes(codes, self.codes))

    def with_entry(self, entry: "Subject") -> Self:
        """The same with what was typed in addition: its documents come last, its person counts first."""
        documents = (*self.documents, *entry.documents)
        return replace(
            self, documents=documents, traveller=entry.traveller or self.traveller, can=entry.can or self.can
        )


@dataclass(frozen=True, slots=True)
class ScreeningRequest:
    """One traveller in front of one officer: what every front end asks the counter to screen."""

    subject: Subject
    officer: Actor
    direction: Direction | None = None
    """Which way the traveller goes; None: the lane's own direction."""
    party: str = ""
    """Ties a family or a bus together; empty when travelling alone."""
    conveyance: str = ""
    lane: str = ""
    """Where it is; empty: the lane of the kit's settings."""

    def screening(self, lane: Lane, now: datetime) -> Screening:
        """The screening at this lane and time. The person is the one typed, or else that of the first document."""
        subject = self.subject
        people = (Traveller.as_meant(document, now.date()) for document in subject.documents)
        return Screening(
            documents=subject.documents,
            traveller=subject.traveller or next(filter(None, people), None),
            at=now,
            officer=self.officer.number,
            direction=self.direction or lane.direction,
            lane=self.lane or lane.name,
            party=self.party,
            conveyance=self.conveyance,
            via=self.officer.via,
            codes=join_codes((), subject.codes),
        )


def document_from_reading(reading: Reading, today: date) -> TravelDocument:
    """The document in a reading."""
    return document_from_zone(reading.raw, capture=Capture.MACHINE, today=today, provenance=reading.provenance)


def document_from_zone(
    text: str, *, capture: Capture, today: date, provenance: Provenance | None = None
) -> TravelDocument:
    """The document with this zone. `today` decides the centuries of two-digit years."""
    try:
        return parse_mrz(text, capture=capture, today=today, provenance=provenance)
    except InputError:
        # A document that was presented has raw text, even if the reader sent nothing but its end mark.
        return TravelDocument("", "", "", raw=text[:LONGEST_RAW] or "\n", capture=capture, provenance=provenance)


def join_codes(first: Iterable[Barcode], more: Iterable[Barcode]) -> tuple[Barcode, ...]:
    """All of both, each once. None is left out: a changed seal must not hide behind codes read after it.

    A missing code is no longer missing once the same one was read again.
    """
    codes = tuple(dict.fromkeys((*first, *more)))
    here = {MissingCode.of(code) for code in codes if code.missing is None}
    return tuple(code for code in codes if code.missing not in here)


class RequestFault(Enum):
    """Why a request cannot be screened; options and forms have their own texts for it."""

    NAMES_NOBODY = "names_nobody"
    """Neither a document nor a person."""
    NO_NAME = "no_name"
    """Details of a person without a name."""
    NO_NUMBER = "no_number"
    """Details of a document without its number."""


def find_request_fault(
    number: str, name: str, *, of_document: Iterable[str], of_person: Iterable[str], is_presented: bool = False
) -> RequestFault | None:
    """The first fault of a request; `is_presented`: a device gives the document."""
    if not (number or name or is_presented):
        return RequestFault.NAMES_NOBODY
    if not name and any(of_person):
        return RequestFault.NO_NAME
    if not number and any(of_document):
        return RequestFault.NO_NUMBER
    return None


def check_access_number(can: str) -> None:
    """Raise InputError unless this is a card access number, before a device is used (`CanKey` has the rule)."""
    from devices.chip.access_keys import CanKey  # with what opens chips

    CanKey(can)
