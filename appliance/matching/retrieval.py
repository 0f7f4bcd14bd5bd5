"""Retrieves the listed names for a traveller's name parts from the postings, each with the parts that it may match.

- The traveller's rarest parts retrieve every name with a similar part. Common parts retrieve only the names of people
  born in the years in question, or with several or no listed years: a common part of somebody born in another year
  proves nothing by itself (`birth_ranges`).
- What is rare or common is a question to each list; all lists of a group are read in one pass.
- A part may be listed as two parts: ABDELKARIM and ABD EL KARIM.
- A part that was not read for the year of a name may still match it: what is unknown never counts against anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from appliance.matching.birth_ranges import BirthRanges
from appliance.matching.comparison import BirthComparison, TokenSimilarity
from appliance.matching.index.arrays import Flags, Numbers, are_among, sort_distinct
from appliance.matching.index.person_index import IndexGroup
from appliance.matching.index.vocabulary import UnitPair
from appliance.matching.prepared import GroupQuery, Span, parts_of
from appliance.matching.weights import BIRTH_WEIGHTS, DEFAULT_THRESHOLDS, NAME_WEIGHTS, NATIONALITY_WEIGHTS, PRIOR

_READ_BY_ROWS = 3000
"""Names of the rarer of two parts up to which reading them is quicker than comparing postings."""


class SplitNames(NamedTuple):
    """The names in which one part of the traveller's is listed as two."""

    names: Numbers
    """Distinct, ascending."""
    bits: NDArray[np.float64]
    """The most that two such parts are worth, in each index; 0 in one without such a name."""


SplitNamesByPart = Mapping[int, SplitNames]


def find_split_names(prepared: GroupQuery) -> SplitNamesByPart:
    """The names in which a part is listed as two, by the part's number."""
    return dict(_split_names_by_part(prepared))


def _split_names_by_part(prepared: GroupQuery) -> Iterator[tuple[int, SplitNames]]:
    group = prepared.group
    for number, splits in enumerate(prepared.splits):
        with_both, bits = list[Numbers](), np.zeros(len(group))
        for split in splits:
            if len(names := _names_with_both(split.pair, group)):
                with_both.append(names)
                here = sort_distinct(group.of_names(names))
                bits[here] = np.maximum(bits[here], split.bits[here])
        if with_both:
            yield number, SplitNames(sort_distinct(np.concatenate(with_both)), bits)


def _names_with_both(pair: UnitPair, group: IndexGroup) -> Numbers:
    units = pair.firsts, pair.seconds
    few, many = sorted(units, key=lambda some_units: int(group.postings.sizes(some_units).sum()))
    names = sort_distinct(group.postings.all_members(few))
    if len(names) > _READ_BY_ROWS:
        return names[are_among(names, np.sort(group.postings.all_members(many)))]
    rows, which = group.rows.members_with_places(names)
    has_both = np.zeros(len(names), np.bool_)
    has_both[which[are_among(rows, np.sort(many))]] = True
    return names[has_both]


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

    names: Numbers
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


def _slots_of_rows(parts: Flags) -> NDArray[np.uint8]:
    """The slots of the parts in each row."""
    slots = np.array([slots_of(1 << number) for number in range(parts.shape[1])], np.uint8)
    rows: NDArray[np.uint8] = np.bitwise_or.reduce(parts * slots, axis=1, dtype=np.uint8)
    return rows


def retrieve(prepared: GroupQuery, split_names: SplitNamesByPart, most_read_whole: int) -> Retrieved:
    """Retrieve names, with `split_names` (`find_split_names`); `most_read_whole` is that of `SearchEffort`."""
    group = prepared.group
    if not split_names and not any(len(span.units) for span in (*prepared.spans, *prepared.initials)):
        return _NOTHING
    birth_ranges = BirthRanges(prepared)
    plan = _ReadPlan(prepared, most_read_whole)
    split = [(_flags(1 << part, by_sound=True, together=True), names) for part, (names, _) in split_names.items()]
    names, flags = _merge_flags([*split, *_read_names(plan, birth_ranges, group)])
    if not len(names):
        return _NOTHING
    slots, sound_slots = (flags & 255).astype(np.uint8), (flags >> 8).astype(np.uint8)
    _mark_unread(names, slots, sound_slots, plan, birth_ranges)
    if plan.unread_together.any():
        together = plan.unread_together[group.of_names(names)] * np.uint8(TOGETHER)
        slots |= together
        sound_slots |= together
    if len(group.hidden_names):
        in_force = ~are_among(names, group.hidden_names)
        names, slots, sound_slots = names[in_force], slots[in_force], sound_slots[in_force]
    return Retrieved(names, slots, sound_slots)


def _mark_unread(
    names: Numbers,
    slots: NDArray[np.uint8],
    sound_slots: NDArray[np.uint8],
    plan: "_ReadPlan",
    birth_ranges: BirthRanges,
) -> None:
    """Let every name match the parts that were not read where it is."""
    passed_over = np.uint8(slots_of(plan.passed_over))
    slots |= passed_over
    sound_slots |= passed_over
    unread = birth_ranges.unread_names(plan.unread, plan.unheard)
    firsts, ends = np.searchsorted(names, unread.ranges.T)
    for first, end, unread_slots, unheard_slots in zip(
        firsts.tolist(), ends.tolist(), _slots_of_rows(unread.unread), _slots_of_rows(unread.unheard), strict=True
    ):
        if first < end:
            slots[first:end] |= unread_slots
            sound_slots[first:end] |= unheard_slots


def _flags(mask: int, *, by_sound: bool, together: bool) -> int:
    """The flags of a name with a part like those in `mask`: their slots, twice if it sounds alike."""
    slots = slots_of(mask) | (TOGETHER if together else 0)
    return slots | slots << 8 if by_sound else slots


def _merge_flags(flagged: list[tuple[int, Numbers]]) -> tuple[Numbers, Numbers]:
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
    """Which units are read in full, and which only for some years; and the parts that are left open."""

    def __init__(self, prepared: GroupQuery, most_read_whole: int) -> None:
        group = prepared.group
        halves = prepared.query.name.halves
        real = halves[0] | halves[1] | prepared.cut_off_mask or -1
        spans, is_initial = (*prepared.spans, *prepared.initials), len(prepared.spans)
        read = [
            (span, place >= is_initial)
            for place, span in enumerate(spans)
            if span.mask & real or span.mask in prepared.query.name.uncut
        ]
        self.spans = [span for span, _ in read]
        self.passed_over = _union(span.mask for span in prepared.spans) & ~real | prepared.query.name.initials_mask
        """Parts that may match names that they do not retrieve: particles and initials."""
        self.owners = owners = [group.of_units(span.units) for span in self.spans]
        """The index of each unit of each span."""
        self.alike = alike = [span.grades <= TokenSimilarity.SOUND for span in self.spans]
        """The units of each span that sound the same."""
        far = prepared.sums >= _BITS_WITHOUT_BIRTH
        wanted = [
            np.ones(len(same), np.bool_) if span.mask.bit_count() > 1 else far[owner] | same
            for span, owner, same in zip(self.spans, owners, alike, strict=True)
        ]
        self.read_whole = list[Flags]()
        """The units of each span that are read in full."""
        self.unread = np.zeros(prepared.bits.shape, np.bool_)
        """Parts with units that are not read in full: indexes, parts."""
        self.unheard = self.unread.copy()
        """Those with units that sound the same."""
        self.unread_together = np.zeros(len(group), np.bool_)
        sizes = [group.postings.sizes(span.units) for span in self.spans]
        counts = [
            _sums(owners, [size * some for size, some in zip(sizes, chosen, strict=True)], len(group))
            for chosen in (alike, wanted)
        ]
        is_part = np.array([span.mask.bit_count() == 1 and not initial for span, initial in read], np.bool_)
        rarest_alike, rarest = (_rarest(count, is_part) for count in counts)
        for place, span in enumerate(self.spans):
            alike_count, wanted_count = (count[place] for count in counts)
            all_wanted = (wanted_count <= most_read_whole) | (rarest == place)
            fits = np.where(all_wanted, wanted_count, alike_count) <= most_read_whole
            is_read = fits | (rarest == place) | (rarest_alike == place)
            here = np.where(all_wanted[owners[place]], wanted[place], alike[place]) & is_read[owners[place]]
            self.read_whole.append(here)
            self._leave_open(span, owners[place][~here], owners[place][alike[place] & ~here])

    def _leave_open(self, span: Span, unread: Numbers, unheard: Numbers) -> None:
        parts = parts_of(span.mask)
        self.unread[unread[:, np.newaxis], parts] = True
        self.unheard[unheard[:, np.newaxis], parts] = True
        if len(parts) > 1:
            self.unread_together[unread] = True


def _sums(owners: list[Numbers], amounts: list[Numbers], count: int) -> Numbers:
    """The sum of the amounts of each index: spans, indexes."""
    sums = np.zeros((len(owners), count), np.int64)
    for row, owner, amount in zip(sums, owners, amounts, strict=True):
        np.add.at(row, owner, amount)
    return sums


def _rarest(counts: Numbers, is_part: Flags) -> Numbers:
    """For each index the single part in the fewest names, but at least one; -1 if there is none."""
    most = np.iinfo(np.int64).max
    counts = np.where((counts > 0) & is_part[:, np.newaxis], counts, most)
    rarest: Numbers = np.where((counts < most).any(axis=0), counts.argmin(axis=0), -1)
    return rarest


def _read_names(plan: _ReadPlan, birth_ranges: BirthRanges, group: IndexGroup) -> Iterator[tuple[int, Numbers]]:
    """Flags, and the names that they apply to; a name may occur more than once."""
    for span, owners, read_whole, alike in zip(plan.spans, plan.owners, plan.read_whole, plan.alike, strict=True):
        for by_sound, chosen in ((True, alike), (False, ~alike)):
            flags = _flags(span.mask, by_sound=by_sound, together=span.mask.bit_count() > 1)
            if len(whole := span.units[chosen & read_whole]):
                yield flags, group.postings.all_members(whole)
            partial = chosen & ~read_whole
            if partial.any():
                yield flags, _read_ranges(span.units[partial], owners[partial], birth_ranges.ranges(span.mask), group)


def _read_ranges(units: Numbers, owners: Numbers, ranges: Numbers, group: IndexGroup) -> Numbers:
    """Names with one of the units, in the ranges of its index. Rare ones are read and filtered."""
    many = group.postings.sizes(units) > _FEW
    names = group.postings.all_members(units[~many])
    edges = np.sort(ranges, axis=1).ravel()  # ranges do not overlap, so first and end can be sorted by themselves
    inside = np.searchsorted(edges, names, side="right") & 1
    read: Numbers = names[inside == 1]
    if not many.any():
        return read
    chosen = ranges[owners[many]]
    common = np.repeat(units[many], ranges.shape[1])
    begins, ends = group.postings.find_within(common, chosen[:, :, 0].ravel(), chosen[:, :, 1].ravel())
    return np.concatenate((read, group.postings.ranges(begins, ends)))


def _union(masks: Iterable[int]) -> int:
    every = 0
    for mask in masks:
        every |= mask
    return every
