"""Retrieves the listed names for a traveller's name parts from the postings, each with the parts that it may match.

- The traveller's rarest parts retrieve every name with a similar part. Common parts retrieve only the names of people
  born in the years in question, or with several or no listed years: a common part of somebody born in another year
  proves nothing by itself.
- Persons are in the order of their birth dates, so each period is one range of names. In a range where the commonest
  parts together prove too little for POSSIBLE, even if the nationality agrees, they are weak and retrieve nobody.
- A part may be listed as two parts: ABDELKARIM and ABD EL KARIM.
- A part that was not read for the year of a name may still match it: what is unknown never counts against anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import BirthComparison, TokenSimilarity
from appliance.matching.index.arrays import are_among, sort_distinct
from appliance.matching.index.people import UNKNOWN_DATE, approximate_year_number, date_number
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.index.vocabulary import Split
from appliance.matching.query import PreparedQuery, Span
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
Ints = NDArray[np.integer[Any]]
NameRange = tuple[int, int]
"""Numbers of names: the first, and the one after the last."""


@dataclass(frozen=True, slots=True)
class BirthRanges:
    """Ranges of names by period, and masks of the parts that are weak there."""

    count: int
    years: NameRange
    """The traveller's birth year, and one on either side."""
    year: NameRange
    month: NameRange
    dates: tuple[NameRange, ...]
    """Dates outside the month: day and month swapped, one year off, only the year known."""
    weak_near_year: int
    weak_in_year: int
    vague: tuple[tuple[NameRange, int], ...]
    """Names with several years, about that year, or none; each range with the parts that are weak there."""

    @classmethod
    def of(cls, prepared: PreparedQuery, index: PersonIndex) -> "BirthRanges":
        """The periods for one traveller in one index; without a birth date there is only one."""
        birth, count = prepared.query.birth, len(index.person_of)
        if birth is None or birth.year is None:
            return cls(count, (0, count), (0, count), (0, count), (), 0, 0, ())
        is_vague = birth.about or birth.until is not None
        steps = list(_parts_by_worth(prepared))
        weak = _weak_parts(steps, BirthComparison.YEAR_SLIP)
        years, year, month, none, about, unknown, *dates = index.names_born(_periods(birth))
        return cls(
            count,
            years,
            year,
            month,
            tuple(dates),
            weak if is_vague else _weak_parts(steps, BirthComparison.ONE_YEAR_OFF),
            weak if is_vague else _weak_parts(steps, BirthComparison.MONTH),
            (
                (none, weak),
                (about, _weak_parts(steps, BirthComparison.ABOUT_FITS)),
                (unknown, _weak_parts(steps, BirthComparison.NOT_LISTED)),
            ),
        )

    def ranges(self, mask: int) -> tuple[NameRange, ...]:
        """The ranges in which the parts in `mask` are read."""
        vague = tuple(names for names, weak in self.vague if mask & ~weak)
        if mask & ~self.weak_near_year:
            return self.years, *vague
        inside = self.year if mask & ~self.weak_in_year else self.month
        outside = (names for names in self.dates if not inside[0] <= names[0] < inside[1])
        return inside, *outside, *vague

    def unread_parts(self, passed_over: int, unread: int, unheard: int) -> Iterator[tuple[NameRange, int, int]]:
        """Ranges of names, the parts that were not read there, and those that were not read even by sound."""
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


@lru_cache(maxsize=32)  # one traveller is looked up in many lists
def _periods(birth: PartialDate) -> Ints:
    """The first date of each period of `BirthRanges.of`, in its order, and the one after the last."""
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
    return np.array(periods, np.int32) + np.array([0, 1], np.int32)


def _dates_like(birth: PartialDate) -> Iterator[int]:
    """Numbers of dates outside the month of a birth that are likely errors for it."""
    if birth.year is not None and birth.month and birth.day:
        yield date_number(birth.year)
        yield date_number(birth.year - 1, birth.month, birth.day)
        yield date_number(birth.year + 1, birth.month, birth.day)
        if birth.day <= 12 and birth.day != birth.month:
            yield date_number(birth.year, birth.day, birth.month)


def _weak_parts(steps: list[tuple[int, float]], birth: BirthComparison) -> int:
    """The commonest parts, as a mask, that together prove too little with this comparison of births."""
    needed = (
        DEFAULT_THRESHOLDS.possible - PRIOR - BIRTH_WEIGHTS[birth] - NATIONALITY_WEIGHTS["same"] - SEX_WEIGHTS["same"]
    )
    weak = 0
    for mask, worth in steps:
        if worth >= needed:
            break
        weak = mask
    return weak


def _parts_by_worth(prepared: PreparedQuery) -> Iterator[tuple[int, float]]:
    """The commonest part, the two commonest, and so on, as masks, and what they prove together."""
    total, mask, bits_so_far = max(1.0, sum(prepared.bits)), 0, 0.0
    part_bits = list(prepared.bits)
    if prepared.cut_off_mask:  # a part that begins like a particle may be any name
        part_bits[-1] = max(part_bits[-1], float(prepared.spans[len(part_bits) - 1].worth.max(initial=0)))
    for number in sorted(range(len(part_bits)), key=part_bits.__getitem__):
        mask |= 1 << number
        bits_so_far += part_bits[number]
        worth = (NAME_WEIGHTS["matched"] + NAME_WEIGHTS["full"]) * bits_so_far
        worth += NAME_WEIGHTS["share_query"] * bits_so_far / total
        if all(prepared.halves) and not all(half & mask for half in prepared.halves):
            worth += NAME_WEIGHTS["half_unmatched"] + NAME_WEIGHTS["share_listed"] / 2
        else:
            worth += NAME_WEIGHTS["share_listed"]
        yield mask, worth


_READ_BY_ROWS = 3000
"""Names of the rarer of two parts up to which reading them is quicker than comparing postings."""


class SplitNames(NamedTuple):
    """The names in which one part of the traveller's is listed as two."""

    names: Ints
    """Distinct, ascending."""
    bits: float
    """The most that two such parts are worth."""


SplitNamesByPart = Mapping[int, SplitNames]


def find_split_names(prepared: PreparedQuery, index: PersonIndex) -> SplitNamesByPart:
    """The names in which a part is listed as two, by the part's number."""
    return dict(_split_names_by_part(prepared, index))


def _split_names_by_part(prepared: PreparedQuery, index: PersonIndex) -> Iterator[tuple[int, SplitNames]]:
    for number, splits in enumerate(prepared.splits):
        with_both = [both for split in splits if len((both := _names_with_both(split, index)).names)]
        if with_both:
            names = sort_distinct(np.concatenate([split.names for split in with_both]))
            yield number, SplitNames(names, max(split.bits for split in with_both))


def _names_with_both(split: Split, index: PersonIndex) -> SplitNames:
    units = split.firsts, split.seconds
    few, many = sorted(units, key=lambda some_units: int(index.postings.sizes(some_units).sum()))
    names = sort_distinct(index.postings.all_members(few))
    if len(names) > _READ_BY_ROWS:
        return SplitNames(names[are_among(names, np.sort(index.postings.all_members(many)))], split.bits)
    rows, which = index.rows.members_with_places(names)
    has_both = np.zeros(len(names), np.bool_)
    has_both[which[are_among(rows, np.sort(many))]] = True
    return SplitNames(names[has_both], split.bits)


SLOTS = 7
"""Each part has a slot of its own, except that the last slot stands for all further parts."""
TOGETHER = 1 << SLOTS
"""An additional flag: neighbours match as one, or one part as two."""
_BITS_WITHOUT_BIRTH = (
    DEFAULT_THRESHOLDS.possible
    - PRIOR
    - BIRTH_WEIGHTS[BirthComparison.DIFFERENT]
    - NATIONALITY_WEIGHTS["same"]
    - NAME_WEIGHTS["share_query"]
    - NAME_WEIGHTS["share_listed"]
) / NAME_WEIGHTS["matched"]
"""Bits of a name with which somebody of another year may be POSSIBLE although it is not spelled alike."""
_FEW = 256
"""Names of a unit up to which reading is quicker than searching."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """One row per name."""

    names: Ints
    """Distinct, ascending."""
    slots: NDArray[np.uint8]
    """The parts that each may match (`slots_of`), and `TOGETHER`."""
    sound_slots: NDArray[np.uint8]
    """Those that each may match by spelling or sound."""


_NOTHING = Retrieved(np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.uint8))


def slots_of(mask: int) -> int:
    """The slots of the parts in a mask."""
    last = 1 << SLOTS - 1
    return mask & last - 1 | (last if mask >> SLOTS - 1 else 0)


def retrieve(
    prepared: PreparedQuery, index: PersonIndex, split_names: SplitNamesByPart, most_read_whole: int
) -> Retrieved:
    """Retrieve names, with `split_names` (`find_split_names`); `most_read_whole` is that of `SearchEffort`."""
    if not split_names and not any(len(span.units) for span in (*prepared.spans, *prepared.initials)):
        return _NOTHING
    birth_ranges = BirthRanges.of(prepared, index)
    plan = _ReadPlan(prepared, index, most_read_whole)
    split = [(_flags(1 << part, by_sound=True, together=True), names) for part, (names, _) in split_names.items()]
    names, flags = _merge_flags([*split, *_read_names(plan, birth_ranges, index)])
    if not len(names):
        return _NOTHING
    slots, sound_slots = (flags & 255).astype(np.uint8), (flags >> 8).astype(np.uint8)
    if plan.unread_together:
        slots, sound_slots = slots | np.uint8(TOGETHER), sound_slots | np.uint8(TOGETHER)
    for (low, high), unread, unheard in birth_ranges.unread_parts(plan.passed_over, plan.unread, plan.unheard):
        first, end = np.searchsorted(names, (low, high))
        slots[first:end] |= np.uint8(slots_of(unread))
        sound_slots[first:end] |= np.uint8(slots_of(unheard))
    if len(index.hidden_names):
        in_force = ~are_among(names, index.hidden_names)
        names, slots, sound_slots = names[in_force], slots[in_force], sound_slots[in_force]
    return Retrieved(names, slots, sound_slots)


def _flags(mask: int, *, by_sound: bool, together: bool) -> int:
    """The flags of a name with a part like those in `mask`: their slots, twice if it sounds alike."""
    slots = slots_of(mask) | (TOGETHER if together else 0)
    return slots | slots << 8 if by_sound else slots


def _merge_flags(flagged: list[tuple[int, Ints]]) -> tuple[Ints, Ints]:
    """Each name once, ascending, with all its flags.

    Name and flags are sorted as one number, which needs far less memory than a table of all names.
    """
    both = np.concatenate([np.empty(0, np.int64), *(names.astype(np.int64) << 16 | flags for flags, names in flagged)])
    both.sort(kind="stable")  # quicker than others if much is in order already, as in postings
    names = both >> 16
    first = np.flatnonzero(np.diff(names, prepend=-1))
    flags = np.bitwise_or.reduceat(both & 65535, first) if len(first) else both
    return names[first], flags


class _ReadPlan:
    """Which units are read in full, and which only for some years; masks of the parts that are left open."""

    def __init__(self, prepared: PreparedQuery, index: PersonIndex, most_read_whole: int) -> None:
        real = prepared.halves[0] | prepared.halves[1] | prepared.cut_off_mask or -1
        spans = (*prepared.spans, *prepared.initials)
        self.spans = [span for span in spans if span.mask & real or span.mask in prepared.uncut]
        self.passed_over = _union(span.mask for span in prepared.spans) & ~real | prepared.initials_mask
        """Parts that may match names that they do not retrieve: particles and initials."""
        self.alike = alike = [span.grades <= TokenSimilarity.SOUND for span in self.spans]
        """The units of each span that sound the same."""
        far = sum(prepared.bits) >= _BITS_WITHOUT_BIRTH
        wanted = [
            np.ones(len(same), bool) if far or span.mask.bit_count() > 1 else same
            for span, same in zip(self.spans, alike, strict=True)
        ]
        sizes = [index.postings.sizes(span.units) for span in self.spans]
        rarest = _rarest(self.spans, sizes, alike), _rarest(self.spans, sizes, wanted)
        self.read_whole = list[NDArray[np.bool_]]()
        """The units of each span that are read in full."""
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
    """Flags, and the names that they apply to; a name may occur more than once."""
    for span, read_whole, alike in zip(plan.spans, plan.read_whole, plan.alike, strict=True):
        ranges = birth_ranges.ranges(span.mask)
        for by_sound, chosen in ((True, alike), (False, ~alike)):
            flags = _flags(span.mask, by_sound=by_sound, together=span.mask.bit_count() > 1)
            if len(whole := span.units[chosen & read_whole]):
                yield flags, index.postings.all_members(whole)
            if len(partial := span.units[chosen & ~read_whole]):
                yield flags, _read_ranges(partial, ranges, index)


def _read_ranges(units: Ints, ranges: tuple[NameRange, ...], index: PersonIndex) -> Ints:
    """Names in these ranges with one of the units. Rare units are read and filtered, common ones are searched."""
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
    """The single part in the fewest names, but at least one; -1 if there is none."""
    counts = [(int(size[mask].sum()), place) for place, (size, mask) in enumerate(zip(sizes, chosen, strict=True))]
    single = [(count, place) for count, place in counts if count and _is_part(spans[place])]
    return min(single)[1] if single else -1
