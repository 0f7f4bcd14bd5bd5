"""An estimate of the score of many names at once: the same evidence and weights, with what needs no alignment.

It is never below the score (parts may meet twice, joinings cost nothing), so that nobody is passed over whom the score
would show; only two parts written together with a slip besides are not foreseen.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index import QUALITIES, PersonIndex
from appliance.matching.overlap import Overlap
from appliance.matching.request import Request
from appliance.matching.weights import CUT_OFF, NAME, PRIOR
from data.persons.person import NameQuality

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
FULL_NAME = 0.97
"""Share of the bits from which on a name may be the full name by sound; particles may be missing."""
PARTICLES_BITS = 1.3
_LOW = QUALITIES.index(NameQuality.LOW)


def estimate(overlap: Overlap, beside: Floats, request: Request, index: PersonIndex) -> tuple[Floats, Floats]:
    """Log-odds of each name, with what there is `beside` it; and the bits that it lacks to be the full name by sound,
    infinite where it cannot be.

    Who has the full name is POSSIBLE, whatever else differs.
    """
    names, met = overlap.names, overlap.met
    listed = index.name_bits[names].astype(np.float32)
    asked = np.float32(sum(request.bits))
    missing, left = np.maximum(asked - overlap.asked, 0), np.maximum(listed - overlap.listed, 0)
    score = of_names(names, met, missing, left, overlap.halves_unmet, request, index)
    score += beside
    lacks = np.maximum(asked - met, 0) + np.maximum(listed - met, 0)
    return score, np.where(may_be_full(met, listed, request), lacks, np.float32(np.inf))


def of_names(
    names: Ints,
    met: Floats,
    missing: Floats,
    left: Floats,
    unmet: NDArray[np.bool_],
    request: Request,
    index: PersonIndex,
) -> Floats:
    """What names add, by bits that met, that are missing of the traveller's and left of the listed parts; `unmet`
    where a half met nothing.
    """
    cut = np.float32(CUT_OFF if request.query.truncated else 1)
    score = _weight("met") * met + _weight("left_query") * missing + _weight("left_listed") * cut * left
    score += _weight("share_query") * met / np.maximum(met + missing, np.float32(0.01))
    score += _weight("share_listed") * met / np.maximum(met + cut * left, np.float32(0.01))
    score += _weight("half_unmet") * unmet
    score += _weight("low_quality") * (index.qualities[names] == _LOW)
    added: Floats = score + np.float32(PRIOR)
    return added


def may_be_full(met: Floats, listed: Floats, request: Request) -> NDArray[np.bool_]:
    """Whether all of both sides may have met by sound."""
    spare = np.float32(1 - FULL_NAME) * met + np.float32(PARTICLES_BITS)
    full: NDArray[np.bool_] = (np.float32(sum(request.bits)) - met <= spare) & (listed - met <= spare)
    return full


def _weight(what: str) -> np.float32:
    return np.float32(NAME[what])
