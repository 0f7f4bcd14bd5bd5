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
from appliance.matching.born import Born, Range
from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.request import Request, Span
from appliance.matching.weights import BIRTH, DEFAULT, NAME, NATIONALITY, PRIOR

SLOTS = 7
"""Parts are told apart up to the last slot, which stands for all further ones."""
TOGETHER = 1 << SLOTS
"""Beside the slots: neighbours met as one, or one part as two."""
_BITS_OF_A_STRANGER = (
    DEFAULT.possible - PRIOR - BIRTH[Birth.DIFFERENT] - NATIONALITY["same"] - NAME["share_query"] - NAME["share_listed"]
) / NAME["met"]
"""Bits of a name with which somebody of another year may be POSSIBLE though it is not spelled alike."""
_FEW = 256
"""Names of a unit that are quicker read than searched."""
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Brought:
    """One row a name."""

    names: Ints
    """Distinct, ascending."""
    slots: NDArray[np.uint8]
    """Which parts each may meet (`slots_of`), and `TOGETHER`."""
    heard: NDArray[np.uint8]
    """Which of them each may meet by spelling or sound."""


def slots_of(mask: int) -> int:
    """Slots of the parts in a mask."""
    last = 1 << SLOTS - 1
    return mask & last - 1 | (last if mask >> SLOTS - 1 else 0)


def bring_up(request: Request, index: PersonIndex, joined: Mapping[int, Ints], whole: int) -> Brought:
    """`joined` gives, by part, the names that hold it as two parts written apart; `whole` is of `Effort`."""
    born = Born.of(request, index)
    plan = _Plan(request, index, whole)
    read = [(_mark(1 << part, heard=True, together=True), found) for part, found in joined.items()]
    names, marked = _merged([*read, *_read(plan, born, index)])
    slots, heard = (marked & 255).astype(np.uint8), (marked >> 8).astype(np.uint8)
    if plan.unread_together:
        slots, heard = slots | np.uint8(TOGETHER), heard | np.uint8(TOGETHER)
    for (low, high), unread, unheard in born.unread(plan.passed_over, plan.unread, plan.unheard):
        first, end = np.searchsorted(names, (low, high))
        slots[first:end] |= np.uint8(slots_of(unread))
        heard[first:end] |= np.uint8(slots_of(unheard))
    return Brought(names, slots, heard)


def _mark(mask: int, *, heard: bool, together: bool) -> int:
    """What is marked on a name that holds a part like those in `mask`: their slots, and again where it sounds alike."""
    slots = slots_of(mask) | (TOGETHER if together else 0)
    return slots | slots << 8 if heard else slots


def _merged(read: list[tuple[int, Ints]]) -> tuple[Ints, Ints]:
    """Each name once, ascending, with all its marks: sorted with its mark in one number, which touches far less memory
    than marking a table of all names.
    """
    both = np.concatenate([np.empty(0, np.int64), *(found.astype(np.int64) << 16 | mark for mark, found in read)])
    both.sort(kind="stable")  # quicker than others where much of it is in order already, as postings are
    names = both >> 16
    first = np.flatnonzero(np.diff(names, prepend=-1))
    marks = np.bitwise_or.reduceat(both & 65535, first) if len(first) else both
    return names[first], marks


class _Plan:
    """Which units are read in full, and which only for some years. Masks of parts say what that leaves open."""

    def __init__(self, request: Request, index: PersonIndex, whole: int) -> None:
        real = request.halves[0] | request.halves[1] | request.cut_off or -1
        self.spans = [span for span in (*request.spans, *request.initials) if span.mask & real]
        self.passed_over = _union(span.mask for span in request.spans) & ~real | request.open
        """Parts that may meet what they do not bring up: particles, and initials."""
        self.alike = alike = [span.grades <= Likeness.SOUND for span in self.spans]
        """For each span, which of its units sound the same."""
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
        self.unread_together = any(span.mask.bit_count() > 1 and not chosen.all() for span, chosen, _ in both)
        self.unheard = _union(span.mask for span, chosen, same in both if (same & ~chosen).any())


def _read(plan: _Plan, born: Born, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
    """Marks, and names that hold a unit they stand for, some of them more than once."""
    for span, everywhere, alike in zip(plan.spans, plan.everywhere, plan.alike, strict=True):
        ranges = born.ranges(span.mask)
        for heard, chosen in ((True, alike), (False, ~alike)):
            mark = _mark(span.mask, heard=heard, together=span.mask.bit_count() > 1)
            if len(full := span.units[chosen & everywhere]):
                yield mark, index.postings.every(full)
            if len(some := span.units[chosen & ~everywhere]):
                yield mark, _within(some, ranges, index)


def _within(units: Ints, ranges: tuple[Range, ...], index: PersonIndex) -> Ints:
    """Names in these ranges that hold one of the units. What few hold is read and sifted, the rest looked up."""
    many = index.postings.sizes(units) > _FEW
    names = index.postings.every(units[~many])
    inside = np.searchsorted(np.array(sorted(ranges), np.int32).ravel(), names, side="right") & 1
    found: Ints = names[inside == 1]
    if not many.any():
        return found
    bounds, common = np.array(ranges, np.int64), np.repeat(units[many], len(ranges))
    lows, highs = np.tile(bounds.T, many.sum())
    more = index.postings.stretches(*index.postings.within(common, lows, highs))
    return np.concatenate((found, more))


def _union(masks: Iterable[int]) -> int:
    every = 0
    for mask in masks:
        every |= mask
    return every


def _is_part(span: Span) -> bool:
    return span.mask.bit_count() == 1 and bool(span.grades[0] != Likeness.INITIAL)


def _rarest(spans: list[Span], sizes: list[Ints], chosen: list[NDArray[np.bool_]]) -> int:
    """The single part that the fewest names hold, but some; -1 for none."""
    held = [(int(size[some].sum()), place) for place, (size, some) in enumerate(zip(sizes, chosen, strict=True))]
    single = [(size, place) for size, place in held if size and _is_part(spans[place])]
    return min(single)[1] if single else -1
