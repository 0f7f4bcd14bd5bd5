"""A traveller's name laid against a listed one: each part meets at most one part, in any order.

- The dearest agreements are taken first; two neighbouring parts may meet one written together.
- What is left on either side is kept with its bits: omission and contradiction are the evidence's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from rapidfuzz.distance import OSA

from appliance.matching.index import PersonIndex
from appliance.matching.likeness import Likeness
from appliance.matching.rarity import INITIAL_BITS
from appliance.matching.request import Hit, Request
from appliance.matching.weights import ALIKE
from data.persons.names import Token

LEAST_JOINED = 4
"""Letters of a part that may be two written together; shorter ones are met by chance."""
LEAST_SLIPPED = 6
"""With a slip in them they must be longer."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Parts that meet."""

    traveller: str
    listed: str
    likeness: Likeness
    bits: float
    joined: bool = False
    particle: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A part that met none."""

    text: str
    bits: float
    particle: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """What met and what did not."""

    pairs: tuple[Pair, ...]
    left_traveller: tuple[Left, ...]
    left_listed: tuple[Left, ...]
    half_unmet: bool = False
    """Nothing of the surname, or nothing of the given names, met anything."""

    @property
    def real(self) -> int:
        """Traveller's parts that met and are no particles, initials or single letters."""
        met = (pair for pair in self.pairs if not pair.particle and pair.likeness is not Likeness.INITIAL)
        return sum(len(part) > 1 for pair in met for part in pair.traveller.split())


def align(
    request: Request, units: Sequence[int], index: PersonIndex, hits: Mapping[int, Sequence[Hit]] | None = None
) -> Alignment:
    """Lay a request against the units of one listed name. `hits`, where many names were looked up at once."""
    work = _Work(request, units, index)
    work.take(_edges(request.hits(np.array(units, np.int64)) if hits is None else hits, units))
    work.meet_joined()
    work.meet_initials()
    return work.result()


def _edges(
    hits: Mapping[int, Sequence[Hit]], units: Sequence[int]
) -> Iterable[tuple[float, int, int, Likeness, float]]:
    edges = [
        (ALIKE[hit.likeness] * hit.bits, hit.span, place, hit.likeness, hit.bits)
        for place, unit in enumerate(units)
        for hit in hits.get(unit, ())
    ]
    return sorted(edges, key=lambda edge: (-edge[0], edge[1], edge[2]))


class _Work:
    """One alignment in the making."""

    def __init__(self, request: Request, units: Sequence[int], index: PersonIndex) -> None:
        self._request = request
        self._units = units
        self._index = index
        self._free = (1 << len(request.parts)) - 1
        self._open = set(range(len(units)))
        self._pairs: list[tuple[int, Pair]] = []

    def take(self, edges: Iterable[tuple[float, int, int, Likeness, float]]) -> None:
        for _, span, place, grade, bits in edges:
            if span & self._free == span and place in self._open:
                self._meet(span, (place,), grade, bits)

    def meet_joined(self) -> None:
        """A long part of the traveller that two open listed parts, written together, are meant by."""
        if len(self._open) < 2:
            return
        for number in self._free_parts():
            heard = self._request.parts[number].forms[0].sound
            if len(heard) >= LEAST_JOINED and (places := self._written_together(heard)):
                bits = sum(float(self._index.unit_bits[self._units[place]]) for place in places)
                joined = "".join(self._listed(place).forms[0].latin for place in places)
                same = joined == self._request.parts[number].forms[0].latin
                self._meet(1 << number, places, Likeness.SAME if same else Likeness.SOUND, bits)

    def meet_initials(self) -> None:
        for number in self._free_parts() if self._open else ():
            mine = self._request.parts[number].forms[0].latin
            for place in sorted(self._open):
                theirs = self._listed(place).forms[0].latin
                if mine[:1] == theirs[:1] and 1 in (len(mine), len(theirs)):
                    self._meet(1 << number, (place,), Likeness.INITIAL, INITIAL_BITS)
                    break

    def result(self) -> Alignment:
        request = self._request
        free = [
            Left(request.parts[number].text, request.bits[number], request.parts[number].particle)
            for number in self._free_parts()
        ]
        listed = [
            Left(
                self._listed(place).shown,
                float(self._index.unit_bits[self._units[place]]),
                self._listed(place).particle,
            )
            for place in sorted(self._open)
        ]
        pairs = [pair for _, pair in sorted(self._pairs, key=itemgetter(0))]
        return Alignment(tuple(pairs), tuple(free), tuple(listed), self._half_unmet())

    def _half_unmet(self) -> bool:
        halves = [half for half in self._request.halves if half]
        return len(halves) > 1 and any(half & self._free == half for half in halves)

    def _listed(self, place: int) -> Token:
        return self._index.vocabulary.token(self._units[place])

    def _free_parts(self) -> list[int]:
        return [number for number in range(len(self._request.parts)) if self._free >> number & 1]

    def _written_together(self, heard: str) -> tuple[int, int] | None:
        slips = int(len(heard) >= LEAST_SLIPPED)
        sounds = [(place, form.sound) for place in sorted(self._open) for form in self._listed(place).forms]
        for one, first in sounds:
            for other, second in sounds:
                if one != other and abs(len(first) + len(second) - len(heard)) <= slips:
                    if OSA.distance(first + second, heard, score_cutoff=slips) <= slips:
                        return one, other
        return None

    def _meet(self, span: int, places: tuple[int, ...], grade: Likeness, bits: float) -> None:
        parts = self._request.parts
        first = span.bit_length() - 1
        single = span == 1 << first
        mine = parts[first].text if single else f"{parts[first - 1].text} {parts[first].text}"
        listed = [self._listed(place) for place in places]
        theirs = " ".join(part.shown for part in listed)
        joined = not single or len(places) > 1
        particle = listed[0].particle and len(listed) == 1
        self._pairs.append((span, Pair(mine, theirs, grade, bits, joined, particle)))
        self._free &= ~span
        self._open.difference_update(places)
