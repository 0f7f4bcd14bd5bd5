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
    """Ranges of names, and masks of the parts that are weak there. What is in none of them is of another time."""

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
    """Names of several years, of about that year, of none; each with the parts that are weak there."""

    @classmethod
    def of(cls, prepared: PreparedQuery, index: PersonIndex) -> "BirthRanges":
        """The times of one traveller in one index; without a birth date all names are of one time."""
        birth, count = prepared.query.birth, len(index.person_of)
        if birth is None or birth.year is None:
            return cls(count, (0, count), (0, count), (0, count), (), 0, 0, ())
        first, last = (birth.month, birth.month) if birth.month else (0, 15)
        years = birth.years()
        is_vague = birth.about or birth.until is not None
        weak = _weak_parts(prepared, BirthComparison.YEAR_SLIP)
        about = index.names_born(
            approximate_year_number(years.start - APPROXIMATE_YEARS - 1),
            approximate_year_number(years.stop + APPROXIMATE_YEARS),
        )
        return cls(
            count,
            index.names_born(date_number(years.start - 1), date_number(years.stop + 1) - 1),
            index.names_born(date_number(birth.year), date_number(birth.year + 1) - 1),
            index.names_born(date_number(birth.year, first), date_number(birth.year, last, 31)),
            tuple(index.names_born(number, number) for number in _dates_like(birth)),
            weak if is_vague else _weak_parts(prepared, BirthComparison.ONE_YEAR_OFF),
            weak if is_vague else _weak_parts(prepared, BirthComparison.MONTH),
            (
                (index.names_born(0, 0), weak),
                (about, _weak_parts(prepared, BirthComparison.ABOUT_FITS)),
                (index.names_born(UNKNOWN_DATE, UNKNOWN_DATE), _weak_parts(prepared, BirthComparison.NOT_LISTED)),
            ),
        )

    def ranges(self, mask: int) -> tuple[NameRange, ...]:
        """Where the parts in `mask` are read."""
        vague = tuple(names for names, weak in self.vague if mask & ~weak)
        if mask & ~self.weak_near_year:
            return self.years, *vague
        inside = self.year if mask & ~self.weak_in_year else self.month
        outside = (names for names in self.dates if not inside[0] <= names[0] < inside[1])
        return inside, *outside, *vague

    def unread_parts(self, passed_over: int, unread: int, unheard: int) -> Iterator[tuple[NameRange, int, int]]:
        """Ranges of names; the parts that were not read there; and those of them not even by sound."""
        yield (0, self.count), passed_over, passed_over
        for names, weak in (
            *self.vague,
            ((self.years[0], self.year[0]), self.weak_near_year),
            ((self.year[0], self.month[0]), self.weak_in_year),
            ((self.month[1], self.year[1]), self.weak_in_year),
            ((self.year[1], self.years[1]), self.weak_near_year),
        ):
            yield names, weak, weak & unheard
        end = 0
        for low, high in sorted((self.years, *(names for names, _ in self.vague), (self.count, self.count))):
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


def _weak_parts(prepared: PreparedQuery, birth: BirthComparison) -> int:
    """The commonest parts, as a mask, that all together prove too little for somebody whose birth is no better."""
    needed = (
        DEFAULT_THRESHOLDS.possible - PRIOR - BIRTH_WEIGHTS[birth] - NATIONALITY_WEIGHTS["same"] - SEX_WEIGHTS["same"]
    )
    total, weak, bits_so_far = max(1.0, sum(prepared.bits)), 0, 0.0
    part_bits = list(prepared.bits)
    if prepared.cut_off_mask:  # what begins like a particle may be any name
        part_bits[-1] = max(part_bits[-1], float(prepared.spans[len(part_bits) - 1].worth.max(initial=0)))
    for number in sorted(range(len(part_bits)), key=part_bits.__getitem__):
        more = weak | 1 << number
        bits_so_far += part_bits[number]
        worth = NAME_WEIGHTS["met"] * bits_so_far + NAME_WEIGHTS["share_query"] * bits_so_far / total
        if all(prepared.halves) and not all(half & more for half in prepared.halves):
            worth += NAME_WEIGHTS["half_unmet"] + NAME_WEIGHTS["share_listed"] / 2
        else:
            worth += NAME_WEIGHTS["share_listed"]
        if worth >= needed:
            break
        weak = more
    return weak


LEAST_SPLIT = 6
"""Letters of a part that may be two listed parts written together."""
_LEAST_PIECES = 2, 3
"""Letters of the first piece (EL, AL) and of the second."""
_NAMES_OF_PIECE = 3000
Ints = NDArray[np.integer[Any]]


def find_split_names(prepared: PreparedQuery, index: PersonIndex) -> dict[int, Ints]:
    """By number of a part, the names; distinct, ascending."""
    return dict(_split_names_by_part(prepared, index))


def _split_names_by_part(prepared: PreparedQuery, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    for number, part in enumerate(prepared.parts):
        latin = part.forms[0].latin
        if len(part.forms[0].sound) < LEAST_SPLIT or part.forms[0].vowelless:
            continue
        cuts = range(_LEAST_PIECES[0], len(latin) - _LEAST_PIECES[1] + 1)
        names_by_cut = [names for cut in cuts if len(names := _names_with_both(latin[:cut], latin[cut:], index))]
        if names_by_cut:
            yield number, np.unique(np.concatenate(names_by_cut))


def _names_with_both(first: str, second: str, index: PersonIndex) -> Ints:
    units = []
    for piece in sorted((first, second), key=len, reverse=True):  # the longer one is the less likely to be listed
        sound = index.vocabulary.sounds.find(sound_key(piece))
        if sound < 0:
            return np.empty(0, np.int64)
        units.append(index.vocabulary.of_sound.members(sound).astype(np.int64))
    few, many = sorted(units, key=lambda some_units: int(index.postings.sizes(some_units).sum()))
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


def retrieve(
    prepared: PreparedQuery, index: PersonIndex, split_names: Mapping[int, Ints], most_read_whole: int
) -> Retrieved:
    """`split_names` (by `find_split_names`) are brought up as well; `most_read_whole` is of `SearchEffort`."""
    birth_ranges = BirthRanges.of(prepared, index)
    plan = _ReadPlan(prepared, index, most_read_whole)
    split = [(_mark(1 << part, by_sound=True, together=True), names) for part, names in split_names.items()]
    names, marks = _merge_marks([*split, *_read_names(plan, birth_ranges, index)])
    slots, sound_slots = (marks & 255).astype(np.uint8), (marks >> 8).astype(np.uint8)
    if plan.unread_together:
        slots, sound_slots = slots | np.uint8(TOGETHER), sound_slots | np.uint8(TOGETHER)
    for (low, high), unread, unheard in birth_ranges.unread_parts(plan.passed_over, plan.unread, plan.unheard):
        first, end = np.searchsorted(names, (low, high))
        slots[first:end] |= np.uint8(slots_of(unread))
        sound_slots[first:end] |= np.uint8(slots_of(unheard))
    return Retrieved(names, slots, sound_slots)


def _mark(mask: int, *, by_sound: bool, together: bool) -> int:
    """What is marked on a name that holds a part like those in `mask`: their slots, and again where it sounds alike."""
    slots = slots_of(mask) | (TOGETHER if together else 0)
    return slots | slots << 8 if by_sound else slots


def _merge_marks(marked: list[tuple[int, Ints]]) -> tuple[Ints, Ints]:
    """Each name once, ascending, with all its marks: sorted with its mark in one number, which touches far less memory
    than marking a table of all names.
    """
    both = np.concatenate([np.empty(0, np.int64), *(names.astype(np.int64) << 16 | mark for mark, names in marked)])
    both.sort(kind="stable")  # quicker than others where much of it is in order already, as postings are
    names = both >> 16
    first = np.flatnonzero(np.diff(names, prepend=-1))
    marks = np.bitwise_or.reduceat(both & 65535, first) if len(first) else both
    return names[first], marks


class _ReadPlan:
    """Which units are read in full, and which only for some years. Masks of parts say what that leaves open."""

    def __init__(self, prepared: PreparedQuery, index: PersonIndex, most_read_whole: int) -> None:
        real = prepared.halves[0] | prepared.halves[1] | prepared.cut_off_mask or -1
        self.spans = [span for span in (*prepared.spans, *prepared.initials) if span.mask & real]
        self.passed_over = _union(span.mask for span in prepared.spans) & ~real | prepared.initials_mask
        """Parts that may meet what they do not bring up: particles, and initials."""
        self.alike = alike = [span.grades <= TokenSimilarity.SOUND for span in self.spans]
        """For each span, which of its units sound the same."""
        far = sum(prepared.bits) >= _BITS_WITHOUT_BIRTH
        wanted = [
            np.ones(len(same), bool) if far or span.mask.bit_count() > 1 else same
            for span, same in zip(self.spans, alike, strict=True)
        ]
        sizes = [index.postings.sizes(span.units) for span in self.spans]
        rarest = _rarest(self.spans, sizes, alike), _rarest(self.spans, sizes, wanted)
        self.read_whole = list[NDArray[np.bool_]]()
        """For each span, which of its units are read in full."""
        for place, size in enumerate(sizes):
            chosen = wanted[place]
            if size[chosen].sum() > most_read_whole and place != rarest[1]:
                chosen = alike[place]
            if size[chosen].sum() > most_read_whole and place not in rarest:
                chosen = np.zeros(len(chosen), bool)
            self.read_whole.append(chosen)
        both = list(zip(self.spans, self.read_whole, alike, strict=True))
        self.unread = _union(span.mask for span, chosen, _ in both if not chosen.all())
        self.unread_together = any(span.mask.bit_count() > 1 and not chosen.all() for span, chosen, _ in both)
        self.unheard = _union(span.mask for span, chosen, same in both if (same & ~chosen).any())


def _read_names(plan: _ReadPlan, birth_ranges: BirthRanges, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    """Marks, and names that hold a unit they stand for, some of them more than once."""
    for span, read_whole, alike in zip(plan.spans, plan.read_whole, plan.alike, strict=True):
        ranges = birth_ranges.ranges(span.mask)
        for by_sound, chosen in ((True, alike), (False, ~alike)):
            mark = _mark(span.mask, by_sound=by_sound, together=span.mask.bit_count() > 1)
            if len(whole := span.units[chosen & read_whole]):
                yield mark, index.postings.all_members(whole)
            if len(partial := span.units[chosen & ~read_whole]):
                yield mark, _read_ranges(partial, ranges, index)


def _read_ranges(units: Ints, ranges: tuple[NameRange, ...], index: PersonIndex) -> Ints:
    """Names in these ranges that hold one of the units. What few hold is read and sifted, the rest looked up."""
    many = index.postings.sizes(units) > _FEW
    names = index.postings.all_members(units[~many])
    inside = np.searchsorted(np.array(sorted(ranges), np.int32).ravel(), names, side="right") & 1
    read: Ints = names[inside == 1]
    if not many.any():
        return read
    bounds, common = np.array(ranges, np.int64), np.repeat(units[many], len(ranges))
    lows, highs = np.tile(bounds.T, many.sum())
    more = index.postings.ranges(*index.postings.find_within(common, lows, highs))
    return np.concatenate((read, more))


def _union(masks: Iterable[int]) -> int:
    every = 0
    for mask in masks:
        every |= mask
    return every


def _is_part(span: Span) -> bool:
    return span.mask.bit_count() == 1 and bool(span.grades[0] != TokenSimilarity.INITIAL)


def _rarest(spans: list[Span], sizes: list[Ints], chosen: list[NDArray[np.bool_]]) -> int:
    """The single part that the fewest names hold, but some; -1 for none."""
    counts = [(int(size[mask].sum()), place) for place, (size, mask) in enumerate(zip(sizes, chosen, strict=True))]
    single = [(count, place) for count, place in counts if count and _is_part(spans[place])]
    return min(single)[1] if single else -1
