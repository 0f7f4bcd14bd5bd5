"""What birth date, sex and nationality of listed persons add for one traveller, over many persons at once.

The same evidence and weights as in `evidence`; where a listed birth is vague, the best that it may come to.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching import facts
from appliance.matching.births import Birth
from appliance.matching.index import PersonIndex
from appliance.matching.people import date_number
from appliance.matching.query import PersonQuery
from appliance.matching.weights import BIRTH, NATIONALITY, SEX
from data.findings import Agreement
from data.persons.partial_date import PartialDate

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
_VAGUE = max(BIRTH[kind] for kind in (Birth.YEAR_FITS, Birth.SPAN_FITS, Birth.ABOUT_FITS))
_DAYS = 7
"""Bits of a birth code below its date (`people.birth_code`)."""


class Beside:
    """Tables of one traveller over the births, sexes and nationalities of one index."""

    def __init__(self, query: PersonQuery, index: PersonIndex) -> None:
        self._person_of = index.person_of
        self._people = index.people
        self._birth = query.birth if query.birth and query.birth.year is not None else None
        self._dates = _dates(self._birth) if self._birth else np.empty(0, np.float32)
        self._sexes = np.zeros(3, np.float32)
        if sex := self._people.sex_code(query.sex):
            self._sexes[1:] = SEX["differs"]
            self._sexes[sex] = SEX["same"]
        self._nations = np.zeros(len(self._people.countries) + 1, np.float32)
        if query.nationality:
            self._nations[1:] = NATIONALITY["differs"]
            self._nations[list(_agreeing(query.nationality, tuple(self._people.countries)))] = NATIONALITY["same"]

    def of_names(self, names: Ints) -> Floats:
        """For the bearers of names that ascend."""
        bearers = self._person_of[names]
        first = np.flatnonzero(np.diff(bearers, prepend=-1))
        worth: Floats = np.repeat(self.of_persons(bearers[first]), np.diff(first, append=len(bearers)))
        return worth

    def of_persons(self, persons: Ints) -> Floats:
        """For distinct persons that ascend: log-odds."""
        first, where, more = self._people.nations.rows_of(persons)
        nations = self._nations[first]
        np.maximum.at(nations, where, self._nations[more])
        worth: Floats = self._births(persons) + self._sexes[self._people.sexes[persons]] + nations
        return worth

    def _births(self, persons: Ints) -> Floats:
        if self._birth is None:
            return np.full(len(persons), BIRTH[Birth.NOT_SHOWN], np.float32)
        first, where, more = self._people.births.rows_of(persons)
        best = self._of_codes(first, self._birth)
        if len(more):
            np.maximum.at(best, where, self._of_codes(more, self._birth))
        return best

    def _of_codes(self, codes: Ints, birth: PartialDate) -> Floats:
        places = (codes >> _DAYS).astype(np.int64) - _first_date(birth)
        places[(places < 0) | (places >= len(self._dates))] = -1
        worth: Floats = self._dates[places]
        vague = np.flatnonzero((codes & 127 != 0) | (codes == 0))
        worth[vague] = _compared(codes[vague].astype(np.int64), birth)
        return worth


@lru_cache(maxsize=256)
def _agreeing(nationality: str, countries: tuple[str, ...]) -> tuple[int, ...]:
    """Numbers of the listed nationalities that the traveller's does not differ from."""
    compared = (facts.nationality(nationality, (country,)) for country in countries)
    return tuple(number for number, one in enumerate(compared, 1) if one is not Agreement.DIFFERS)


def _first_date(birth: PartialDate) -> int:
    return date_number(birth.years().start - 1)


def _dates(birth: PartialDate) -> Floats:
    """What each listed date of the years around this birth adds, and, last, what any other date does."""
    end = date_number(birth.years().stop + 1)
    numbers = np.arange(_first_date(birth), end, dtype=np.int64)
    return np.append(_compared(numbers << _DAYS, birth), BIRTH[Birth.DIFFERENT]).astype(np.float32)


def _compared(codes: Ints, birth: PartialDate) -> NDArray[np.float64]:
    """What each listed birth adds, by the classes of `births`."""
    assert birth.year is not None  # noqa: S101  (asked before)
    years, months, days = codes >> 16, codes >> 12 & 15, codes >> 7 & 31
    about, span = (codes >> 6 & 1) * 2, codes & 63
    first, last = years - about, years + np.maximum(span - 1, 0) + about
    own = birth.years()
    fits = (first < own.stop) & (last >= own.start)
    beside = (first - 1 < own.stop) & (last + 1 >= own.start)
    whole = (days > 0) & (birth.whole is not None)
    same_day, same_month = days == (birth.day or 0), months == (birth.month or 0)
    partial = np.where((months > 0) & same_month, BIRTH[Birth.MONTH_FITS], _VAGUE)
    flipped = (days == (birth.month or 0)) & (months == (birth.day or 0))
    exact = np.full(len(codes), BIRTH[Birth.YEAR])
    exact[same_day] = BIRTH[Birth.MONTH]
    exact[same_month] = BIRTH[Birth.NEAR]
    exact[flipped] = BIRTH[Birth.FLIPPED]
    exact[same_day & same_month] = BIRTH[Birth.SAME]
    near = np.where(whole & same_day & same_month, BIRTH[Birth.YEAR_SLIP], BIRTH[Birth.BESIDE])
    worth = np.where(beside, near, BIRTH[Birth.DIFFERENT])
    worth[fits] = np.where(whole, exact, partial)[fits]
    return np.where(codes == 0, BIRTH[Birth.NOT_LISTED], worth)
