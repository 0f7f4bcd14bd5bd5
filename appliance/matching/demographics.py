"""What birth, sex and nationality say for or against many listed persons at once, in log-odds.

The classes and weights are those of `comparison`. If a listed birth date is vague, its best meaning counts.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from appliance.matching import comparison
from appliance.matching.comparison import BirthComparison
from appliance.matching.index.arrays import Floats, Numbers
from appliance.matching.index.people import date_number, sex_code
from appliance.matching.index.person_index import IndexGroup
from appliance.matching.query import PersonQuery
from appliance.matching.weights import BIRTH_WEIGHTS, NATIONALITY_WEIGHTS, SEX_WEIGHTS
from data.persons.person import PartialDate
from data.screenings import Agreement

_PARTIAL_DATE_WEIGHT = max(
    BIRTH_WEIGHTS[kind] for kind in (BirthComparison.YEAR_FITS, BirthComparison.SPAN_FITS, BirthComparison.ABOUT_FITS)
)
_DATE_SHIFT = 7
"""Bits of a birth code below its date (`people.encode_birth`)."""


class Demographics:
    """Tables of one traveller over the births, sexes and nationalities of the persons of a group."""

    def __init__(self, query: PersonQuery, group: IndexGroup) -> None:
        self._person_of = group.person_of
        self._columns = group.columns
        self._birth = query.birth if query.birth and query.birth.year is not None else None
        self._dates = _date_weights(self._birth) if self._birth else np.empty(0, np.float32)
        self._sexes = np.zeros(3, np.float32)
        if sex := sex_code(query.sex):
            self._sexes[1:] = SEX_WEIGHTS["differs"]
            self._sexes[sex] = SEX_WEIGHTS["same"]
        self._nations = np.zeros(len(self._columns.countries) + 1, np.float32)
        if query.nationality:
            self._nations[1:] = NATIONALITY_WEIGHTS["differs"]
            agreeing = _agreeing_nationalities(query.nationality, self._columns.countries)
            self._nations[list(agreeing)] = NATIONALITY_WEIGHTS["same"]

    def of_names(self, names: Numbers) -> Floats:
        """Log-odds for the persons of these names, in ascending order."""
        bearers = self._person_of[names]
        first = np.flatnonzero(np.diff(bearers, prepend=-1))
        worth: Floats = np.repeat(self.of_persons(bearers[first]), np.diff(first, append=len(bearers)))
        return worth

    def of_persons(self, persons: Numbers) -> Floats:
        """Log-odds for distinct persons, in ascending order."""
        first, where, more = self._columns.nations.rows_of(persons)
        nations = self._nations[first]
        np.maximum.at(nations, where, self._nations[more])
        worth: Floats = self._births(persons) + self._sexes[self._columns.sexes[persons]] + nations
        return worth

    def _births(self, persons: Numbers) -> Floats:
        if self._birth is None:
            return np.full(len(persons), BIRTH_WEIGHTS[BirthComparison.NOT_SHOWN], np.float32)
        first, where, more = self._columns.births.rows_of(persons)
        best = self._of_codes(first, self._birth)
        if len(more):
            np.maximum.at(best, where, self._of_codes(more, self._birth))
        return best

    def _of_codes(self, codes: Numbers, birth: PartialDate) -> Floats:
        places = (codes >> _DATE_SHIFT).astype(np.int64) - _first_date(birth)
        places[(places < 0) | (places >= len(self._dates))] = -1
        worth: Floats = self._dates[places]
        vague = np.flatnonzero((codes & 127 != 0) | (codes == 0))
        worth[vague] = _birth_weights(codes[vague].astype(np.int64), birth)
        return worth


@lru_cache(maxsize=256)
def _agreeing_nationalities(nationality: str, countries: tuple[str, ...]) -> tuple[int, ...]:
    """Numbers of the listed nationalities that do not differ from the traveller's."""
    agreements = (comparison.compare_nationality(nationality, (country,)) for country in countries)
    return tuple(number for number, agreement in enumerate(agreements, 1) if agreement is not Agreement.DIFFERS)


def _first_date(birth: PartialDate) -> int:
    return date_number(birth.years().start - 1)


@lru_cache(maxsize=32)
def _date_weights(birth: PartialDate) -> Floats:
    """The weight of each listed date in the years around this birth and, last, of any other date."""
    end = date_number(birth.years().stop + 1)
    numbers = np.arange(_first_date(birth), end, dtype=np.int64)
    worth = _birth_weights(numbers << _DATE_SHIFT, birth)
    return np.append(worth, BIRTH_WEIGHTS[BirthComparison.DIFFERENT]).astype(np.float32)


def _birth_weights(codes: Numbers, birth: PartialDate) -> NDArray[np.float64]:
    """The weight of each listed birth, by the classes of `comparison`."""
    assert birth.year is not None  # noqa: S101  (checked before)
    years, months, days = codes >> 16, codes >> 12 & 15, codes >> 7 & 31
    about, span = (codes >> 6 & 1) * 2, codes & 63
    first, last = years - about, years + np.maximum(span - 1, 0) + about
    traveller_years = birth.years()
    fits = (first < traveller_years.stop) & (last >= traveller_years.start)
    is_one_year_off = (first - 1 < traveller_years.stop) & (last + 1 >= traveller_years.start)
    is_whole = (days > 0) & (birth.whole is not None)
    same_day, same_month = days == (birth.day or 0), months == (birth.month or 0)
    partial = np.where((months > 0) & same_month, BIRTH_WEIGHTS[BirthComparison.MONTH_FITS], _PARTIAL_DATE_WEIGHT)
    flipped = (days == (birth.month or 0)) & (months == (birth.day or 0))
    exact = np.full(len(codes), BIRTH_WEIGHTS[BirthComparison.YEAR])
    exact[same_day] = BIRTH_WEIGHTS[BirthComparison.MONTH]
    exact[same_month] = BIRTH_WEIGHTS[BirthComparison.NEAR]
    exact[flipped] = BIRTH_WEIGHTS[BirthComparison.FLIPPED]
    exact[same_day & same_month] = BIRTH_WEIGHTS[BirthComparison.SAME]
    near = np.where(
        is_whole & same_day & same_month,
        BIRTH_WEIGHTS[BirthComparison.YEAR_SLIP],
        BIRTH_WEIGHTS[BirthComparison.ONE_YEAR_OFF],
    )
    worth = np.where(is_one_year_off, near, BIRTH_WEIGHTS[BirthComparison.DIFFERENT])
    worth[fits] = np.where(is_whole, exact, partial)[fits]
    return np.where(codes == 0, BIRTH_WEIGHTS[BirthComparison.NOT_LISTED], worth)
