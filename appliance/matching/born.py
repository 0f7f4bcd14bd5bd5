"""Names by when their bearers were born, and which of the traveller's parts are worth reading for which time.

Persons lie in the order of their birth dates, so each time is one range of names. The commonest parts are faint
where all of them together prove too little for POSSIBLE, whatever nationality agrees: there they bring up nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.matching.births import Birth
from appliance.matching.index import PersonIndex
from appliance.matching.people import UNKNOWN, about_number, date_number
from appliance.matching.request import Request
from appliance.matching.weights import BIRTH, DEFAULT, NAME, NATIONALITY, PRIOR, SEX
from data.persons.partial_date import PartialDate

ABOUT = 2
"""Years that "about" a year reaches (`PartialDate.years`)."""
Range = tuple[int, int]
"""Numbers of names, from and below."""


@dataclass(frozen=True, slots=True)
class Born:
    """Ranges of names, and masks of the parts that are faint there. What is in none of them is of another time."""

    count: int
    years: Range
    """A year either side of the traveller's."""
    year: Range
    month: Range
    dates: tuple[Range, ...]
    """Outside the month: day and month swapped, one year off, only the year known."""
    faint_beside: int
    faint_in_year: int
    vague: tuple[tuple[Range, int], ...]
    """Names of several years, of about that year, of none; each with the parts that are faint there."""

    @classmethod
    def of(cls, request: Request, index: PersonIndex) -> "Born":
        """The times of one traveller in one index; without a birth date all names are of one time."""
        birth, count = request.query.birth, len(index.person_of)
        if birth is None or birth.year is None:
            return cls(count, (0, count), (0, count), (0, count), (), 0, 0, ())
        first, last = (birth.month, birth.month) if birth.month else (0, 15)
        own = birth.years()
        unsure = birth.about or birth.until is not None
        faint = _faint(request, Birth.YEAR_SLIP)
        about = index.born(about_number(own.start - ABOUT - 1), about_number(own.stop + ABOUT))
        return cls(
            count,
            index.born(date_number(own.start - 1), date_number(own.stop + 1) - 1),
            index.born(date_number(birth.year), date_number(birth.year + 1) - 1),
            index.born(date_number(birth.year, first), date_number(birth.year, last, 31)),
            tuple(index.born(number, number) for number in _dates_like(birth)),
            faint if unsure else _faint(request, Birth.BESIDE),
            faint if unsure else _faint(request, Birth.MONTH),
            (
                (index.born(0, 0), faint),
                (about, _faint(request, Birth.ABOUT_FITS)),
                (index.born(UNKNOWN, UNKNOWN), _faint(request, Birth.NOT_LISTED)),
            ),
        )

    def ranges(self, mask: int) -> tuple[Range, ...]:
        """Where the parts in `mask` are read."""
        vague = tuple(one for one, faint in self.vague if mask & ~faint)
        if mask & ~self.faint_beside:
            return self.years, *vague
        inside = self.year if mask & ~self.faint_in_year else self.month
        beside = (one for one in self.dates if not inside[0] <= one[0] < inside[1])
        return inside, *beside, *vague

    def unread(self, passed_over: int, unread: int, unheard: int) -> Iterator[tuple[Range, int, int]]:
        """Ranges of names; the parts that were not read there; and those of them not even by sound."""
        yield (0, self.count), passed_over, passed_over
        for one, faint in (
            *self.vague,
            ((self.years[0], self.year[0]), self.faint_beside),
            ((self.year[0], self.month[0]), self.faint_in_year),
            ((self.month[1], self.year[1]), self.faint_in_year),
            ((self.year[1], self.years[1]), self.faint_beside),
        ):
            yield one, faint, faint & unheard
        end = 0
        for low, high in sorted((self.years, *(one for one, _ in self.vague), (self.count, self.count))):
            yield (end, low), unread, unheard
            end = max(end, high)


def _dates_like(birth: PartialDate) -> Iterator[int]:
    """Numbers of dates outside the month of a birth that may well be meant for it."""
    if birth.year is not None and birth.month and birth.day:
        yield date_number(birth.year)
        yield date_number(birth.year - 1, birth.month, birth.day)
        yield date_number(birth.year + 1, birth.month, birth.day)
        if birth.day <= 12 and birth.day != birth.month:
            yield date_number(birth.year, birth.day, birth.month)


def _faint(request: Request, birth: Birth) -> int:
    """The commonest parts, as a mask, that all together prove too little for somebody whose birth is no better."""
    needed = DEFAULT.possible - PRIOR - BIRTH[birth] - NATIONALITY["same"] - SEX["same"]
    total, faint, proved = max(1.0, sum(request.bits)), 0, 0.0
    bits = list(request.bits)
    if request.cut_off:  # what begins like a particle may be any name
        bits[-1] = max(bits[-1], float(request.spans[len(bits) - 1].worth.max(initial=0)))
    for number in sorted(range(len(bits)), key=bits.__getitem__):
        more = faint | 1 << number
        proved += bits[number]
        worth = NAME["met"] * proved + NAME["share_query"] * proved / total
        if all(request.halves) and not all(half & more for half in request.halves):
            worth += NAME["half_unmet"] + NAME["share_listed"] / 2
        else:
            worth += NAME["share_listed"]
        if worth >= needed:
            break
        faint = more
    return faint
