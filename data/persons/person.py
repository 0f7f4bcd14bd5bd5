"""A listed person: what is known about who they are."""

from dataclasses import dataclass
from enum import StrEnum

from data.persons.partial_date import PartialDate


class Sex(StrEnum):
    """Sex as Doc 9303 prints it; X where unknown or unspecified."""

    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "X"


class NameQuality(StrEnum):
    """How far the list's owner trusts a name."""

    PRIMARY = "primary"
    GOOD = "good"
    LOW = "low"
    FORMER = "former"
    ORIGINAL = "original"
    """The name in its own script."""


@dataclass(frozen=True, slots=True)
class ListedName:
    """One name of a person. `surname` and `given` only where the source says which is which."""

    full: str
    surname: str = ""
    given: str = ""
    quality: NameQuality = NameQuality.PRIMARY


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document a person is known to hold."""

    number: str
    country: str = ""
    """Canonical three letters, empty where not listed."""
    type: str = ""
    """Type code of `data.documents.types`, or the source's own words."""


@dataclass(frozen=True, slots=True)
class Associate:
    """Somebody, or a body, that the source links a person to. Their name is told, and finds nobody by itself."""

    name: str
    relation: str = ""
    """What the person is to them, in words that the name follows: `brother of`; empty for `linked to`."""
    record: str = ""
    """Their own record in the same source, where it says so."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is. Countries are canonical three-letter codes (`data.documents.countries`)."""

    names: tuple[ListedName, ...]
    births: tuple[PartialDate, ...] = ()
    sex: Sex = Sex.UNKNOWN
    nationalities: tuple[str, ...] = ()
    birth_places: tuple[str, ...] = ()
    documents: tuple[HeldDocument, ...] = ()
    father: str = ""
    mother: str = ""
    marks: str = ""
    """Height, eyes, scars … in the source's words."""
    associates: tuple[Associate, ...] = ()

    @property
    def primary_name(self) -> str:
        """The name to show first."""
        return self.names[0].full
