"""`make bench PART=names`: recall at fixed false-alert rates, labelled pairs, a million persons, and the rivals.

Weights were fitted on the fitting half (`names_fit`); everything here is the reporting half, with negatives of seeds
that nothing was fitted or chosen on. Thresholds are set on every other negative, and rates are read on the rest.
Rivals see every fourth query.

    python -m tests.benchmarks.names
"""

import os
import sys
from datetime import date
from time import perf_counter

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates, score_names, score_persons
from appliance.matching.prepared import prepare_query
from appliance.matching.weights import DEFAULT_THRESHOLDS
from data.screenings import Band
from tests.benchmarks import names_logic, names_misread, names_pairs, names_search, names_speed
from tests.benchmarks.names_data import (
    Case,
    correlated,
    folder,
    for_fitting,
    negatives,
    notices,
    positives,
    recombined,
)
from tests.benchmarks.names_rival import Best, rivals
from tests.benchmarks.report import aim, machine, percentile, spread

SEED = 20_261_130
"""Of the negatives that are reported, chosen after the weights; 1 is fitted on (`names_fit`)."""
NOTHING = -99.0
CLASSES = ("A", "B", "C", "D", "E", "C1", "C2", "C3", "C4", "C5", "C6")
TODAY = date(2026, 7, 1)
RATES = (0.001, 0.01)
AIMS = {0.01: {"AD": 0.96, "B": 0.90, "E": 0.80}, 0.001: {"AD": 0.92, "B": 0.81, "E": 0.70}}
"""Recall at each rate of false alerts among correlated negatives."""

Marks = list[tuple[str, float]]
"""Kind of a positive, and its target's score."""


def run(size: int | None = None) -> None:
    """Print the report. `size` negatives of each kind (default 20,000) are made; fifty times as many persons listed."""
    if not folder().is_dir():
        say("SKIP names: shared data not found at ../shared/data")
        return
    size = size or 20_000
    listed = notices()
    index = PersonIndex(listed)
    cases = [case for case in positives(index) if not for_fitting(case)]
    strangers = {
        "correlated": list(correlated(listed, size, SEED, fitting=False)),
        "recombined": [case for case in recombined(listed, 2 * size, SEED) if not for_fitting(case)],
    }
    honest = list(negatives("neg_global"))
    machine("rapidfuzz", "numpy")
    say(f"{len(index)} persons, {len(index.person_of)} names; queries of the reporting half, none of them fitted on:")
    counts = ", ".join(f"{len(some)} {kind}" for kind, some in strangers.items())
    say(f"{len(cases)} listed travellers; negatives: {counts}, {len(honest)} honest travellers of all cultures\n")
    times: list[float] = []
    marks = [(case.kind, _target(case, index, times)) for case in cases]
    say(f"{'Waypost':34}" + "".join(f"{kind:>7}" for kind in ("A-D", *CLASSES)))
    for kind, some in strangers.items():
        quality(kind, marks, _bests(some, index, times))
    limits(cases, index)
    for name, best in rivals(index):
        rival(name, best, index, cases[::4], {kind: some[::4] for kind, some in strangers.items()})
    alerts(index, cases, honest)
    names_misread.run(index, cases, honest)
    speed(times)
    names_pairs.run(dict(names_logic.compares()))
    names_speed.run(50 * size)
    names_search.run(5 * size)


def limits(cases: list[Case], index: PersonIndex) -> None:
    """How many of each class share no like part with any name of their record, so that no comparison of names can find
    them; and how many that would be POSSIBLE are lost by the search.
    """
    people = {notice.record: number for number, notice in enumerate(index.notices)}
    for kind in "BE":
        chosen = [case for case in cases if case.kind.startswith(kind)]
        none = lost = 0
        for case in chosen:
            person = people[case.target]
            names = [name for name in index.names_of(person) if name not in case.hidden]
            (best,) = score_names(prepare_query(case.query, index), names, index, {})
            none += not best.alignment.pairs
            if best.score > DEFAULT_THRESHOLDS.possible:
                lost += _target(case, index, []) <= DEFAULT_THRESHOLDS.possible
        limit = 1 - none / len(chosen)
        say(
            f"class {kind}: {none} of {len(chosen)} targets share no name part with what the record shows "
            f"(limit {limit:.3f}); {lost} that would be possible are lost by the search"
        )


def _target(case: Case, index: PersonIndex, times: list[float]) -> float:
    began = perf_counter()
    found = score_persons(case.query, index, case.hidden)
    times.append(perf_counter() - began)
    return next((one.score for one in found if index.notices[one.person].record == case.target), NOTHING)


def _bests(cases: list[Case], index: PersonIndex, times: list[float]) -> list[float]:
    """The best score of each negative, in their order."""
    bests = []
    for case in cases:
        began = perf_counter()
        scored = score_persons(case.query, index)
        times.append(perf_counter() - began)
        bests.append(scored[0].score if scored else NOTHING)
    return bests


def quality(kind: str, marks: Marks, bests: list[float]) -> None:
    """Recall by class at the thresholds of one half of the negatives, and the rates of these on the other half."""
    setting, reading = sorted(bests[::2], reverse=True), bests[1::2]
    for rate in RATES:
        bar = setting[int(rate * len(setting))]
        line(f"{kind} {rate:.1%} (>{bar:.2f}, {_share(reading, bar):.2%})", marks, bar)
        for classes, target in AIMS[rate].items() if kind == "correlated" else ():
            reached = recall(marks, classes, bar)
            aim(f"names.recall_{kind}_{rate * 100:g}pc_{classes}", reached, target, at_least=True)
    for name, threshold in (("strong", DEFAULT_THRESHOLDS.strong), ("possible", DEFAULT_THRESHOLDS.possible)):
        line(f"{kind} {name} (>{threshold:.2f}, {_share(bests, threshold):.2%})", marks, threshold)
    if kind == "correlated":
        bar = setting[int(0.01 * len(setting))]
        aim("names.recall_correlated_1pc_A", recall(marks, "A", bar), 1.0, at_least=True)
        aim("names.recall_correlated_1pc_D", recall(marks, "D", bar), 1.0, at_least=True)


def _share(bests: list[float], bar: float) -> float:
    return sum(best > bar for best in bests) / len(bests)


def recall(marks: Marks, kinds: str, bar: float) -> float:
    """Share of targets above the bar; `AD` is A to D together, otherwise the beginning of a kind."""
    chosen = [mark for kind, mark in marks if (kind[0] != "E" if kinds == "AD" else kind.startswith(kinds))]
    return sum(mark > bar for mark in chosen) / max(1, len(chosen))


def line(title: str, marks: Marks, bar: float) -> None:
    say(f"{title:34}" + "".join(f"{recall(marks, kind, bar):7.3f}" for kind in ("AD", *CLASSES)))


def rival(name: str, best: Best, index: PersonIndex, cases: list[Case], strangers: dict[str, list[Case]]) -> None:
    """The same recall for a rival, on every fourth query."""
    people = {notice.record: number for number, notice in enumerate(index.notices)}
    marks = [(case.kind, best(case.query, people[case.target], case.hidden)[1]) for case in cases]
    say(f"\n{name}, every fourth query")
    for kind, some in strangers.items():
        began = perf_counter()
        bests = [best(case.query, None, ())[0] for case in some]
        spent = (perf_counter() - began) / len(some)
        setting, reading = sorted(bests[::2], reverse=True), bests[1::2]
        for rate in RATES:
            bar = setting[int(rate * len(setting))]
            line(f"{kind} {rate:.1%} ({_share(reading, bar):.2%}, {spent * 1000:.1f} ms)", marks, bar)


def alerts(index: PersonIndex, cases: list[Case], honest: list[Case]) -> None:
    """What the bands, with their defaults and floors, say to honest and to exactly listed travellers."""
    flagged = [case for case in honest if _worst(case, index)]
    strong = sum(_worst(case, index) is Band.STRONG for case in flagged)
    clean = [case for case in cases if case.kind.startswith("A") and _right_birth(case, index)]
    caught = sum(_target_band(case, index) in (Band.STRONG, Band.POSSIBLE) for case in clean)
    say(f"\nhonest travellers: {len(flagged)} of {len(honest)} flagged, {strong} STRONG")
    aim("names.honest_flagged_share", len(flagged) / len(honest), 0.005)
    aim("names.listed_and_born_right", caught / len(clean), 0.995, at_least=True)


def _worst(case: Case, index: PersonIndex) -> Band | None:
    bands = [one.band for one in find_candidates(case.query, index, today=TODAY) if one.band is not Band.WEAK]
    return bands[0] if bands else None


def _target_band(case: Case, index: PersonIndex) -> Band | None:
    found = find_candidates(case.query, index, today=TODAY)
    return next((one.band for one in found if one.record == case.target), None)


def _right_birth(case: Case, index: PersonIndex) -> bool:
    notice = next(notice for notice in index.notices if notice.record == case.target)
    return case.query.birth in notice.person.births


def speed(times: list[float]) -> None:
    """Time to answer on this list."""
    took = [1000 * one for one in times]
    say(f"\na query takes {spread(took)} ms, p95 {percentile(took, 95):.1f}, p99 {percentile(took, 99):.1f}")
    aim("names.query_p95_ms", percentile(took, 95), 15)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    run(int(os.environ.get("SIZE", "0")) or None)
