"""How much of the traveller's name many listed names share, part by part, in arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index import PersonIndex
from appliance.matching.request import Request

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """One row a name; what it meets is counted as if every part could meet its best: never too low."""

    names: Ints
    met: Floats
    """Bits."""
    halves_unmet: NDArray[np.bool_]
    """Nothing of the surname, or nothing of the given names."""


class Meeting:
    """The units that a request meets, as one table over the vocabulary."""

    def __init__(self, request: Request, index: PersonIndex) -> None:
        self._request = request
        self._index = index
        every = [span.units for span in request.spans]
        units = np.unique(np.concatenate(every)) if every else np.empty(0, np.int64)
        self._row = np.zeros(len(index.vocabulary) or 1, np.int32)
        self._row[units] = np.arange(1, len(units) + 1, dtype=np.int32)
        self._worth = np.zeros((len(request.spans), len(units) + 1), np.float32)
        for number, span in enumerate(request.spans):
            self._worth[number, np.searchsorted(units, span.units) + 1] = span.worth

    def overlap(self, names: Ints, joined: dict[int, Ints]) -> Overlap:
        """For distinct `names`. `joined` gives, by part, the names that hold it as two parts written apart."""
        rows, which = self._index.rows.all_of(names)
        slots = self._row[rows]
        here = slots > 0
        slots, which = slots[here], which[here]
        begins = np.nonzero(np.diff(which, prepend=-1))[0]
        best = np.zeros((len(self._request.spans), len(names)), np.float32)
        if len(begins):
            holders = which[begins]
            for number, worth in enumerate(self._worth):
                best[number, holders] = np.maximum.reduceat(worth[slots], begins)
        for part, apart in joined.items():
            places = np.searchsorted(names, apart)
            best[part, places] = np.maximum(best[part, places], self._request.bits[part])
        return Overlap(names, self._met(best), self._halves_unmet(best))

    def _met(self, best: Floats) -> Floats:
        parts = len(self._request.parts)
        met: Floats = best[:parts].sum(axis=0)
        for span, together in zip(self._request.spans[parts:], best[parts:], strict=True):
            first = span.mask.bit_length() - 2
            met += np.maximum(0, together - best[first] - best[first + 1])
        return met

    def _halves_unmet(self, best: Floats) -> NDArray[np.bool_]:
        unmet = np.zeros(best.shape[1], bool)
        halves = [half for half in self._request.halves if half]
        for half in halves if len(halves) > 1 else ():
            spans = [number for number, span in enumerate(self._request.spans) if span.mask & half]
            unmet |= best[spans].max(axis=0) == 0
        return unmet
