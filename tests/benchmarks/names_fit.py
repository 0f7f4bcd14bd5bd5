"""Fit the weights and thresholds of `appliance.matching.weights` on the fitting half, and print them.

Logistic regression, signs held: the right person of each listed traveller against the best-scored persons of
each unlisted one. Run again after taking the figures over, until they stay: the best-scored persons change
with the weights. Takes `SIZE` (default 10,000) correlated negatives (`names_data`) of the fitting half.

    python -m tests.benchmarks.names_fit
"""

import os
import sys

import numpy as np
from numpy.typing import NDArray

from appliance.matching.evidence import WEIGHTS, ScoredPerson
from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import score_persons
from tests.benchmarks.names_data import Case, correlated, for_fitting, notices, positives

SEED = 1
STEPS = 4000
RATE = 0.02
WORST = 2
"""Listed persons that an unlisted traveller is told apart from: the best-scored ones."""
PULL = 0.001
"""Towards the weights in use, so that a class seen twice does not run away."""
HELD = ("birth.same_new_year", "birth.month_fits", "number.same", "name.differs", "name.differing")
"""Too rare here to be fitted. The last two are for names typed alone: see `names_pairs`."""
FALLING = (
    "name.differs",
    "name.differing",
    "name.left_query",
    "name.left_listed",
    "name.half_unmatched",
    "name.joined",
    "name.low_quality",
    "birth.one_year_off",
    "birth.not_listed",
    "birth.not_shown",
    "birth.different",
    "sex.differs",
    "nationality.differs",
)
Floats = NDArray[np.float64]


def main() -> None:
    listed = notices()
    index = PersonIndex(listed)
    size = int(os.environ.get("SIZE", "10000"))
    unlisted = list(correlated(listed, size, SEED, fitting=True))
    right = [found for case in positives(index) if for_fitting(case) and (found := _right(case, index))]
    tops = [score_persons(case.query, index)[:WORST] for case in unlisted]
    wrong = [one for found in tops for one in found]
    weights = fit(right, wrong)
    for kind, weight in weights.items():
        sys.stdout.write(f"{kind:28} {weight:7.2f}   was {WEIGHTS[kind]:7.2f}\n")
    best = sorted((max(_worth(one, weights) for one in found) for found in tops if found), reverse=True)
    for share in (0.001, 0.01, 0.05):
        sys.stdout.write(f"threshold at {share:.1%} of correlated negatives: {best[int(share * len(unlisted))]:.2f}\n")


def _right(case: Case, index: PersonIndex) -> ScoredPerson | None:
    found = score_persons(case.query, index, case.hidden)
    return next((one for one in found if index.notices[one.person].record == case.target), None)


def fit(right: list[ScoredPerson], wrong: list[ScoredPerson]) -> dict[str, float]:
    """Weights by name of amount."""
    kinds = list(WEIGHTS)
    amounts = np.array([[{"prior": 1.0, **one.amounts}.get(kind, 0.0) for kind in kinds] for one in (*right, *wrong)])
    truth = np.array([1.0] * len(right) + [0.0] * len(wrong))
    start = np.array([WEIGHTS[kind] for kind in kinds])
    low, high = _bounds(kinds)
    weights = dict(zip(kinds, _descend(amounts, truth, start, low, high).tolist(), strict=True))
    held = {kind: WEIGHTS[kind] for kind in HELD}
    return {**weights, **held, "birth.not_shown": weights["birth.not_listed"]}


def _bounds(kinds: list[str]) -> tuple[Floats, Floats]:
    rising = [kind.startswith("name.") or kind.endswith((".same", ".same_new_year")) for kind in kinds]
    low = [0.0 if rises and kind not in FALLING else -np.inf for kind, rises in zip(kinds, rising, strict=True)]
    return np.array(low), np.array([0.0 if kind in FALLING else np.inf for kind in kinds])


def _descend(amounts: Floats, truth: Floats, start: Floats, low: Floats, high: Floats) -> Floats:
    """Adam on the log loss, projected on the bounds after each step."""
    weights, speed, spread = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        likely = 1 / (1 + np.exp(-np.clip(amounts @ weights, -50, 50)))
        slope = amounts.T @ (likely - truth) / len(truth) + PULL / 10 * (weights - start)
        speed = 0.9 * speed + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope**2
        change = RATE * (speed / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
        weights = np.clip(weights - change, low, high)
    return weights


def _worth(found: ScoredPerson, weights: dict[str, float]) -> float:
    return weights["prior"] + sum(weights[kind] * amount for kind, amount in found.amounts.items())


if __name__ == "__main__":
    main()
