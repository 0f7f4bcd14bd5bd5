"""Dates as lists write them in words: `15 Mar 1965`, `Oct. 1970`, `circa 1970-1972`, `01 Jan 1953 to 31 Dec 1954`.

A date that is not understood gives None, never a guess. A span within one month or one year becomes that month or year;
a span over years keeps its first and last; "about" keeps only the year.
"""

import re
from datetime import date

from data.persons.person import PartialDate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>[A-Za-z]{3})[a-z]*\.?"
_SINGLE = re.compile(rf"(?:(?:(?P<day>\d{{1,2}})\s+)?{_MONTH}\s+)?(?P<year>\d{{4}})")
_SPAN = re.compile(r"(?P<first>.+?)(?:\s+(?:to|and|-|–)\s+|(?<=\d{4})[-–](?=\d{4}$))(?P<last>.+)", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:circa|approximately|about|between|c\.|ca\.)\s*", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1850, 2100


def parse_iso_day(text: str) -> date | None:
    """The day in `2016-10-13` or `2020-02-02-05:00` or `2016-10-13T00:00:00Z`; None when there is none."""
    try:
        return date.fromisoformat(text[:10]) if re.match(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def parse_date_in_words(text: str) -> PartialDate | None:
    """A date or span of dates in English words, `circa` or not; None when it is not understood."""
    text = " ".join(text.split()).strip(" .,;")
    bare = _ABOUT.sub("", text)
    about = bare != text and not text.lower().startswith("between")
    if span := _SPAN.fullmatch(bare):
        return _parse_span(span["first"], span["last"])
    single = _parse_single(bare)
    return PartialDate(single.year, about=True) if single and about else single


def make_year_span(first: int, last: int) -> PartialDate | None:
    """A span of years, in either order; one year when both are the same; None for years nobody is born in."""
    if not (_is_plausible(first) and _is_plausible(last)):
        return None
    if first == last:
        return PartialDate(first)
    return PartialDate(min(first, last), until=max(first, last))


def _parse_single(text: str) -> PartialDate | None:
    match = _SINGLE.fullmatch(text)
    if not match or not _is_plausible(int(match["year"])):
        return None
    name = (match["month"] or "").lower()
    if name and name not in _MONTHS:
        return None
    month = _MONTHS.index(name) + 1 if name else None
    try:
        return PartialDate(int(match["year"]), month, int(match["day"]) if match["day"] else None)
    except ValueError:
        return None


def _parse_span(first_text: str, last_text: str) -> PartialDate | None:
    last = _parse_single(last_text)
    # "Between May and Jun. 1980": the year occurs once, at the end.
    first = _parse_single(first_text) or (last and _parse_single(f"{first_text} {last.year}"))
    if not first or not last or first.year is None or last.year is None:
        return None
    if (first.year, first.month) == (last.year, last.month):
        return PartialDate(first.year, first.month)
    return make_year_span(first.year, last.year)


def _is_plausible(year: int) -> bool:
    return _FIRST_YEAR <= year <= _LAST_YEAR
