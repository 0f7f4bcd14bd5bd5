"""Which names a common part has to be searched in, by the birth dates of their persons.

- Persons are in the order of their birth dates, so each period is one range of names of each index.
- Where the commonest parts of the traveller's name together prove too little for POSSIBLE with the births of a period,
  even if the nationality agrees, they are weak there and retrieve nobody.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import BirthComparison
from appliance.matching.index.arrays import Flags, Numbers
from appliance.matching.index.people import UNKNOWN_DATE, approximate_year_number, date_number
from appliance.matching.prepared import GroupQuery, parts_of
from appliance.matching.weights import (
    BIRTH_WEIGHTS,
    DEFAULT_THRESHOLDS,
    NAME_WEIGHTS,
    NATIONALITY_WEIGHTS,
    PRIOR,
    SEX_WEIGHTS,
)
from data.persons.person import PartialDate

APPROXIMATE_YEARS = 2
"""Years on either side of an "about" year (`PartialDate.years`)."""
_YEARS, _YEAR, _MONTH, _SEVERAL, _ABOUT, _UNKNOWN, _DATES = range(7)
"""Periods: the traveller's birth year and one on either side; that year; that month; several listed births, about that
year, none; then dates outside the month: day and month swapped, one year off, only the year known."""
_VAGUE = slice(_SEVERAL, _DATES)
_WEAK_NEAR_YEAR, _WEAK_IN_YEAR, _WEAK_VAGUE = 0, 1, slice(2, 5)
_COMPARISONS = (
    BirthComparison.ONE_YEAR_OFF,
    BirthComparison.MONTH,
    BirthComparison.YEAR_SLIP,
    BirthComparison.ABOUT_FITS,
    BirthComparison.NOT_LISTED,
)
"""The best that births may agree: near the year, in it but not in the month, and in the three vague periods."""


class UnreadNames(NamedTuple):
    """Ranges of names, which do not overlap, and the parts that were not read there."""

    ranges: Numbers
    """First and end: ranges, 2."""
    indexes: Numbers
    """The index of each range."""
    unread: Flags
    """Ranges, parts."""
    unheard: Flags
    """Those that were not read even by sound."""


class BirthRanges:
    """Ranges of names by period, and the parts that are weak there, for one traveller in a group of indexes."""

    def __init__(self, prepared: GroupQuery) -> None:
        group, birth = prepared.group, prepared.query.birth
        self._every = np.column_stack((group.name_begins[:-1], group.name_begins[1:]))
        """All names of each index: indexes, 2."""
        if birth is None or birth.year is None:
            self._periods = np.repeat(self._every[:, np.newaxis, :1], 2, axis=2).repeat(_DATES, axis=1)
            self._periods[:, (_YEARS, _YEAR, _MONTH)] = self._every[:, np.newaxis]
            self._weak = np.zeros((len(_COMPARISONS), *prepared.bits.shape), np.bool_)
        else:
            self._periods = group.names_born(_periods(birth))
            is_vague = birth.about or birth.until is not None
            least = BirthComparison.YEAR_SLIP
            self._weak = _weak_parts(prepared, (least, least, *_COMPARISONS[2:]) if is_vague else _COMPARISONS)

    def ranges(self, mask: int) -> Numbers:
        """The ranges in which the parts in `mask` are read: indexes, ranges, 2; some are empty."""
        is_strong: Flags = ~np.all(self._weak[:, :, parts_of(mask)], axis=2)
        near, inside = is_strong[_WEAK_NEAR_YEAR], is_strong[_WEAK_IN_YEAR]
        ranges = np.concatenate((self._periods[:, :1], self._periods[:, _SEVERAL:]), axis=1)
        year = np.where(inside[:, np.newaxis], self._periods[:, _YEAR], self._periods[:, _MONTH])
        ranges[:, 0] = np.where(near[:, np.newaxis], self._periods[:, _YEARS], year)
        is_read = np.ones(ranges.shape[:2], np.bool_)
        is_read[:, 1:4] = is_strong[_WEAK_VAGUE].T
        begins = ranges[:, 4:, 0]
        is_read[:, 4:] = ~near[:, np.newaxis] & ~((year[:, :1] <= begins) & (begins < year[:, 1:]))
        return np.where(is_read[:, :, np.newaxis], ranges, self._every[:, np.newaxis, :1])

    def unread_names(self, unread: Flags, unheard: Flags) -> UnreadNames:
        """The names outside the ranges of the parts; `unread` and `unheard` say which were not read in full: indexes,
        parts.
        """
        periods, weak = self._periods, self._weak
        years, year, month = periods[:, _YEARS], periods[:, _YEAR], periods[:, _MONTH]
        around = [(years, year, 0, 0), (year, month, 0, 0), (month, year, 1, 1), (year, years, 1, 1)]
        edges = [np.column_stack((first[:, begin], end[:, stop])) for first, end, begin, stop in around]
        near, inside = weak[_WEAK_NEAR_YEAR], weak[_WEAK_IN_YEAR]
        here = [*periods[:, _VAGUE].swapaxes(0, 1), *edges]
        flags = [*weak[_WEAK_VAGUE], near, inside, inside, near]
        both = [(names, parts, parts & unheard) for names, parts in zip(here, flags, strict=True)]
        between = [(names, unread, unheard) for names in self._find_gaps()]
        ranges, some_unread, some_unheard = (np.concatenate(some) for some in zip(*both, *between, strict=True))
        indexes = np.tile(np.arange(len(self._every)), len(ranges) // len(self._every))
        some = np.flatnonzero(ranges[:, 0] < ranges[:, 1])
        return UnreadNames(ranges[some], indexes[some], some_unread[some], some_unheard[some])

    def _find_gaps(self) -> Iterator[Numbers]:
        """The ranges of names of each index between its periods."""
        read = np.concatenate((self._periods[:, :1], self._periods[:, _VAGUE]), axis=1)
        order = np.argsort(read[:, :, 0], axis=1, kind="stable")
        read = np.take_along_axis(read, order[:, :, np.newaxis], axis=1)
        end = self._every[:, 0]
        for place in range(read.shape[1]):
            yield np.column_stack((end, read[:, place, 0]))
            end = np.maximum(end, read[:, place, 1])
        yield np.column_stack((end, self._every[:, 1]))


@lru_cache(maxsize=32)  # one traveller is looked up in several groups
def _periods(birth: PartialDate) -> Numbers:
    """The first date of each period and the one after the last: periods, 2."""
    assert birth.year is not None  # noqa: S101  (checked before)
    years = birth.years()
    first, last = (birth.month, birth.month) if birth.month else (0, 15)
    periods = [
        (date_number(years.start - 1), date_number(years.stop + 1) - 1),
        (date_number(birth.year), date_number(birth.year + 1) - 1),
        (date_number(birth.year, first), date_number(birth.year, last, 31)),
        (0, 0),
        (
            approximate_year_number(years.start - APPROXIMATE_YEARS - 1),
            approximate_year_number(years.stop + APPROXIMATE_YEARS),
        ),
        (UNKNOWN_DATE, UNKNOWN_DATE),
    ]
    periods += [(number, number) for number in _dates_like(birth)]
    both: Numbers = np.array(periods, np.int64) + np.array([0, 1])
    return both


def _dates_like(birth: PartialDate) -> Iterator[int]:
    """Numbers of dates outside the month of a birth that are likely errors for it."""
    if birth.year is not None and birth.month and birth.day:
        yield date_number(birth.year)
        yield date_number(birth.year - 1, birth.month, birth.day)
        yield date_number(birth.year + 1, birth.month, birth.day)
        if birth.day <= 12 and birth.day != birth.month:
            yield date_number(birth.year, birth.day, birth.month)


def _weak_parts(prepared: GroupQuery, births: Sequence[BirthComparison]) -> Flags:
    """The commonest parts that together prove too little with each of these comparisons: births, indexes, parts."""
    bits = prepared.bits
    weak = np.zeros((len(births), *bits.shape), np.bool_)
    if not prepared.count:
        return weak
    if prepared.cut_off_mask:  # a part that begins like a particle may be any name
        last = prepared.spans[prepared.count - 1]
        bits = bits.copy()
        np.maximum.at(bits[:, -1], prepared.group.of_units(last.units), last.worth)
    order = np.argsort(bits, axis=1, kind="stable")
    worth = _worth_of_commonest(np.take_along_axis(bits, order, axis=1), order, prepared)
    needed = [
        DEFAULT_THRESHOLDS.possible - PRIOR - BIRTH_WEIGHTS[birth] - NATIONALITY_WEIGHTS["same"] - SEX_WEIGHTS["same"]
        for birth in births
    ]
    ordered = np.logical_and.accumulate(worth < np.array(needed)[:, np.newaxis, np.newaxis], axis=2)
    np.put_along_axis(weak, np.broadcast_to(order, weak.shape), ordered, axis=2)
    return weak


def _worth_of_commonest(ordered: NDArray[np.float64], order: Numbers, prepared: GroupQuery) -> NDArray[np.float64]:
    """What the commonest part proves, the two commonest together, and so on: indexes, parts."""
    total = np.maximum(1.0, prepared.sums)[:, np.newaxis]
    bits = np.cumsum(ordered, axis=1)
    worth = (NAME_WEIGHTS["matched"] + NAME_WEIGHTS["full"]) * bits
    worth += NAME_WEIGHTS["share_query"] * bits / total
    halves = prepared.query.name.halves
    if not all(halves):
        return worth + NAME_WEIGHTS["share_listed"]
    in_half = [np.array([half >> number & 1 for number in range(prepared.count)], np.bool_)[order] for half in halves]
    both = np.logical_and(*(np.logical_or.accumulate(half, axis=1) for half in in_half))
    only_one = NAME_WEIGHTS["half_unmatched"] + NAME_WEIGHTS["share_listed"] / 2
    added: NDArray[np.float64] = worth + np.where(both, NAME_WEIGHTS["share_listed"], only_one)
    return added
