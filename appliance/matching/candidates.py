"""The few listed names worth a close look: postings of like parts, summed by what they prove.

A birth date that is listed to the day lifts a name that already shares a part; it brings up nobody by itself.
"""

import numpy as np
from numpy.typing import NDArray

from appliance.matching.births import Birth
from appliance.matching.index import PersonIndex
from appliance.matching.request import Request
from appliance.matching.weights import ALIKE, BIRTH

MOST_NAMES = 80
MISSING = 0.1
"""Of a listed part's worth, taken off where the traveller has none like it."""


def search(request: Request, index: PersonIndex) -> list[int]:
    """Numbers of at most `MOST_NAMES` names, best first."""
    score = _shared(request, index)
    names = np.nonzero(score)[0]
    if not len(names):
        return []
    rank = score[names] - MISSING * (index.name_bits[names] - score[names]) + _born_alike(request, index)[names]
    best = np.argsort(-rank, kind="stable")[:MOST_NAMES]
    chosen: list[int] = names[best].tolist()
    return chosen


def _shared(request: Request, index: PersonIndex) -> NDArray[np.float32]:
    """For each name, the worth of the parts it shares with the request: the best for each of the traveller's parts."""
    score = np.zeros(len(index.person_of), dtype=np.float32)
    for span in sorted({hit.span for hits in request.hits.values() for hit in hits}):
        worth = sorted(
            (ALIKE[hit.likeness] * hit.bits, unit)
            for unit, hits in request.hits.items()
            for hit in hits
            if hit.span == span
        )
        part = np.zeros_like(score)
        for value, unit in worth:
            part[index.holding(unit)] = value
        score += part
    for heard in request.joined:
        for name in index.joined.get(heard, ()):
            score[name] += index.name_bits[name] / 2
    return score


def _born_alike(request: Request, index: PersonIndex) -> NDArray[np.float32]:
    lift = np.zeros(len(index.person_of), dtype=np.float32)
    birth = request.query.birth
    day = birth.whole if birth else None
    for person in index.born.get((day.year, day.month, day.day), ()) if day else ():
        names = index.names_of(person)
        lift[names.start : names.stop] = BIRTH[Birth.SAME]
    return lift
