"""The listed names that a traveller's name parts bring up, read from the postings, each with the parts it may meet.

- The traveller's rarest parts bring up every name that holds one like them. Of common parts only the names of
  people born in the years in question come up, or of several or no listed year: a common part that meets somebody
  of another year proves nothing by itself.
- Persons lie in the order of their birth dates, so each time is one range of names. The commonest parts are weak where
  all of them together prove too little for POSSIBLE, whatever nationality agrees: there they bring up nobody.
- A part may be listed as two written apart: ABDELKARIM against ABD EL KARIM.
- A part that was not read for the year of a name may meet it: what is not known never counts against anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import BirthComparison, TokenSimilarity
from appliance.matching.index.people import UNKNOWN_DATE, approximate_year_number, date_number
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.query import PreparedQuery, Span
from appliance.matching.weights import (
    BIRTH_WEIGHTS,
    DEFAULT_THRESHOLDS,
    NAME_WEIGHTS,
    NATIONALITY_WEIGHTS,
    PRIOR,
    SEX_WEIGHTS,
)
from data.persons.name_forms import sound_key
from data.persons.person import PartialDate

APPROXIMATE_YEARS = 2
"""Years that "about" a year reaches (`PartialDate.years`)."""
NameRange = tuple[int, int]
"""Numbers of names, from and below."""


@dataclass(frozen=True, slots=True)
class BirthRanges:
    """Ranges of names, and masks of the parts that are faint there. What is in none of them is of another time."""

    count: int
    years: NameRange
    """A year either side of the traveller's."""
    year: NameRange
    month: NameRange
    dates: tuple[NameRange, ...]
    """Outside the month: day and month swapped, one year off, only the year known."""
    weak_near_year: int
    weak_in_year: int
    vague: tuple[tuple[NameRange, int], ...]
    """Names of several years, of about that year, of none; each with the parts that are faint there."""

    @classmethod
    def of(cls, request: PreparedQuery, index: PersonIndex) -> "BirthRanges":
        """The times of one traveller in one index; without a birth date all names are of one time."""
        birth, count = request.query.birth, len(index.person_of)
        if birth is None or birth.year is None:
            return cls(count, (0, count), (0, count), (0, count), (), 0, 0, ())
        first, last = (birth.month, birth.month) if birth.month else (0, 15)
        own = birth.years()
        unsure = birth.about or birth.until is not None
        faint = _weak_parts(request, BirthComparison.YEAR_SLIP)
        about = index.names_born(
            approximate_year_number(own.start - APPROXIMATE_YEARS - 1),
            approximate_year_number(own.stop + APPROXIMATE_YEARS),
        )
        return cls(
            count,
            index.names_born(date_number(own.start - 1), date_number(own.stop + 1) - 1),
            index.names_born(date_number(birth.year), date_number(birth.year + 1) - 1),
            index.names_born(date_number(birth.year, first), date_number(birth.year, last, 31)),
            tuple(index.names_born(number, number) for number in _dates_like(birth)),
            faint if unsure else _weak_parts(request, BirthComparison.BESIDE),
            faint if unsure else _weak_parts(request, BirthComparison.MONTH),
            (
                (index.names_born(0, 0), faint),
                (about, _weak_parts(request, BirthComparison.ABOUT_FITS)),
                (index.names_born(UNKNOWN_DATE, UNKNOWN_DATE), _weak_parts(request, BirthComparison.NOT_LISTED)),
            ),
        )

    def ranges(self, mask: int) -> tuple[NameRange, ...]:
        """Where the parts in `mask` are read."""
        vague = tuple(one for one, faint in self.vague if mask & ~faint)
        if mask & ~self.weak_near_year:
            return self.years, *vague
        inside = self.year if mask & ~self.weak_in_year else self.month
        beside = (one for one in self.dates if not inside[0] <= one[0] < inside[1])
        return inside, *beside, *vague

    def unread(self, passed_over: int, unread: int, unheard: int) -> Iterator[tuple[NameRange, int, int]]:
        """Ranges of names; the parts that were not read there; and those of them not even by sound."""
        yield (0, self.count), passed_over, passed_over
        for one, faint in (
            *self.vague,
            ((self.years[0], self.year[0]), self.weak_near_year),
            ((self.year[0], self.month[0]), self.weak_in_year),
            ((self.month[1], self.year[1]), self.weak_in_year),
            ((self.year[1], self.years[1]), self.weak_near_year),
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


def _weak_parts(request: PreparedQuery, birth: BirthComparison) -> int:
    """The commonest parts, as a mask, that all together prove too little for somebody whose birth is no better."""
    needed = (
        DEFAULT_THRESHOLDS.possible - PRIOR - BIRTH_WEIGHTS[birth] - NATIONALITY_WEIGHTS["same"] - SEX_WEIGHTS["same"]
    )
    total, faint, proved = max(1.0, sum(request.bits)), 0, 0.0
    bits = list(request.bits)
    if request.cut_off_mask:  # what begins like a particle may be any name
        bits[-1] = max(bits[-1], float(request.spans[len(bits) - 1].worth.max(initial=0)))
    for number in sorted(range(len(bits)), key=bits.__getitem__):
        more = faint | 1 << number
        proved += bits[number]
        worth = NAME_WEIGHTS["met"] * proved + NAME_WEIGHTS["share_query"] * proved / total
        if all(request.halves) and not all(half & more for half in request.halves):
            worth += NAME_WEIGHTS["half_unmet"] + NAME_WEIGHTS["share_listed"] / 2
        else:
            worth += NAME_WEIGHTS["share_listed"]
        if worth >= needed:
            break
        faint = more
    return faint


LEAST_SPLIT = 6
"""Letters of a part that may be two listed parts written together."""
_LEAST_PIECES = 2, 3
"""Letters of the first piece (EL, AL) and of the second."""
_NAMES_OF_PIECE = 3000
Ints = NDArray[np.integer[Any]]


def find_split_names(request: PreparedQuery, index: PersonIndex) -> dict[int, Ints]:
    """By number of a part, the names; distinct, ascending."""
    return dict(_split_names_by_part(request, index))


def _split_names_by_part(request: PreparedQuery, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    for number, part in enumerate(request.parts):
        latin = part.forms[0].latin
        if len(part.forms[0].sound) < LEAST_SPLIT or part.forms[0].vowelless:
            continue
        cuts = range(_LEAST_PIECES[0], len(latin) - _LEAST_PIECES[1] + 1)
        names = [found for cut in cuts if len(found := _names_with_both(latin[:cut], latin[cut:], index))]
        if names:
            yield number, np.unique(np.concatenate(names))


def _names_with_both(one: str, other: str, index: PersonIndex) -> Ints:
    units = []
    for piece in sorted((one, other), key=len, reverse=True):  # the longer one is the less likely to be listed
        heard = index.vocabulary.sounds.find(sound_key(piece))
        if heard < 0:
            return np.empty(0, np.int64)
        units.append(index.vocabulary.of_sound.members(heard).astype(np.int64))
    few, many = sorted(units, key=lambda held: int(index.postings.sizes(held).sum()))
    names = np.unique(index.postings.members_with_places(few)[0])[:_NAMES_OF_PIECE]
    rows, which = index.rows.members_with_places(names)
    return names[np.unique(which[np.isin(rows, many)])]


SLOTS = 7
"""Parts are told apart up to the last slot, which stands for all further ones."""
TOGETHER = 1 << SLOTS
"""Beside the slots: neighbours met as one, or one part as two."""
_BITS_WITHOUT_BIRTH = (
    DEFAULT_THRESHOLDS.possible
    - PRIOR
    - BIRTH_WEIGHTS[BirthComparison.DIFFERENT]
    - NATIONALITY_WEIGHTS["same"]
    - NAME_WEIGHTS["share_query"]
    - NAME_WEIGHTS["share_listed"]
) / NAME_WEIGHTS["met"]
"""Bits of a name with which somebody of another year may be POSSIBLE though it is not spelled alike."""
_FEW = 256
"""Names of a unit that are quicker read than searched."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """One row a name."""

    names: Ints
    """Distinct, ascending."""
    slots: NDArray[np.uint8]
    """Which parts each may meet (`slots_of`), and `TOGETHER`."""
    sound_slots: NDArray[np.uint8]
    """Which of them each may meet by spelling or sound."""


def slots_of(mask: int) -> int:
    """Slots of the parts in a mask."""
    last = 1 << SLOTS - 1
    return mask & last - 1 | (last if mask >> SLOTS - 1 else 0)


def retrieve(request: PreparedQuery, index: PersonIndex, joined: Mapping[int, Ints], whole: int) -> Retrieved:
    """`joined` gives, by part, the names that hold it as two parts written apart; `whole` is of `SearchEffort`."""
    born = BirthRanges.of(request, index)
    plan = _ReadPlan(request, index, whole)
    read = [(_mark(1 << part, heard=True, together=True), found) for part, found in joined.items()]
    names, marked = _merge_marks([*read, *_read(plan, born, index)])
    slots, heard = (marked & 255).astype(np.uint8), (marked >> 8).astype(np.uint8)
    if plan.unread_together:
        slots, heard = slots | np.uint8(TOGETHER), heard | np.uint8(TOGETHER)
    for (low, high), unread, unheard in born.unread(plan.passed_over, plan.unread, plan.unheard):
        first, end = np.searchsorted(names, (low, high))
        slots[first:end] |= np.uint8(slots_of(unread))
        heard[first:end] |= np.uint8(slots_of(unheard))
    return Retrieved(names, slots, heard)


def _mark(mask: int, *, heard: bool, together: bool) -> int:
    """What is marked on a name that holds a part like those in `mask`: their slots, and again where it sounds alike."""
    slots = slots_of(mask) | (TOGETHER if together else 0)
    return slots | slots << 8 if heard else slots


def _merge_marks(read: list[tuple[int, Ints]]) -> tuple[Ints, Ints]:
    """Each name once, ascending, with all its marks: sorted with its mark in one number, which touches far less memory
    than marking a table of all names.
    """
    both = np.concatenate([np.empty(0, np.int64), *(found.astype(np.int64) << 16 | mark for mark, found in read)])
    both.sort(kind="stable")  # quicker than others where much of it is in order already, as postings are
    names = both >> 16
    first = np.flatnonzero(np.diff(names, prepend=-1))
    marks = np.bitwise_or.reduceat(both & 65535, first) if len(first) else both
    return names[first], marks


class _ReadPlan:
    """Which units are read in full, and which only for some years. Masks of parts say what that leaves open."""

    def __init__(self, request: PreparedQuery, index: PersonIndex, whole: int) -> None:
        real = request.halves[0] | request.halves[1] | request.cut_off_mask or -1
        self.spans = [span for span in (*request.spans, *request.initials) if span.mask & real]
        self.passed_over = _union(span.mask for span in request.spans) & ~real | request.initials_mask
        """Parts that may meet what they do not bring up: particles, and initials."""
        self.alike = alike = [span.grades <= TokenSimilarity.SOUND for span in self.spans]
        """For each span, which of its units sound the same."""
        far = sum(request.bits) >= _BITS_WITHOUT_BIRTH
        wanted = [
            np.ones(len(same), bool) if far or span.mask.bit_count() > 1 else same
            for span, same in zip(self.spans, alike, strict=True)
        ]
        sizes = [index.postings.sizes(span.units) for span in self.spans]
        rarest = _rarest(self.spans, sizes, alike), _rarest(self.spans, sizes, wanted)
        self.read_whole = list[NDArray[np.bool_]]()
        """For each span, which of its units are read in full."""
        for place, held in enumerate(sizes):
            chosen = wanted[place]
            if held[chosen].sum() > whole and place != rarest[1]:
                chosen = alike[place]
            if held[chosen].sum() > whole and place not in rarest:
                chosen = np.zeros(len(chosen), bool)
            self.read_whole.append(chosen)
        both = list(zip(self.spans, self.read_whole, alike, strict=True))
        self.unread = _union(span.mask for span, chosen, _ in both if not chosen.all())
        self.unread_together = any(span.mask.bit_count() > 1 and not chosen.all() for span, chosen, _ in both)
        self.unheard = _union(span.mask for span, chosen, same in both if (same & ~chosen).any())


def _read(plan: _ReadPlan, born: BirthRanges, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    """Marks, and names that hold a unit they stand for, some of them more than once."""
    for span, everywhere, alike in zip(plan.spans, plan.read_whole, plan.alike, strict=True):
        ranges = born.ranges(span.mask)
        for heard, chosen in ((True, alike), (False, ~alike)):
            mark = _mark(span.mask, heard=heard, together=span.mask.bit_count() > 1)
            if len(full := span.units[chosen & everywhere]):
                yield mark, index.postings.all_members(full)
            if len(some := span.units[chosen & ~everywhere]):
                yield mark, _read_ranges(some, ranges, index)


def _read_ranges(units: Ints, ranges: tuple[NameRange, ...], index: PersonIndex) -> Ints:
    """Names in these ranges that hold one of the units. What few hold is read and sifted, the rest looked up."""
    many = index.postings.sizes(units) > _FEW
    names = index.postings.all_members(units[~many])
    inside = np.searchsorted(np.array(sorted(ranges), np.int32).ravel(), names, side="right") & 1
    found: Ints = names[inside == 1]
    if not many.any():
        return found
    bounds, common = np.array(ranges, np.int64), np.repeat(units[many], len(ranges))
    lows, highs = np.tile(bounds.T, many.sum())
    more = index.postings.ranges(*index.postings.find_within(common, lows, highs))
    return np.concatenate((found, more))


def _union(masks: Iterable[int]) -> int:
    every = 0
    for mask in masks:
        every |= mask
    return every


def _is_part(span: Span) -> bool:
    return span.mask.bit_count() == 1 and bool(span.grades[0] != TokenSimilarity.INITIAL)


def _rarest(spans: list[Span], sizes: list[Ints], chosen: list[NDArray[np.bool_]]) -> int:
    """The single part that the fewest names hold, but some; -1 for none."""
    held = [(int(size[some].sum()), place) for place, (size, some) in enumerate(zip(sizes, chosen, strict=True))]
    single = [(size, place) for size, place in held if size and _is_part(spans[place])]
    return min(single)[1] if single else -1
