"""Labelled pairs of names (../shared/data/names/name_bench, Person rows): best F1 and area under the curve.

Names alone, both ways round, mean of the two. A regression set, not truth: most of its rows were proposed by a
machine. Nothing is fitted on it but the two weights for names typed alone (`weights.NAME["differs"]`, `"differing"`),
chosen on the half of the pairs whose hash is even; the line `other half` is the other one.
"""

import csv
from collections.abc import Callable
from hashlib import sha256

import numpy as np
import rapidfuzz.fuzz as fuzz
from rapidfuzz.distance import JaroWinkler

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import score_names
from appliance.matching.prepared import prepare_query
from appliance.matching.query import PersonQuery
from appliance.matching.weights import NAME_WEIGHTS
from data.persons.names import tokenize
from data.persons.notice import Action, Notice
from data.persons.person import ListedName, Person
from tests.benchmarks.names_data import folder
from tests.benchmarks.report import aim

Compare = Callable[[str, str], float]
NOTHING = -99.0


def ours(one: str, other: str) -> float:
    return (_one_way(one, other) + _one_way(other, one)) / 2


def _one_way(asked: str, listed: str) -> float:
    index = PersonIndex([Notice("pair", Person((ListedName(listed),)), Action.INFORM)])
    found = score_names(prepare_query(PersonQuery(asked), index), [0], index, {})
    if not found or not found[0].amounts["name.matched"]:
        return NOTHING
    return sum(NAME_WEIGHTS[kind[5:]] * much for kind, much in found[0].amounts.items() if kind.startswith("name."))


def _folded(scorer: Compare) -> Compare:
    return lambda one, other: scorer(latin(one), latin(other))


def latin(name: str) -> str:
    return " ".join(token.forms[0].latin for token in tokenize(name))


RIVALS: dict[str, Compare] = {
    "rapidfuzz WRatio": _folded(fuzz.WRatio),
    "rapidfuzz token_set": _folded(fuzz.token_set_ratio),
    "rapidfuzz token_sort": _folded(fuzz.token_sort_ratio),
    "rapidfuzz Jaro-Winkler": _folded(JaroWinkler.similarity),
}


def run(more: dict[str, Compare]) -> None:
    with (folder().parent / "name_bench" / "cases.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["schema"] == "Person"]
    truth = np.array([row["is_match"] == "true" for row in rows])
    other = np.array([sha256((row["name1"] + row["name2"]).encode()).digest()[0] % 2 == 1 for row in rows])
    print(f"\n{len(rows)} labelled pairs, {truth.sum()} the same person: best F1, area under the curve")
    for name, compare in {"Waypost": ours, **RIVALS, **more}.items():
        scores = np.array([compare(row["name1"], row["name2"]) for row in rows])
        print(f"  {name:24} {best_f1(scores, truth):.3f} {under_curve(scores, truth):.3f}")
        if compare is ours:
            print(f"  {'  other half':24} {best_f1(scores[other], truth[other]):.3f}")
            aim("names.pairs_best_f1", best_f1(scores, truth), 0.80, at_least=True)


def best_f1(scores: np.ndarray, truth: np.ndarray) -> float:
    """Over all thresholds; equal scores fall on one side together."""
    best = 0.0
    for bar in np.unique(scores):
        called = scores >= bar
        best = max(best, 2 * (called & truth).sum() / (called.sum() + truth.sum()))
    return float(best)


def under_curve(scores: np.ndarray, truth: np.ndarray) -> float:
    same, different = scores[truth][:, None], scores[~truth][None, :]
    return float((same > different).mean() + (same == different).mean() / 2)
