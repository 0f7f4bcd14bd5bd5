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
from appliance.matching.born import Born
from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.request import Request, Span
from appliance.matching.weights import BIRTH, DEFAULT, NAME, NATIONALITY, PRIOR

SLOTS = 8
"""Parts are told apart up to the last slot, which stands for all further ones."""
_BITS_OF_A_STRANGER = (
    DEFAULT.possible - PRIOR - BIRTH[Birth.DIFFERENT] - NATIONALITY["same"] - NAME["share_query"] - NAME["share_listed"]
) / NAME["met"]
"""Bits of a name with which somebody of another year may be POSSIBLE though it is not spelled alike."""
Ints = NDArray[np.integer[Any]]


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
    born = Born.of(request, index)
    plan = _Plan(request, index, whole)
    for met, names in _read(plan, born, index):
        marks[names] |= np.uint8(met)
    names, slots = _marked(marks)
    heard = slots.copy()
    for (low, high), unread, unheard in born.unread(plan.passed_over, plan.unread, plan.unheard):
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


def _read(plan: _Plan, born: Born, index: PersonIndex) -> Iterator[tuple[int, Ints]]:
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


def _is_part(span: Span) -> bool:
    return span.mask.bit_count() == 1 and bool(span.grades[0] != Likeness.INITIAL)


def _rarest(spans: list[Span], sizes: list[Ints], chosen: list[NDArray[np.bool_]]) -> int:
    """The single part that the fewest names hold, but some; -1 for none."""
    held = [(int(size[some].sum()), place) for place, (size, some) in enumerate(zip(sizes, chosen, strict=True))]
    single = [(size, place) for size, place in held if size and _is_part(spans[place])]
    return min(single)[1] if single else -1
