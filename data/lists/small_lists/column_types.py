"""The types of a small list's columns: what a value may be, read from text and written as JSON.

- A value is read in one way, whether it comes from a source file, headquarters' store or a kit's list, and reading what
  was written gives the value again. Nothing is corrected: what does not fit is `UnfitValue`.
- A message never shows a value of a column that holds personal data.
- Where a value is longer than its bound it is refused, not cut: a cut value could be another one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from unicodedata import normalize

from data.documents.code_tables import canonical_country, successor_states
from data.text import Message, _, plural
from data.untrusted_text import clean

ColumnValue = str | int | date | datetime
"""Text, a choice and a country are `str`; a time is in UTC."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}", re.ASCII)
_SHOWN = 20
"""Characters of a value in a message."""
_MOST_READ = 10_000
"""Characters of a text that are looked at; every bound is far below."""


def fold_text(text: str) -> str:
    """A text as it is compared with another: neither capitals nor the width of letters count."""
    return normalize("NFKC", text).casefold()


class UnfitValue(ValueError):
    """A value that its column does not take: its argument is a clause that names the column."""

    def __init__(self, says: Message, *, may_be_seam: bool = True) -> None:
        super().__init__(says)
        self.may_be_seam = may_be_seam
        """Whether it may be the beginning of one row's value and the end of another's, which a gap in a file leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a schema."""

    name: str
    required: bool = False
    personal: bool = False
    """Whether its values are personal data: never in a message, and left out while details are locked."""

    def read(self, text: str) -> ColumnValue:
        """The value that `text`, which is not blank, stands for; UnfitValue where it stands for none."""
        raise NotImplementedError

    def write(self, value: ColumnValue) -> str | int:
        """The value in JSON; `read` gives it again."""
        return str(value)

    def normalize(self, value: ColumnValue) -> str:
        """The form in which two values are compared."""
        return str(value)

    def fits(self, value: ColumnValue, other: ColumnValue) -> bool:
        """Whether two values may stand for the same thing."""
        return self.normalize(value) == self.normalize(other)

    def refuse(self, text: str, needed: Message, *, wholes: Sequence[str] = ()) -> UnfitValue:
        """The error for `text`; `wholes`: what values look like (digits as 0, letters as A), where that is known."""
        says = (
            _("{column} must be {needed}", column=self.name, needed=needed)
            if self.personal
            else _("{column} is {value}; it must be {needed}", column=self.name, value=_show(text), needed=needed)
        )
        return UnfitValue(says, may_be_seam=not wholes or is_seam(text, wholes))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumn(Column):
    """Text on one line."""

    most: int
    """Characters."""
    find_fault: Callable[[str], Message | None] = lambda _text: None
    """What a value has to be, where this one is not."""
    fold: Callable[[str], str] = fold_text
    """The form in which values are compared; empty for a text that cannot be a value."""

    def read(self, text: str) -> str:
        """The text without control characters, blanks collapsed."""
        value = clean(text, _MOST_READ)
        if len(value) > self.most or len(text) > _MOST_READ:
            raise self.refuse(
                text, plural("at most {count} character long", "at most {count} characters long", self.most)
            )
        if needed := self.find_fault(value):
            raise self.refuse(value, needed)
        if not value or not self.fold(value):
            raise self.refuse(value, _("letters and digits, with nothing but ordinary marks between them"))
        return value

    def normalize(self, value: ColumnValue) -> str:
        """The folded text."""
        return self.fold(str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceColumn(Column):
    """One of a few words."""

    choices: tuple[str, ...]
    """In lower case."""

    def read(self, text: str) -> str:
        """The word in lower case."""
        word = text.strip().lower()
        if word not in self.choices:
            raise self.refuse(text, _("one of {choices}", choices=", ".join(self.choices)), wholes=self.choices)
        return word


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerColumn(Column):
    """A whole number within bounds."""

    least: int
    most: int

    def read(self, text: str) -> int:
        """The number."""
        if not _NUMBER.fullmatch(text.strip()) or not self.least <= (number := int(text)) <= self.most:
            raise self.refuse(text, _("a whole number from {least} to {most}", least=self.least, most=self.most))
        return number

    def write(self, value: ColumnValue) -> int:
        """The number."""
        assert isinstance(value, int)  # noqa: S101
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class DateColumn(Column):
    """A day."""

    def read(self, text: str) -> date:
        """The day of an ISO date with hyphens."""
        try:
            if _DAY.fullmatch(text.strip()):
                return date.fromisoformat(text.strip())
        except ValueError:
            pass
        raise self.refuse(text, _("a date such as 2025-01-31"), wholes=("0000-00-00", "00.00.0000", "00/00/0000"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeColumn(Column):
    """A moment, in whole seconds of UTC."""

    def read(self, text: str) -> datetime:
        """The moment of an ISO date and time with its zone."""
        try:
            if _TIME.fullmatch(text.strip()):
                return datetime.fromisoformat(text.strip()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.refuse(text, _("a date and time with its zone, such as 2025-01-31T18:00Z"))

    def write(self, value: ColumnValue) -> str:
        """As ISO writes it in UTC."""
        assert isinstance(value, datetime)  # noqa: S101
        return value.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryColumn(Column):
    """A state or organisation."""

    def read(self, text: str) -> str:
        """The canonical three letters of a code (`data.documents.code_tables`)."""
        code = canonical_country(text.strip())
        if code is None:
            raise self.refuse(text, _("a known country code"), wholes=("AAA", "AA", "A"))
        return code

    def fits(self, value: ColumnValue, other: ColumnValue) -> bool:
        """Whether the two are one state, or one of them is a dissolved state for which the other answers today."""
        states, others = ({code, *successor_states(code)} for code in (str(value), str(other)))
        return not states.isdisjoint(others)


def is_seam(text: str, wholes: Sequence[str]) -> bool:
    """Whether `text` may be the beginning of one value and the end of another, where values look like `wholes`.

    `wholes` are words, or shapes with digits as 0 and letters as A. A gap between two rows of a file leaves a seam.
    """
    shape = "".join("0" if each.isdigit() else "A" if each.isalpha() else each for each in text.strip())
    return not any(whole in (text.strip().lower(), shape) for whole in wholes) and any(
        _is_joined(form, wholes) for form in (text.strip().lower(), shape)
    )


def _is_joined(text: str, wholes: Sequence[str]) -> bool:
    starts = {whole[:place] for whole in wholes for place in range(len(whole) + 1)}
    ends = {whole[place:] for whole in wholes for place in range(len(whole) + 1)}
    return any(text[:place] in starts and text[place:] in ends for place in range(len(text) + 1))


def _show(text: str) -> str:
    return repr(clean(text, _SHOWN))
