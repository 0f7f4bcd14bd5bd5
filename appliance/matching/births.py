"""How a traveller's birth date compares with the listed ones: one class, the best over all listed dates.

- A flipped day and month, and a slip in one part, are how clerks and calendars go wrong.
- 1 January stands for "unknown" on many passports and lists: equal there proves less.
"""

from enum import StrEnum

from data.persons.partial_date import PartialDate


class Birth(StrEnum):
    """Classes of comparison, best first; their worth is in `weights`."""

    SAME = "same date"
    SAME_NEW_YEAR = "same year, both 1 January"
    FLIPPED = "day and month swapped"
    NEAR = "same year and month"
    MONTH_FITS = "year and month fit"
    MONTH = "same year and day"
    YEAR_SLIP = "same day and month, year one off"
    YEAR_FITS = "year fits"
    SPAN_FITS = "within the listed years"
    ABOUT_FITS = "about that year"
    YEAR = "same year only"
    BESIDE = "one year off"
    NOT_LISTED = "not listed"
    NOT_SHOWN = "not shown"
    DIFFERENT = "differs"


_ORDER = {kind: rank for rank, kind in enumerate(Birth)}


def compare(traveller: PartialDate | None, listed: tuple[PartialDate, ...]) -> tuple[Birth, PartialDate | None]:
    """The best class and the listed date it came from."""
    if traveller is None or traveller.year is None:
        return Birth.NOT_SHOWN, None
    known = [birth for birth in listed if birth.year is not None]
    if not known:
        return Birth.NOT_LISTED, None
    return min(((_class(traveller, birth), birth) for birth in known), key=lambda pair: _ORDER[pair[0]])


def _class(one: PartialDate, other: PartialDate) -> Birth:
    if one.day and one.month and other.day and other.month:
        return _whole(one, other)
    return _partial(one, other)


def _whole(one: PartialDate, other: PartialDate) -> Birth:
    assert one.year is not None and other.year is not None  # noqa: S101  (whole dates have one)
    same_day, same_month = one.day == other.day, one.month == other.month
    if one.year == other.year:
        if same_day and same_month:
            return Birth.SAME_NEW_YEAR if (one.day, one.month) == (1, 1) else Birth.SAME
        if (one.day, one.month) == (other.month, other.day):
            return Birth.FLIPPED
        return Birth.NEAR if same_month else Birth.MONTH if same_day else Birth.YEAR
    if abs(one.year - other.year) == 1:
        return Birth.YEAR_SLIP if same_day and same_month else Birth.BESIDE
    return Birth.DIFFERENT


def _partial(one: PartialDate, other: PartialDate) -> Birth:
    if set(one.years()).isdisjoint(other.years()):
        beside = {year + step for year in other.years() for step in (-1, 1)}
        return Birth.DIFFERENT if beside.isdisjoint(one.years()) else Birth.BESIDE
    if one.until is not None or other.until is not None:
        return Birth.SPAN_FITS
    if one.about or other.about:
        return Birth.ABOUT_FITS
    if one.month is not None and other.month is not None:
        return Birth.MONTH_FITS if one.month == other.month else Birth.YEAR
    return Birth.YEAR_FITS
