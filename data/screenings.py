"""A screening, what its checks found, and the verdict: one person, none, one or several documents, at one post.

- A finding is NOT_DONE when its check could not give an answer: an error or a time-out is a third outcome, never an
  empty result.
- The officer's decision is appended later; a crossing is a screening with its decision (docs/architecture.md, "A
  traveller").
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import PlainValidator

from data.documents.barcodes import Barcode
from data.documents.mrz import apply_repairs
from data.documents.mrz.zone import has_unknown_birth
from data.documents.travel_document import Capture, TravelDocument
from data.persons.person import Associate, HeldDocument, RecordedDate, Sex
from data.text import EMPTY, Message, _, decode_text

RecordedText = Annotated[str, PlainValidator(decode_text)]
"""A text that may be a message: read back from a journal, it is one."""


class State(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105  (no password)
    NOTICE = "notice"
    """Something the officer can settle by looking."""
    HIT = "hit"
    """A record matches; its evidence decides how serious that is."""
    NOT_DONE = "not_done"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """The one answer per traveller, from least to most serious."""

    CLEAR = "clear"
    CHECK = "check"
    CANNOT_SAY = "cannot_say"
    REFER = "refer"

    @property
    def seriousness(self) -> int:
        """0 for CLEAR up to 3 for REFER."""
        return _SERIOUSNESS[self]


_SERIOUSNESS = {verdict: number for number, verdict in enumerate(Verdict)}


class Grade(StrEnum):
    """How closely a document matches a listed one, best first (docs/screening.md, "Document numbers")."""

    EXACT = "exact"
    IN_RANGE = "in_range"
    NEAR = "near"
    ELSEWHERE = "elsewhere"
    """Same number, another country or type: shown under Why only."""


class Band(StrEnum):
    """How well a traveller fits a listed person (docs/screening.md, "Persons")."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"
    """Shown under Why only."""


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """A listed document that fits."""

    list: str
    grade: Grade
    number: str
    """The number looked up: the list itself holds only sealed keys."""
    country: str
    type: str
    fraud: str = ""
    """`stolen`, `lost`, `stolen_blank`, `revoked`."""
    theft_date: str = ""
    theft_country: str = ""
    review: str = ""
    certain: bool = False
    """Machine-read with a right digit; otherwise an exact match is a CHECK, "scan it"."""
    review_passed: bool = False
    """Past its review date by this kit's clock alone, which may be wrong: a NOTICE, never nothing."""


class Agreement(StrEnum):
    """How one field of the traveller compares with the record."""

    SAME = "same"
    CLOSE = "close"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field, both values, how they compare, and what it adds to the score (log-odds)."""

    field: str
    traveller: RecordedText
    listed: RecordedText
    agreement: Agreement
    weight: float = 0.0
    note: Message = EMPTY
    """What makes it close or different: `HASAN = HASSAN (same sound)`, `same year`."""


PAST_REVIEW = _("by this kit's clock the record is past its review date")
"""The argument against a person whose `review_passed` is true."""


@dataclass(frozen=True, slots=True)
class PersonCandidate:
    """A listed person that may be this traveller."""

    list: str
    record: str
    band: Band
    score: float
    name: str
    """The listed name that matched (an alias, perhaps)."""
    primary_name: str
    quality: str
    action: str
    colour: str
    owner: str
    reason: str
    fields: tuple[FieldComparison, ...] = ()
    against: tuple[Message, ...] = ()
    """What argues against this being the traveller."""
    ask: Message = EMPTY
    """The question that would decide it."""
    says: Message = EMPTY
    """One line: `DOOST = DOST (same sound) · MOHAMMAD = MOHAMMAD · born 1965: same year`."""
    linked: tuple[Associate, ...] = ()
    """Whom the record links this person to: shown, never a reason for a hit."""
    documents: tuple[HeldDocument, ...] = ()
    """What this person is known to hold."""
    review_passed: bool = False
    """Past its review date by this kit's clock alone."""
    withheld: RecordedText = ""
    """Why the record's details are locked and left out here; empty where they are not."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on."""

    matches: tuple[DocumentMatch, ...] = ()
    candidates: tuple[PersonCandidate, ...] = ()
    facts: dict[str, RecordedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check for one traveller."""

    check: str
    """Name of the check: `mrz`, `validity`, `documents:<list>`, `persons:<list>`, `age:<list>` …"""
    state: State
    reason: str
    """A code from `appliance`, e.g. `digits_right`, `list_expired`, `timeout`."""
    says: Message
    """One sentence for the officer."""
    mandatory: bool = True
    evidence: Evidence = Evidence()
    elapsed_ms: float = 0.0


class Direction(StrEnum):
    """Which way the traveller goes."""

    ENTRY = "entry"
    EXIT = "exit"
    TRANSIT = "transit"


class Decision(StrEnum):
    """What the officer did. Appended to a screening, never overwritten: a slip is corrected by appending."""

    ADMIT = "admit"
    REFUSE = "refuse"
    REFER = "refer"
    WITHDREW = "withdrew"


@dataclass(frozen=True, slots=True)
class Traveller:
    """Who the traveller says to be, from a document or typed."""

    surname: str
    given: str = ""
    truncated: bool = False
    birth: RecordedDate | None = None
    sex: Sex = Sex.UNKNOWN
    nationality: str = ""
    """As printed; canonical only when compared."""

    @classmethod
    def of(cls, document: TravelDocument) -> "Traveller | None":
        """The person printed on a document, or None when no name could be read."""
        if document.name is None:
            return None
        name = document.name
        return cls(name.surname, name.given, name.truncated, document.birth, document.sex, document.nationality)

    @classmethod
    def as_meant(cls, document: TravelDocument, today: date) -> "Traveller | None":
        """The person a document means, where a letter was plainly misread (`TravelDocument.repairs`)."""
        return cls.of(apply_repairs(document, today))


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Screening:
    """One traveller in front of one officer."""

    documents: tuple[TravelDocument, ...]
    traveller: Traveller | None
    at: datetime
    officer: str
    direction: Direction = Direction.ENTRY
    lane: str = ""
    party: str = ""
    """Ties a family or a bus together; empty when travelling alone."""
    conveyance: str = ""
    via: str = ""
    """Service number of the program that asked in the officer's name; empty where the officer asked."""
    codes: tuple[Barcode, ...] = ()
    """Bar codes that were presented along: boarding passes, digital seals."""
    id: UUID = field(default_factory=uuid4)

    @property
    def rests_on_typing(self) -> bool:
        """Whether a number, a name or a birth date was typed; an access number, which only opens a chip, is none."""
        if any(document.capture is Capture.TYPED for document in self.documents):
            return True
        read = [Traveller.of(document) for document in self.documents]
        meant = [Traveller.as_meant(document, self.at.date()) for document in self.documents]
        return self.traveller is not None and self.traveller not in (*read, *meant)

    @property
    def people(self) -> tuple[Traveller, ...]:
        """The traveller, and anyone else the documents name: a visa may use another spelling.

        A misread document names its holder twice: as it is meant, and as it was read. So does one whose date of birth
        may stand for an unknown one: with that date, and without, so that it never counts against a match.
        """
        meant = (Traveller.as_meant(document, self.at.date()) for document in self.documents)
        everybody = [
            person for person in (self.traveller, *meant, *map(Traveller.of, self.documents)) if person is not None
        ]
        unknown = {document.birth for document in self.documents if has_unknown_birth(document)}
        everybody += [replace(person, birth=None) for person in everybody if person.birth in unknown]
        return tuple(dict.fromkeys(everybody))
