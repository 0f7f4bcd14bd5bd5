"""The most that names may come to, by which parts they may meet: lets pass whoever has to be looked at, in arrays.

Never below the estimate, which is never below the score: whom it stops, no closer look would show.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.beside import Beside
from appliance.matching.estimate import may_be_full, of_names
from appliance.matching.index import PersonIndex
from appliance.matching.rarity import MOST_BITS
from appliance.matching.reading import SLOTS, Brought, slots_of
from appliance.matching.request import Request, Span

_BLOCK = 16_384
"""Names at a time: what lies between two steps stays in the processor's cache."""
_MASKS = np.arange(1 << SLOTS)
Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]


class Ceiling:
    """Tables over all masks of slots, for one request on one index."""

    def __init__(self, request: Request, index: PersonIndex, beside: Beside, joined: Mapping[int, Ints]) -> None:
        self._request = request
        self._beside = beside
        self._index = index
        parts = range(len(request.parts))
        best = [_most(span, lambda span: span.worth) for span in request.spans]
        listed = [_most(span, lambda span: index.unit_bits[span.units]) for span in request.spans]
        for span in request.initials:
            part = span.mask.bit_length() - 1
            best[part] = max(best[part], _most(span, lambda span: span.worth))
            listed[part] = max(listed[part], _most(span, lambda span: index.unit_bits[span.units]))
        for part in parts:
            if request.open >> part & 1:
                listed[part] = float("inf")
        for part in joined:
            best[part] = max(best[part], 2 * MOST_BITS)
            listed[part] = float("inf")
        self._met = _sums([(slots_of(1 << part), best[part]) for part in parts])
        self._listed = _sums([(slots_of(1 << part), listed[part]) for part in parts])
        self._asked = _sums([(slots_of(1 << part), request.bits[part]) for part in parts])
        for number in range(len(parts), len(request.spans)):
            mask = request.spans[number].mask
            first = mask.bit_length() - 2
            both = slots_of(mask)
            more = max(0.0, best[number] - best[first] - best[first + 1]), listed[number]
            here = (_MASKS & both) == both
            self._met[here] += more[0]
            self._listed[here] += more[1]
        halves = [slots_of(half) for half in request.halves if half]
        self._unmet = np.zeros(len(_MASKS), bool)
        for half in halves if len(halves) > 1 else ():
            self._unmet |= (_MASKS & half) == 0

    def passing(self, brought: Brought, least: float) -> tuple[Ints, Floats, Floats]:
        """Those names that may come to `least`; the most that they may come to, infinite where one may be the full
        name by sound; and what of it is beside the name.
        """
        passed: list[tuple[Ints, Floats, Floats]] = []
        for begin in range(0, max(1, len(brought.names)), _BLOCK):
            here = slice(begin, begin + _BLOCK)
            names = brought.names[here]
            beside = self._beside.of_names(names)
            most = beside + self._of_names(names, brought.slots[here], brought.heard[here])
            passing = np.flatnonzero(most > least)
            passed.append((names[passing], most[passing], beside[passing]))
        found, mosts, rests = zip(*passed, strict=True)
        return np.concatenate(found), np.concatenate(mosts), np.concatenate(rests)

    def _of_names(self, names: Ints, slots: NDArray[np.uint8], heard: NDArray[np.uint8]) -> Floats:
        index = self._index
        met, listed = self._met[slots], index.name_bits[names].astype(np.float32)
        left = np.maximum(listed - self._listed[slots], 0)
        missing = (self._asked[-1] - self._asked)[slots]
        score = of_names(names, met, missing, left, self._unmet[slots], self._request, index)
        score[may_be_full(self._met[heard], listed, self._request)] = np.inf
        return score


def _most(span: Span, what: Callable[[Span], Floats]) -> float:
    return float(what(span).max(initial=0))


def _sums(of_slots: list[tuple[int, float]]) -> Floats:
    """For each mask, the sum over its slots; several parts may share one."""
    sums = np.zeros(len(_MASKS), np.float32)
    for slot, amount in of_slots:
        sums[(_MASKS & slot) != 0] += np.float32(amount)
    return sums
