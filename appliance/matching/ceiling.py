"""The most that names may come to, by which parts they may meet: lets pass whoever has to be looked at, in arrays.

Never below the score, as the estimate is not: whom it stops, no closer look would show.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.beside import Beside
from appliance.matching.estimate import may_be_full, of_names
from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.rarity import INITIAL_BITS, MOST_BITS
from appliance.matching.reading import SLOTS, TOGETHER, Brought, slots_of
from appliance.matching.request import Request
from appliance.matching.weights import ALIKE

_BLOCK = 16_384
"""Names at a time: what lies between two steps stays in the processor's cache."""
_MASKS = np.arange(2 * TOGETHER)
INITIAL = ALIKE[Likeness.INITIAL] * INITIAL_BITS
Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]


class Ceiling:
    """Tables over all masks of slots, for one request on one index: by what a name may meet at all, and how much more
    that is where it sounds the same.
    """

    def __init__(self, request: Request, index: PersonIndex, beside: Beside, joined: Mapping[int, Ints]) -> None:
        self._request = request
        self._beside = beside
        self._index = index
        parts = range(len(request.parts))
        self._spelled, self._heard = _best(request, index)
        more = self._heard - self._spelled
        for part in parts:
            if request.open >> part & 1:
                self._spelled[:, part] = max(self._spelled[0, part], INITIAL), np.inf
        slots = [slots_of(1 << part) for part in parts]
        self._asked, self._met, self._listed, self._more_met, self._more_listed = (
            _sums(slots, amounts) for amounts in (request.bits, *self._spelled, *more)
        )
        for span in request.spans[len(parts) :]:
            self._together(span.mask, _most(span.worth), _most(index.unit_bits[span.units]))
        for part in joined:
            self._together(1 << part, 2 * MOST_BITS, np.inf)
        halves = [slots_of(half) for half in request.halves if half]
        self._unmet = np.zeros(len(_MASKS), bool)
        for half in halves if len(halves) > 1 else ():
            self._unmet |= (_MASKS & half) == 0

    def _together(self, span: int, met: float, listed: float) -> None:
        """Allow names marked so to meet the parts of `span` as one, or one of them as two."""
        parts = [part for part in range(len(self._request.parts)) if span >> part & 1]
        mask = slots_of(span) | TOGETHER
        here = (_MASKS & mask) == mask
        beyond = max(0.0, met - float(self._spelled[0, parts].sum()))
        self._met[here] += beyond
        self._listed[here] += listed
        if max(parts) < SLOTS - 1:  # the last slot may be another part's
            more = float(np.maximum(self._heard - self._spelled, 0)[0, parts].sum())
            self._more_met[here] -= min(beyond, more)

    def passing(self, brought: Brought, least: float) -> tuple[Ints, Floats, Floats]:
        """Those names that may come to `least`; the most that they may come to, infinite where one may be the full
        name by sound; and what of it is beside the name.
        """
        passed: list[tuple[Ints, Floats, Floats]] = []
        for begin in range(0, max(1, len(brought.names)), _BLOCK):
            here = slice(begin, begin + _BLOCK)
            names = brought.names[here]
            beside = self._beside.of_names(names)
            slots, heard = brought.slots[here].astype(np.intp), brought.heard[here].astype(np.intp)
            most = beside + self._of_names(names, slots, heard)
            passing = np.flatnonzero(most > least)
            passed.append((names[passing], most[passing], beside[passing]))
        found, mosts, rests = zip(*passed, strict=True)
        return np.concatenate(found), np.concatenate(mosts), np.concatenate(rests)

    def _of_names(self, names: Ints, slots: Ints, heard: Ints) -> Floats:
        index = self._index
        met, listed = self._met[slots] + self._more_met[heard], index.name_bits[names].astype(np.float32)
        left = np.maximum(listed - self._listed[slots] - self._more_listed[heard], 0)
        missing = (self._asked[-1] - self._asked)[slots]
        score = of_names(names, met, missing, left, self._unmet[slots], self._request, index)
        score[may_be_full((self._met + self._more_met)[heard], listed, self._request)] = np.inf
        return score


def _best(request: Request, index: PersonIndex) -> NDArray[np.float64]:
    """For what does not sound the same, and for everything: the most bits met, and listed, of each part."""
    best = np.zeros((2, 2, len(request.parts)))
    for span in (*request.spans[: len(request.parts)], *request.initials):
        part = span.mask.bit_length() - 1
        other = span.grades > Likeness.SOUND
        for row, amounts in enumerate((span.worth, index.unit_bits[span.units])):
            best[0, row, part] = max(best[0, row, part], _most(amounts[other]))
            best[1, row, part] = max(best[1, row, part], _most(amounts))
    return best


def _most(amounts: Floats) -> float:
    return float(amounts.max(initial=0))


def _sums(slots: Sequence[int], amounts: Iterable[float]) -> Floats:
    """For each mask, the sum over its slots; several parts may share one."""
    sums = np.zeros(len(_MASKS), np.float32)
    for slot, amount in zip(slots, amounts, strict=True):
        sums[(_MASKS & slot) != 0] += np.float32(amount)
    return sums
