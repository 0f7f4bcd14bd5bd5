"""A listed person: what is known about who they are, dates of which parts may be unknown included.

A date is whole, without day, without month, about, or a span of years. Text forms: `1965-03-17`, `1965-03`, `1965`,
`~1965`, `1963..1967`. An unknown part is None, never 0 or 1.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Annotated, Self

from pydantic import PlainValidator

from data.text import THE_VALUE, _

_TEXT = re.compile(r"(?P<about>~?)(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?|\.\.(?P<until>\d{4}))?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which parts may be unknown. `about` and `until` go with a bare year."""

    year: int | None
    month: int | None = None
    day: int | None = None
    about: bool = False
    until: int | None = None

    def __post_init__(self) -> None:
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError(_("month {month} is not between 1 and 12", month=self.month))
        if self.day is not None and self.month is not None:
            date(self.year or 2000, self.month, self.day)
        if self.until is not None and (self.year is None or self.until < self.year):
            raise ValueError(_("a range of years cannot end before it begins"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one of the text forms of this module; ValueError says what is wrong."""
        match = _TEXT.fullmatch(text.strip())
        if not match:
            raise ValueError(_("'{text}' is not a date like 1965-03-17, 1965-03, 1965, ~1965 or 1963..1967", text=text))
        parts = {key: int(value) for key, value in match.groupdict().items() if value and key != "about"}
        return cls(parts["year"], parts.get("month"), parts.get("day"), bool(match["about"]), parts.get("until"))

    @classmethod
    def of(cls, day: date) -> Self:
        """The whole date `day`."""
        return cls(day.year, day.month, day.day)

    @property
    def whole(self) -> date | None:
        """As a calendar date, when every part is known."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def years(self, slack: int = 2) -> range:
        """Years this date may mean; `slack` years either side when it is only `about`."""
        if self.year is None:
            return range(0)
        around = slack if self.about else 0
        return range(self.year - around, (self.until or self.year) + around + 1)

    def __str__(self) -> str:
        if self.year is None:
            return "????" + (f"-{self.month:02}" if self.month else "") + (f"-{self.day:02}" if self.day else "")
        text = ("~" if self.about else "") + f"{self.year:04}"
        if self.until is not None:
            return f"{text}..{self.until:04}"
        if self.month is not None:
            text += f"-{self.month:02}" + (f"-{self.day:02}" if self.day is not None else "")
        return text


def is_in_future(birth: PartialDate, today: date) -> bool:
    """Whether the whole of a birth date, or the end of a span of years, is after `today`."""
    first = date(birth.year or date.min.year, birth.month or 1, birth.day or 1)
    return first > today or (birth.until or 0) > today.year


def _parse_birth(value: object) -> PartialDate:
    """A date in JSON: its text form, or its five parts where the text form would lose one."""
    try:
        if isinstance(value, str):
            return PartialDate.parse(value)
        if isinstance(value, list) and tuple(map(type, value)) in _PARTS:
            return PartialDate(*value)
    except ValueError:
        pass  # what it says would show the date
    raise ValueError(_("{field} must be a date of birth", field=THE_VALUE))


_NUMBER = (int, type(None))
_PARTS = set(product(_NUMBER, _NUMBER, _NUMBER, (bool,), _NUMBER))
BirthDate = Annotated[PartialDate, PlainValidator(_parse_birth)]


def _parse_recorded(value: object) -> PartialDate:
    """A date as this kit recorded it: `str()` of a PartialDate, whose year may be unknown."""
    match = _WITHOUT_YEAR.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return _parse_birth(value)
    month, day = (int(part) if part else None for part in match.groups())
    return _parse_birth([None, month, day, False, None])


_WITHOUT_YEAR = re.compile(r"\?{4}(?:-(\d{2}))?(?:-(\d{2}))?")
RecordedDate = Annotated[PartialDate, PlainValidator(_parse_recorded)]


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
    """Type code of `data.documents.code_tables`, or the source's own words."""


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
    """Who somebody is. Countries are canonical three-letter codes (`data.documents.code_tables`)."""

    names: tuple[ListedName, ...]
    births: tuple[BirthDate, ...] = ()
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
