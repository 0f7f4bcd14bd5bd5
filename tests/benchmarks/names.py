"""`make bench PART=names`: recall at fixed false-alert rates, labelled pairs, a million persons, and the rivals.

Weights were fitted on the fitting half (`names_fit`); everything here is the reporting half, with recombined
negatives of a seed that nothing was fitted or chosen on. Rivals see every fourth query.

    python -m tests.benchmarks.names
"""

import os
import sys
from datetime import date
from time import perf_counter

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates, score_persons
from data.screenings import Band
from tests.benchmarks import names_logic, names_pairs, names_search, names_speed
from tests.benchmarks.names_data import Case, folder, for_fitting, negatives, notices, positives, recombined
from tests.benchmarks.names_rival import Best, rivals
from tests.benchmarks.report import aim, machine, percentile, spread

SEED = 3
"""Of the recombined negatives that are reported; 1 is fitted on (`names_fit`)."""
NOTHING = -99.0
CLASSES = ("A", "B", "C", "D", "E", "C1", "C2", "C3", "C4", "C5", "C6")
TODAY = date(2026, 7, 1)
AIMS = (("local", 0.01, {"AD": 0.955, "B": 0.91, "E": 0.77}), ("local", 0.001, {"AD": 0.91, "B": 0.84, "E": 0.63}))

Marks = list[tuple[str, float]]
"""Kind of a positive, and its target's score."""


def run(size: int | None = None) -> None:
    """Print the report. `size` local negatives (default 20,000) are recombined; fifty times as many persons listed."""
    if not folder().is_dir():
        say("SKIP names: shared data not found at ../shared/data")
        return
    size = size or 20_000
    listed = notices()
    index = PersonIndex(listed)
    cases = [case for case in positives(index) if not for_fitting(case)]
    local = [case for case in (*recombined(listed, size, SEED), *negatives("neg_local")) if not for_fitting(case)]
    honest = list(negatives("neg_global"))
    machine("rapidfuzz", "numpy")
    say(f"{len(index)} persons, {len(index.person_of)} names; queries of the reporting half, none of them fitted on:")
    say(f"{len(cases)} listed travellers, {len(local)} local and {len(honest)} global negatives\n")
    times: list[float] = []
    marks = [(case.kind, _target(case, index, times)) for case in cases]
    quality(marks, {"local": _tops(local, index, times), "global": _tops(honest, index, times)})
    limits(marks)
    for name, best in rivals(index):
        rival(name, best, index, cases[::4], local[::4])
    alerts(index, cases, honest)
    speed(times)
    names_pairs.run(dict(names_logic.compares()))
    names_speed.run(50 * size)
    names_search.run(5 * size)


def limits(marks: Marks) -> None:
    """How many of each class share no like part with any name of their record: no name search can find them."""
    for kind in "BE":
        none = sum(mark == NOTHING for one, mark in marks if one.startswith(kind))
        of = sum(one.startswith(kind) for one, _ in marks)
        limit = 1 - none / of
        say(f"class {kind}: {none} of {of} targets share no name part with what the record shows (limit {limit:.3f})")


def _target(case: Case, index: PersonIndex, times: list[float]) -> float:
    began = perf_counter()
    found = score_persons(case.query, index, case.hidden)
    times.append(perf_counter() - began)
    return next((one.score for one in found if index.notices[one.person].record == case.target), NOTHING)


def _tops(cases: list[Case], index: PersonIndex, times: list[float]) -> list[float]:
    tops = []
    for case in cases:
        began = perf_counter()
        found = score_persons(case.query, index)
        times.append(perf_counter() - began)
        tops.append(found[0].score if found else NOTHING)
    return sorted(tops, reverse=True)


def quality(marks: Marks, tops: dict[str, list[float]]) -> None:
    """Recall at each rate, by class."""
    say(f"{'Waypost':22}" + "".join(f"{kind:>7}" for kind in ("A-D", *CLASSES)))
    for name, best in tops.items():
        for rate in (0.001, 0.01):
            bar = best[int(rate * len(best))]
            line(f"{name} {rate:.1%} (>{bar:.2f})", marks, bar)
    for name, rate, aims in AIMS:
        bar = tops[name][int(rate * len(tops[name]))]
        for kinds, target in aims.items():
            aim(f"names.recall_{name}_{rate * 100:g}pc_{kinds}", recall(marks, kinds, bar), target, at_least=True)
    bar = tops["local"][int(0.01 * len(tops["local"]))]
    aim("names.recall_local_1pc_A", recall(marks, "A", bar), 0.995, at_least=True)
    aim("names.recall_local_1pc_D", recall(marks, "D", bar), 1.0, at_least=True)


def recall(marks: Marks, kinds: str, bar: float) -> float:
    """Share of targets above the bar; `AD` is A to D together, otherwise the beginning of a kind."""
    chosen = [mark for kind, mark in marks if (kind[0] != "E" if kinds == "AD" else kind.startswith(kinds))]
    return sum(mark > bar for mark in chosen) / max(1, len(chosen))


def line(title: str, marks: Marks, bar: float) -> None:
    say(f"{title:22}" + "".join(f"{recall(marks, kind, bar):7.3f}" for kind in ("AD", *CLASSES)))


def rival(name: str, best: Best, index: PersonIndex, cases: list[Case], local: list[Case]) -> None:
    """The same recall for a rival, on every fourth query."""
    people = {notice.record: number for number, notice in enumerate(index.notices)}
    began = perf_counter()
    tops = sorted((best(case.query, None, ())[0] for case in local), reverse=True)
    spent = (perf_counter() - began) / len(local)
    marks = [(case.kind, best(case.query, people[case.target], case.hidden)[1]) for case in cases]
    say(f"\n{name}, every fourth query ({spent * 1000:.1f} ms each)")
    for rate in (0.001, 0.01):
        line(f"local {rate:.1%}", marks, tops[int(rate * len(tops))])


def alerts(index: PersonIndex, cases: list[Case], honest: list[Case]) -> None:
    """What the bands, with their defaults and floors, say to honest and to exactly listed travellers."""
    flagged = [case for case in honest if _worst(case, index)]
    strong = sum(_worst(case, index) is Band.STRONG for case in flagged)
    clean = [case for case in cases if case.kind.startswith("A") and _right_birth(case, index)]
    caught = sum(_target_band(case, index) in (Band.STRONG, Band.POSSIBLE) for case in clean)
    say(f"\nhonest travellers: {len(flagged)} of {len(honest)} flagged, {strong} STRONG")
    aim("names.honest_flagged_share", len(flagged) / len(honest), 0.01)
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
