"""A screening: one person, none, one or several documents, at one post, in one direction.

The officer's decision is appended later; a crossing is a screening with its decision (architecture.md).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from data.documents.codes import Code
from data.documents.mrz import as_meant
from data.documents.travel_document import TravelDocument
from data.persons.partial_date import PartialDate
from data.persons.person import Sex


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
    birth: PartialDate | None = None
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


@dataclass(frozen=True, slots=True)
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
    codes: tuple[Code, ...] = ()
    """Bar codes that were presented along: boarding passes, digital seals."""
    id: UUID = field(default_factory=uuid4)

    @property
    def people(self) -> tuple[Traveller, ...]:
        """The traveller, and whoever else the documents name: a visa may be made out in another spelling.

        A misread document names its holder twice: as it is meant (`TravelDocument.repairs`), and as it was read.
        """
        meant = (as_meant(document, self.at.date()) for document in self.documents)
        holders = map(Traveller.of, (*meant, *self.documents))
        return tuple(dict.fromkeys(one for one in (self.traveller, *holders) if one is not None))
