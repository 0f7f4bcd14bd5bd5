"""Dates of six digits: unknown parts as `<<`, and the century from the document itself.

Rules (Doc 9303-3 section 4.8 and 4.10): the century never comes from a fixed pivot. A machine-readable document expires
in 1980 or later and as near to today as two digits allow; its holder is born neither in the future nor after it was
issued or expires, unless that would make the holder older than anybody gets. A state that prints 00 for an unknown
month or day is understood, though it should have printed `<<` (see `has_zero_part`).
"""

from datetime import date

from data.persons.partial_date import PartialDate

FIRST_MRZ_YEAR = 1980
"""Year of the first edition of Doc 9303: nothing machine-readable expires before."""

MAX_AGE_YEARS = 120
UNKNOWN = "<<<<<<"

Parts = tuple[int | None, int | None, int | None]


def parts_of(field: str) -> Parts | None:
    """Year of two digits, month and day, None for each unknown part; None when this is no date at all."""
    texts = (field[0:2], field[2:4], field[4:6])
    if field == "000000" or not all(text == "<<" or (text.isdecimal() and text.isascii()) for text in texts):
        return None
    year, month, day = (None if text == "<<" else int(text) for text in texts)
    return year, month or None, day or None


def has_zero_part(field: str) -> bool:
    """Whether month or day is 00."""
    return "00" in (field[2:4], field[4:6])


def expiry_date(parts: Parts, today: date) -> PartialDate | None:
    """The date of expiry; None when no century makes it one."""
    year, month, day = parts
    if year is None:
        return partial(None, month, day)
    years = [century + year for century in (1900, 2000) if century + year >= FIRST_MRZ_YEAR]
    near = sorted(years, key=lambda candidate: abs(candidate - today.year))
    return next((found for candidate in near if (found := partial(candidate, month, day))), None)


def birth_date(parts: Parts, latest: date, today: date) -> PartialDate | None:
    """The last date with these parts that is not after `latest`; None when the calendar has none."""
    year, month, day = parts
    if year is None:
        return partial(None, month, day)
    found = _last_before(year, month, day, latest)
    if found and found.year and today.year - found.year > MAX_AGE_YEARS:
        return _last_before(year, month, day, today)
    return found


def _last_before(year: int, month: int | None, day: int | None, latest: date) -> PartialDate | None:
    first = latest.year // 100 * 100 + year
    for candidate in (first, first - 100):
        found = partial(candidate, month, day)
        if found and (candidate, month or 1, day or 1) <= (latest.year, latest.month, latest.day):
            return found
    return None


def last_day(found: PartialDate) -> date:
    """The last day a date with a known year may mean."""
    year, month = found.year or date.max.year, found.month or 12
    return found.whole or date(year, month, 28)


def partial(year: int | None, month: int | None, day: int | None) -> PartialDate | None:
    """A date of these parts; None when the calendar has none."""
    if day is not None and not 1 <= day <= 31:
        return None
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None
