"""The few listed names worth a close look, out of millions, best first.

Names are brought up by their parts (`reading`), passed over where they cannot come to anything (`ceiling`), and
estimated with all evidence, birth date included; a birth date brings up nobody by itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.beside import Beside
from appliance.matching.ceiling import Ceiling
from appliance.matching.estimate import estimate
from appliance.matching.index import PersonIndex
from appliance.matching.joined import joined_names
from appliance.matching.overlap import Meeting
from appliance.matching.reading import bring_up
from appliance.matching.request import Request
from appliance.matching.weights import DEFAULT, Thresholds

MOST_NAMES = 40
WHOLE = 1_500


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a search goes."""

    names: int = MOST_NAMES
    """That are handed on, and whoever else may be POSSIBLE."""
    namesakes: int = 400
    """Most that may be POSSIBLE, and most that are handed on because they may be the full name, the likest first."""
    whole: int = WHOLE
    """Names that one part may bring up regardless of their years; the rarest part may bring up more."""
    margin: float = 2.0
    """Log-odds under the lowest band that are still looked at, for what the estimate does not foresee."""


USUAL = Effort()
_SOME = 256
"""Names, of the highest ceiling, whose estimates first say how good one must be to be among the likest; then four times
as many, and so on."""
Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float32]


def search(request: Request, index: PersonIndex, thresholds: Thresholds = DEFAULT, effort: Effort = USUAL) -> list[int]:
    """Numbers of the names worth a close look, best first."""
    found, worth, lacks = _estimated(request, index, thresholds, effort)
    possible = min(effort.namesakes, int((worth > thresholds.possible).sum()))
    likely = np.flatnonzero(worth > thresholds.weak - effort.margin)
    best = likely[np.argsort(-worth[likely], kind="stable")][: max(effort.names, possible)]
    full = np.flatnonzero(np.isfinite(lacks))
    namesakes = full[np.argsort(lacks[full], kind="stable")][: effort.namesakes]
    chosen: list[int] = found[np.concatenate((best, np.setdiff1d(namesakes, best)))].tolist()
    return chosen


def _estimated(
    request: Request, index: PersonIndex, thresholds: Thresholds, effort: Effort
) -> tuple[Ints, Floats, Floats]:
    """Names, and their estimates: none is left out that is among the likest, may be POSSIBLE, or be the full name."""
    joined = joined_names(request, index)
    brought = bring_up(request, index, joined, effort.whole)
    ceiling = Ceiling(request, index, Beside(request.query, index), joined)
    found, most, beside = ceiling.passing(brought, thresholds.weak - effort.margin)
    meeting = Meeting(request, index)

    def estimated(chosen: Ints) -> tuple[Ints, Floats, Floats]:
        return found[chosen], *estimate(meeting.overlap(found[chosen], joined), beside[chosen], request, index)

    rounds, left, some = list[tuple[Ints, Floats, Floats]](), np.arange(len(found)), max(_SOME, effort.names)
    best = np.empty(0, np.float32)
    while len(left) or not rounds:
        if len(left) > 2 * some:
            left = left[np.argpartition(-most[left], some)]
        else:
            some = len(left)
        rounds.append(estimated(left[:some]))
        left, some = left[some:], 4 * some
        best = np.sort(np.concatenate((best, rounds[-1][1])))[-effort.names :]
        if len(best) == effort.names:
            left = left[most[left] >= min(best[0], np.float32(thresholds.possible))]
    names, worth, lacks = zip(*rounds, strict=True)
    return np.concatenate(names), np.concatenate(worth), np.concatenate(lacks)
