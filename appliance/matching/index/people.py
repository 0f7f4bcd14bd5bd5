"""What a list says about its persons besides names, in columns: births, sex, nationalities, review, document numbers.

A birth date is one number of 30 bits, so that a million of them can be compared with a traveller's in one pass. It
decodes to the same `PartialDate`, except for spans of more than 62 years, which mean nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import comparable_number
from data.persons.notice import Notice
from data.persons.person import PartialDate, Sex

Codes = NDArray[np.integer[Any]]
_SEXES = (Sex.UNKNOWN, Sex.MALE, Sex.FEMALE)
_LONGEST_SPAN = 63
_EPOCH = date(2000, 1, 1)
_LAST_REVIEW = 65_535
Arrays = dict[str, NDArray[Any]]


def encode_birth(birth: PartialDate) -> int:
    """30 bits: year 14, month 4, day 5, about 1, span in years 6 (0 none); 0 if no year is known."""
    if birth.year is None:
        return 0
    span = min(_LONGEST_SPAN, birth.until - birth.year + 1) if birth.until is not None else 0
    return (birth.year & 16383) << 16 | (birth.month or 0) << 12 | (birth.day or 0) << 7 | birth.about << 6 | span


def decode_birth(code: int) -> PartialDate:
    """The birth date of a code other than 0."""
    year, span = code >> 16, code & 63
    return PartialDate(
        year, (code >> 12 & 15) or None, (code >> 7 & 31) or None, bool(code & 64), year + span - 1 if span else None
    )


def sort_date(births: Sequence[int]) -> int:
    """A number by which persons are ordered: it increases with the one birth date (`date_number`).

    It is 0 for several dates or a span, and below 0 for "about a year" (`approximate_year_number`) or no date.
    """
    if not births:
        return UNKNOWN_DATE
    if len(births) > 1 or births[0] & 63:
        return 0
    return approximate_year_number(births[0] >> 16) if births[0] & 64 else births[0] >> 7


def sort_dates(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.int32]:
    """`sort_date` of each person of an index."""
    first = arrays["birth.first"].astype(np.int32)
    dates = np.where(first & 64, approximate_year_number(first >> 16), first >> 7)
    dates[(first & 63) != 0] = 0
    dates[arrays["birth.rows"]] = 0
    return np.where(first == 0, np.int32(UNKNOWN_DATE), dates)


UNKNOWN_DATE = -32_768


_Years = TypeVar("_Years", int, NDArray[np.int32])


def approximate_year_number(year: _Years) -> _Years:
    """A number below 0 for "about this year", which increases with the year."""
    return year - 16_384


def date_number(year: int, month: int = 0, day: int = 0) -> int:
    """Year, month and day in one number; an unknown month or day is 0."""
    return year << 9 | month << 5 | day


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The facts that are compared besides the name."""

    births: tuple[PartialDate, ...]
    sex: Sex
    nationalities: tuple[str, ...]


class MultiValueColumn:
    """A column in which a row has none (0), one or several numbers."""

    def __init__(self, first: Codes, rows: NDArray[np.int32], more: Codes) -> None:
        self.first = first
        self.rows = rows
        """Rows with more than one number, ascending; each row once for each further number."""
        self.more = more

    @classmethod
    def of(cls, values: Sequence[Sequence[int]], kind: type[np.unsignedinteger[Any]]) -> "MultiValueColumn":
        """A column of these rows."""
        first = np.array([row[0] if row else 0 for row in values], kind)
        further = [(number, value) for number, row in enumerate(values) for value in row[1:]]
        rows = np.array([row for row, _ in further], np.int32)
        return cls(first, rows, np.array([value for _, value in further], kind))

    @classmethod
    def chain(cls, parts: Sequence["MultiValueColumn"]) -> "MultiValueColumn":
        """The rows of all parts, one part after another."""
        begins = np.cumsum([0, *(len(part.first) for part in parts)])
        rows = [part.rows + begin for part, begin in zip(parts, begins.tolist(), strict=False)]
        first, more = (np.concatenate([getattr(part, name) for part in parts]) for name in ("first", "more"))
        return cls(first, np.concatenate(rows).astype(np.int32), more)

    def renumbered(self, numbers: Codes) -> "MultiValueColumn":
        """The same with `numbers[n]` for each number n."""
        return MultiValueColumn(numbers[self.first], self.rows, numbers[self.more])

    def row(self, number: int) -> list[int]:
        """The numbers of one row."""
        begin, end = np.searchsorted(self.rows, np.array([number, number + 1], np.int32))
        first = int(self.first[number])
        return [first, *self.more[begin:end].tolist()] if first else []

    def rows_of(self, numbers: Codes) -> tuple[Codes, Codes, Codes]:
        """The numbers of these rows, which must be distinct and ascending.

        Returns the first number of each row, 0 if there is none; and for each further number the position of its row
        in `numbers`, and that number.
        """
        first = self.first[numbers]
        if not len(self.rows) or not len(numbers):
            return first, self.rows[:0], self.more[:0]
        begin, end = np.searchsorted(self.rows, np.array([numbers[0], numbers[-1] + 1], np.int32))
        rows = self.rows[begin:end]
        at = np.searchsorted(numbers, rows)
        here = numbers[at] == rows
        return first, at[here], self.more[begin:end][here]


@dataclass(frozen=True, slots=True)
class PeopleColumns:
    """What is compared with a traveller's birth date, sex and nationality, one row per person."""

    births: MultiValueColumn
    """Codes of `encode_birth`."""
    nations: MultiValueColumn
    """Places in `countries`, plus one."""
    sexes: NDArray[np.uint8]
    """Codes of `sex_code`."""
    countries: tuple[str, ...]
    """Canonical codes."""

    @classmethod
    def chain(cls, parts: Sequence["PeopleColumns"]) -> "PeopleColumns":
        """The rows of all parts, one part after another."""
        if len(parts) == 1:
            return parts[0]
        countries = tuple(dict.fromkeys(country for part in parts for country in part.countries))
        numbers = {country: number for number, country in enumerate(countries, 1)}
        nations = [
            part.nations.renumbered(np.array([0, *(numbers[country] for country in part.countries)], np.uint16))
            for part in parts
        ]
        births = MultiValueColumn.chain([part.births for part in parts])
        sexes = np.concatenate([part.sexes for part in parts])
        return cls(births, MultiValueColumn.chain(nations), sexes, countries)


class People:
    """PeopleColumns over all persons of a list."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], countries: Sequence[str]) -> None:
        births, nations = (
            MultiValueColumn(*(arrays[f"{name}.{part}"] for part in ("first", "rows", "more")))
            for name in ("birth", "nation")
        )
        self.columns = PeopleColumns(births, nations, arrays["sex"], tuple(countries))
        self._reviews: NDArray[np.uint16] = arrays["review"]
        self._numbers: NDArray[np.uint32] = arrays["held.numbers"]
        self._holders: NDArray[np.int32] = arrays["held.persons"]

    def facts(self, person: int) -> PersonFacts:
        """The facts of one person."""
        columns = self.columns
        births = tuple(decode_birth(code) for code in columns.births.row(person))
        nations = tuple(columns.countries[code - 1] for code in columns.nations.row(person))
        return PersonFacts(births, _SEXES[columns.sexes[person]], nations)

    def is_in_force(self, person: int, today: date) -> bool:
        """Whether the record may still hit: up to and including its review date (docs/screening.md, "Review dates")."""
        review = int(self._reviews[person])
        return not review or (today - _EPOCH).days + 1 <= review

    def possible_holders(self, number: str) -> list[int]:
        """Persons who may hold a document with this number, by a hash; their notices decide."""
        key = np.uint32(_number_key(number))  # of the column's own type, or the whole column is converted
        begin, end = np.searchsorted(self._numbers, key), np.searchsorted(self._numbers, key, side="right")
        holders: list[int] = self._holders[begin:end].tolist()
        return holders


def sex_code(sex: Sex) -> int:
    """The code of a sex in `PeopleColumns.sexes`; 0 is unknown."""
    return _SEXES.index(sex)


class PeopleLayout:
    """Builds the columns, one person after another."""

    def __init__(self) -> None:
        self._births: list[tuple[int, ...]] = []
        self._nations: list[tuple[int, ...]] = []
        self._sexes = bytearray()
        self._reviews: list[int] = []
        self._held_numbers: list[tuple[int, int]] = []
        self._countries: dict[str, int] = {}

    def add(self, notice: Notice) -> None:
        """Add the next person."""
        person = notice.person
        number = len(self._births)
        self._births.append(tuple(filter(None, map(encode_birth, person.births))))
        codes = (self._countries.setdefault(code, len(self._countries) + 1) for code in person.nationalities)
        self._nations.append(tuple(codes))
        self._sexes.append(_SEXES.index(person.sex))
        self._reviews.append(_review_code(notice.review))
        numbers = {held_number for document in person.documents if (held_number := comparable_number(document.number))}
        self._held_numbers += [(_number_key(held_number), number) for held_number in sorted(numbers)]

    def by_date(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The order of persons by birth date (`sort_date`), and the dates."""
        dates = np.array([sort_date(births) for births in self._births], np.int32)
        order = np.argsort(dates, kind="stable")
        return order, dates[order]

    def lay_out(self, order: NDArray[np.int64]) -> tuple[Arrays, list[str]]:
        """The arrays with the persons in this order, and the countries."""
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        numbers = np.array(self._held_numbers, np.int64).reshape(-1, 2)
        by_number = np.lexsort((places[numbers[:, 1]], numbers[:, 0]))
        sequence = order.tolist()
        arrays: Arrays = {
            "sex": np.frombuffer(bytes(self._sexes), np.uint8)[order],
            "review": np.array(self._reviews, np.uint16)[order],
            "held.numbers": numbers[by_number, 0].astype(np.uint32),
            "held.persons": places[numbers[by_number, 1]].astype(np.int32),
        }
        arrays |= _column_arrays("birth", [self._births[person] for person in sequence], np.uint32)
        arrays |= _column_arrays("nation", [self._nations[person] for person in sequence], np.uint16)
        return arrays, list(self._countries)


def _column_arrays(name: str, rows: Iterable[Sequence[int]], kind: type[np.unsignedinteger[Any]]) -> Arrays:
    column = MultiValueColumn.of(list(rows), kind)
    return {f"{name}.first": column.first, f"{name}.rows": column.rows, f"{name}.more": column.more}


def _review_code(review: date | None) -> int:
    """Days after 1999, so that 0 means none; a date before 2000 is long past anyway."""
    return 0 if review is None else max(1, min(_LAST_REVIEW, (review - _EPOCH).days + 1))


def _number_key(number: str) -> int:
    return crc32(number.encode())
