"""What is asked of the person lists about one traveller."""

import re
from dataclasses import dataclass

from data.documents.countries import canonical
from data.persons.partial_date import PartialDate
from data.persons.person import Sex
from data.screenings import Traveller

_NOT_NUMBER = re.compile(r"[^A-Z0-9]")
LEAST_NUMBER = 5
"""Shorter numbers are not document numbers (domain.md, DIN)."""


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """A traveller, ready to be compared."""

    surname: str
    given: str = ""
    truncated: bool = False
    """The name field was full: the last part may go on, and parts may be missing."""
    birth: PartialDate | None = None
    sex: Sex = Sex.UNKNOWN
    nationality: str = ""
    """Canonical three letters, or empty."""
    numbers: tuple[str, ...] = ()
    """Numbers of the documents the traveller carries."""

    @classmethod
    def of(cls, traveller: Traveller, numbers: tuple[str, ...] = ()) -> "PersonQuery":
        """The query for a traveller and the numbers of their documents."""
        return cls(
            traveller.surname,
            traveller.given,
            traveller.truncated,
            traveller.birth,
            traveller.sex,
            canonical(traveller.nationality) or "",
            tuple(dict.fromkeys(numbers)),
        )


def cleaned(number: str) -> str:
    """A document number as lists compare it: A to Z and digits; empty when too short to mean anything."""
    text = _NOT_NUMBER.sub("", number.upper())
    return text if len(text) >= LEAST_NUMBER else ""
