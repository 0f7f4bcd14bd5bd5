"""How much of the traveller's name many listed names share, part by part, in arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.rarity import INITIAL_BITS, MOST_BITS
from appliance.matching.request import Request
from appliance.matching.weights import ALIKE

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """One row a name; what it meets is counted as if every part could meet its best: never too low."""

    names: Ints
    met: Floats
    """Bits."""
    asked: Floats
    """Bits of the traveller's parts that met: more than meeting them proves, where they are rarer than that."""
    listed: Floats
    """Bits of the listed parts that met."""
    halves_unmet: NDArray[np.bool_]
    """Nothing of the surname, or nothing of the given names."""


class Meeting:
    """The units that a request meets, as one table over the vocabulary."""

    def __init__(self, request: Request, index: PersonIndex) -> None:
        self._request = request
        self._index = index
        spans = [*request.spans, *request.initials]
        units = np.concatenate([np.empty(0, np.int64), *(span.units for span in spans)])
        kind = np.uint16 if len(units) < 65_535 else np.uint32
        self._row = np.zeros(len(index.vocabulary) or 1, kind)
        self._row[units] = np.arange(1, len(units) + 1, dtype=kind)  # a unit met twice has the last of its rows
        worth = np.zeros((len(request.spans), len(units) + 1), np.float32)
        beyond = np.zeros((2, len(units) + 1), np.float32)
        # by how much a part that met is rarer than what that proves: the traveller's, the listed one
        for number, span in enumerate(spans):
            at = self._row[span.units]
            row = number if number < len(request.spans) else span.mask.bit_length() - 1
            worth[row, at] = np.maximum(worth[row, at], span.worth)
            more = request.bits_of(span) - span.worth, index.unit_bits[span.units] - span.worth
            beyond[:, at] = np.maximum(beyond[:, at], more)
        self._worth, self._beyond = np.ascontiguousarray(worth.T), np.ascontiguousarray(beyond.T)

    def overlap(self, names: Ints, joined: dict[int, Ints]) -> Overlap:
        """For distinct `names`. `joined`: by part, the names that hold it as two parts written apart."""
        best, beyond = self._best(names)
        for part, apart in joined.items():
            places = np.flatnonzero(np.isin(names, apart, assume_unique=True))
            whole = self._index.name_bits[names[places]].astype(np.float32)
            best[part, places] = np.maximum(best[part, places], np.minimum(whole, 2 * MOST_BITS))
            beyond[0, places] += self._request.bits[part]
        for part in range(len(self._request.parts)):
            if self._request.open >> part & 1:
                best[part] = np.maximum(best[part], ALIKE[Likeness.INITIAL] * INITIAL_BITS)
                beyond += np.array([[self._request.bits[part]], [MOST_BITS]], np.float32)
        met = self._met(best)
        return Overlap(names, met, met + beyond[0], met + beyond[1], self._halves_unmet(best))

    def _best(self, names: Ints) -> tuple[Floats, Floats]:
        """By span the most that each name meets, and what is beyond it. All first parts are looked up, all second ones,
        and so on: names have few.
        """
        begins, ends = self._index.rows.ends[names], self._index.rows.ends[names + 1]
        best = np.zeros((len(names), len(self._request.spans)), np.float32)
        beyond = np.zeros((len(names), 2), np.float32)
        left = np.flatnonzero(begins < ends)
        while len(left):
            rows = self._row[self._index.rows.values[begins[left]]]
            meeting = np.flatnonzero(rows)
            at, rows = left[meeting], rows[meeting]
            best[at] = np.maximum(best[at], self._worth[rows])
            beyond[at] += self._beyond[rows]
            begins += 1
            left = left[begins[left] < ends[left]]
        return np.ascontiguousarray(best.T), np.ascontiguousarray(beyond.T)

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
