"""Names that a traveller's parts bring up, read from the postings, each with the parts that it may meet.

- The traveller's rarest parts bring up every name that holds one like them. Of common parts only the names of
  people born in the years in question come up, or of several or no listed year: a common part that meets somebody
  of another year proves nothing by itself.
- A part that was not read for the year of a name may meet it: what is not known never counts against anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.births import Birth
from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.people import date_number
from appliance.matching.request import Request, Span
from appliance.matching.weights import BIRTH, DEFAULT, NAME, NATIONALITY, PRIOR, SEX
from data.persons.partial_date import PartialDate

SLOTS = 8
"""Parts are told apart up to the last slot, which stands for all further ones."""
_BITS_OF_A_STRANGER = (
    DEFAULT.possible - PRIOR - BIRTH[Birth.DIFFERENT] - NATIONALITY["same"] - NAME["share_query"] - NAME["share_listed"]
) / NAME["met"]
"""Bits of a name with which somebody of another year may be POSSIBLE though it is not spelled alike."""
Ints = NDArray[np.integer[Any]]
Range = tuple[int, int]
"""Numbers of names, from and below."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One row a name."""

    names: Ints
    """Distinct, ascending."""
    slots: NDArray[np.uint8]
    """Which parts each may meet (`slots_of`)."""
    heard: NDArray[np.uint8]
    """Which parts each may meet by spelling or sound."""


def slots_of(mask: int) -> int:
    """Slots of the parts in a mask."""
    last = 1 << SLOTS - 1
    return mask & last - 1 | (last if mask >> SLOTS - 1 else 0)


def bring_up(request: Request, index: PersonIndex, joined: Mapping[int, Ints], whole: int) -> Brought:
    """`joined` gives, by part, the names that hold it as two parts written apart; `whole` is of `Effort`."""
    marks = np.zeros(-(-len(index.person_of) // 8) * 8, np.uint8)
    for part, names in joined.items():
        marks[names] |= np.uint8(slots_of(1 << part))
    born = _Born.of(request, index)
    plan = _Plan(request, index, whole)
    for met, names in _read(plan, born, index):
        marks[names] |= np.uint8(met)
    names, slots = _marked(marks)
    heard = slots.copy()
    for (low, high), unread, unheard in born.unread(plan):
        first, end = np.searchsorted(names, (low, high))
        slots[first:end] |= np.uint8(slots_of(unread))
        heard[first:end] |= np.uint8(slots_of(unheard))
    return Brought(names, slots, heard)


def _marked(marks: NDArray[np.uint8]) -> tuple[Ints, NDArray[np.uint8]]:
    """Places of what is marked, and the marks. Nearly all is empty: eight places are passed over at once."""
    words = np.flatnonzero(marks.view(np.uint64) != 0)
    cells = marks.reshape(-1, 8)[words].ravel()
    here = np.flatnonzero(cells != 0)
    return (words[here >> 3] << 3) + (here & 7), cells[here]


@dataclass(frozen=True, slots=True)
class _Born:
    """Names by when their bearers were born, and the parts that are too faint to be read for those times, as masks.

    All faint parts together prove too little for POSSIBLE there, whatever nationality agrees.
    """

    count: int
    open: Range
    """Several years, or none."""
    years: Range
    """A year either side of the traveller's."""
    year: Range
    month: Range
    dates: tuple[Range, ...]
    """Outside the month: day and month swapped, one year off, only the year known."""
    faint_open: int
    faint_beside: int
    faint_in_year: int

    @classmethod
    def of(cls, request: Request, index: PersonIndex) -> "_Born":
        birth, count = request.query.birth, len(index.person_of)
        if birth is None or birth.year is None:
            return cls(count, (0, 0), (0, count), (0, count), (0, count), (), 0, 0, 0)
        first, last = (birth.month, birth.month) if birth.month else (0, 15)
        vague = birth.about or birth.until is not None
        faint = _faint(request, Birth.YEAR_SLIP)
        return cls(
            count,
            index.born(0, 0),
            index.born(date_number(birth.years().start - 1), date_number(birth.years().stop + 1) - 1),
            index.born(date_number(birth.year), date_number(birth.year + 1) - 1),
            index.born(date_number(birth.year, first), date_number(birth.year, last, 31)),
            tuple(index.born(number, number) for number in _dates_like(birth)),
            faint,
            faint if vague else _faint(request, Birth.BESIDE),
            faint if vague else _faint(request, Birth.MONTH),
        )

    def ranges(self, mask: int) -> tuple[Range, ...]:
        """Where the parts in `mask` are read."""
        opened = () if self._is_faint(mask, self.faint_open) else (self.open,)
        if not self._is_faint(mask, self.faint_beside):
            return self.years, *opened
        inside = self.month if self._is_faint(mask, self.faint_in_year) else self.year
        beside = (one for one in self.dates if not inside[0] <= one[0] < inside[1])
        return inside, *beside, *opened

    @staticmethod
    def _is_faint(mask: int, faint: int) -> bool:
        return mask & faint == mask

    def unread(self, plan: "_Plan") -> Iterator[tuple[Range, int, int]]:
        """Ranges of names; the parts that were not read there; and those of them not even by sound."""
        yield (0, self.count), plan.passed_over, plan.passed_over
        for low, high, faint in (
            (*self.open, self.faint_open),
            (self.years[0], self.year[0], self.faint_beside),
            (self.year[0], self.month[0], self.faint_in_year),
            (self.month[1], self.year[1], self.faint_in_year),
            (self.year[1], self.years[1], self.faint_beside),
        ):
            yield (low, high), faint, faint & plan.unheard
        for one in ((self.open[1], self.years[0]), (self.years[1], self.count)):
            yield one, plan.unread, plan.unheard


def _dates_like(birth: PartialDate) -> Iterator[int]:
    """Numbers of dates outside the month of a birth that may well be meant for it."""
    if birth.year is not None and birth.month and birth.day:
        yield date_number(birth.year)
        yield date_number(birth.year - 1, birth.month, birth.day)
        yield date_number(birth.year + 1, birth.month, birth.day)
        if birth.day <= 12 and birth.day != birth.month:
            yield date_number(birth.year, birth.day, birth.month)


class _Plan:
    """Which units are read in full, and which only for some years. Masks of parts say what that leaves open."""

    def __init__(self, request: Request, index: PersonIndex, whole: int) -> None:
        real = request.halves[0] | request.halves[1] | request.cut_off or -1
        self.spans = [span for span in (*request.spans, *request.initials) if span.mask & real]
        self.passed_over = _union(span.mask for span in request.spans) & ~real | request.open
        """Parts that may meet what they do not bring up: particles, and initials."""
        alike = [span.grades <= Likeness.SOUND for span in self.spans]
        far = sum(request.bits) >= _BITS_OF_A_STRANGER
        wanted = [
            np.ones(len(same), bool) if far or span.mask.bit_count() > 1 else same
            for span, same in zip(self.spans, alike, strict=True)
        ]
        sizes = [index.postings.sizes(span.units) for span in self.spans]
        rarest = _rarest(self.spans, sizes, alike), _rarest(self.spans, sizes, wanted)
        self.everywhere = list[NDArray[np.bool_]]()
        """For each span, which of its units are read in full."""
        for place, held in enumerate(sizes):
            chosen = wanted[place]
            if held[chosen].sum() > whole and place != rarest[1]:
                chosen = alike[place]
            if held[chosen].sum() > whole and place not in rarest:
                chosen = np.zeros(len(chosen), bool)
            self.everywhere.append(chosen)
        both = list(zip(self.spans, self.everywhere, alike, strict=True))
        self.unread = _union(span.mask for span, chosen, _ in both if not chosen.all())
        self.unheard = _union(span.mask for span, chosen, same in both if (same & ~chosen).any())


def _read(plan: _Plan, born: _Born, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    """Slots, and names that hold a unit of theirs, some of them more than once."""
    units, lows, highs, sizes = [], [], [], []
    for span, everywhere in zip(plan.spans, plan.everywhere, strict=True):
        some = span.units[~everywhere]
        ranges = [(span.units[everywhere], (0, born.count)), *((some, one) for one in born.ranges(span.mask))]
        for chosen, (low, high) in ranges:
            units.append(chosen)
            lows.append(np.full(len(chosen), low))
            highs.append(np.full(len(chosen), high))
        sizes.append(sum(len(chosen) for chosen, _ in ranges))
    if not units:
        return
    begins, ends = index.postings.within(np.concatenate(units), np.concatenate(lows), np.concatenate(highs))
    first = 0
    for span, size in zip(plan.spans, sizes, strict=True):
        here = slice(first, first + size)
        yield slots_of(span.mask), index.postings.stretches(begins[here], ends[here])
        first += size


def _union(masks: Iterable[int]) -> int:
    every = 0
    for mask in masks:
        every |= mask
    return every


def _faint(request: Request, birth: Birth) -> int:
    """The commonest parts, as a mask, that all together prove too little for somebody whose birth is no better."""
    needed = DEFAULT.possible - PRIOR - BIRTH[birth] - NATIONALITY["same"] - SEX["same"]
    total, faint, proved = sum(request.bits), 0, 0.0
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


def _is_part(span: Span) -> bool:
    return span.mask.bit_count() == 1 and bool(span.grades[0] != Likeness.INITIAL)


def _rarest(spans: list[Span], sizes: list[Ints], chosen: list[NDArray[np.bool_]]) -> int:
    """The single part that the fewest names hold, but some; -1 for none."""
    held = [(int(size[some].sum()), place) for place, (size, some) in enumerate(zip(sizes, chosen, strict=True))]
    single = [(size, place) for size, place in held if size and _is_part(spans[place])]
    return min(single)[1] if single else -1
