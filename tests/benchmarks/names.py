"""`make bench PART=names`: recall at fixed false-alert rates on held-out queries, beside rapidfuzz; and speed.

Weights were fitted on the fitting half (`names_fit`); everything here is the reporting half, with recombined
negatives of another seed. `SIZE` is how many of those (default 6000; 20000 for figures at .1 % to be trusted).
The rival sees every fourth query, the same for positives and negatives.

    python -m tests.benchmarks.names
"""

import os
import platform
import statistics
import sys
from collections.abc import Callable
from datetime import date
from time import perf_counter

import numpy as np
import rapidfuzz

from appliance.matching.index import PersonIndex
from appliance.matching.matcher import match
from appliance.matching.scoring import score
from data.findings import Band
from tests.benchmarks.names_data import Case, folder, for_fitting, negatives, notices, positives, recombined
from tests.benchmarks.names_rival import TokenSort

NOTHING = -99.0
CLASSES = ("A", "B", "C", "D", "E", "C1", "C2", "C3", "C4", "C5", "C6")
TODAY = date(2026, 7, 1)
AIMS = (("local", 0.01, {"AD": 0.955, "B": 0.91, "E": 0.77}), ("local", 0.001, {"AD": 0.91, "B": 0.84, "E": 0.63}))

Marks = list[tuple[str, float]]
"""Kind of a positive, and its target's score."""


def run(size: int | None = None) -> None:
    """Print the report. `size` local negatives are recombined beside the real ones."""
    if not folder().is_dir():
        say("SKIP names: shared data not found at ../shared/data")
        return
    listed = notices()
    began = perf_counter()
    index = PersonIndex(listed)
    built = perf_counter() - began
    cases = [case for case in positives(index) if not for_fitting(case)]
    local = [case for case in (*recombined(listed, size or 6000, 2), *negatives("neg_local")) if not for_fitting(case)]
    honest = list(negatives("neg_global"))
    say(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, rapidfuzz")
    say(f"{rapidfuzz.__version__}; {len(index)} persons, {len(index.person_of)} names; reporting half only:")
    say(f"{len(cases)} listed travellers, {len(local)} local and {len(honest)} global negatives\n")
    times: list[float] = []
    marks = [(case.kind, _target(case, index, times)) for case in cases]
    quality(marks, {"local": _tops(local, index, times), "global": _tops(honest, index, times)})
    rival(index, cases[::4], local[::4])
    alerts(index, cases, honest)
    speed(times, built)


def _target(case: Case, index: PersonIndex, times: list[float]) -> float:
    began = perf_counter()
    found = score(case.query, index, case.hidden)
    times.append(perf_counter() - began)
    return next((one.score for one in found if index.notices[one.person].record == case.target), NOTHING)


def _tops(cases: list[Case], index: PersonIndex, times: list[float]) -> list[float]:
    tops = []
    for case in cases:
        began = perf_counter()
        found = score(case.query, index)
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
            aim(f"recall_{name}_{rate * 100:g}pc_{kinds}", recall(marks, kinds, bar), target, at_least)
    bar = tops["local"][int(0.01 * len(tops["local"]))]
    aim("recall_local_1pc_A", recall(marks, "A", bar), 0.995, at_least)
    aim("recall_local_1pc_D", recall(marks, "D", bar), 1.0, at_least)


def recall(marks: Marks, kinds: str, bar: float) -> float:
    """Share of targets above the bar; `AD` is A to D together, otherwise the beginning of a kind."""
    chosen = [mark for kind, mark in marks if (kind[0] != "E" if kinds == "AD" else kind.startswith(kinds))]
    return sum(mark > bar for mark in chosen) / max(1, len(chosen))


def line(title: str, marks: Marks, bar: float) -> None:
    say(f"{title:22}" + "".join(f"{recall(marks, kind, bar):7.3f}" for kind in ("AD", *CLASSES)))


def rival(index: PersonIndex, cases: list[Case], local: list[Case]) -> None:
    """The same recall for token_sort with penalties."""
    sort = TokenSort(index)
    people = {notice.record: number for number, notice in enumerate(index.notices)}
    began = perf_counter()
    best = sorted((sort.best(case.query, None, ())[0] for case in local), reverse=True)
    spent = (perf_counter() - began) / len(local)
    marks = [(case.kind, sort.best(case.query, people[case.target], case.hidden)[1]) for case in cases]
    say(f"\ntoken_sort + penalties, every fourth query ({spent * 1000:.1f} ms each)")
    for rate in (0.001, 0.01):
        line(f"local {rate:.1%}", marks, best[int(rate * len(best))])


def alerts(index: PersonIndex, cases: list[Case], honest: list[Case]) -> None:
    """What the bands, with their defaults and floors, say to honest and to exactly listed travellers."""
    flagged = [case for case in honest if _worst(case, index)]
    strong = sum(_worst(case, index) is Band.STRONG for case in flagged)
    clean = [case for case in cases if case.kind.startswith("A") and _right_birth(case, index)]
    caught = sum(_target_band(case, index) in (Band.STRONG, Band.POSSIBLE) for case in clean)
    say(f"\nhonest travellers: {len(flagged)} of {len(honest)} flagged, {strong} STRONG")
    aim("honest_flagged_share", len(flagged) / len(honest), 0.01, at_most)
    aim("listed_and_born_right", caught / len(clean), 0.995, at_least)


def _worst(case: Case, index: PersonIndex) -> Band | None:
    bands = [one.band for one in match(case.query, index, today=TODAY) if one.band is not Band.WEAK]
    return bands[0] if bands else None


def _target_band(case: Case, index: PersonIndex) -> Band | None:
    found = match(case.query, index, today=TODAY)
    return next((one.band for one in found if one.record == case.target), None)


def _right_birth(case: Case, index: PersonIndex) -> bool:
    notice = next(notice for notice in index.notices if notice.record == case.target)
    return case.query.birth in notice.person.births


def speed(times: list[float], built: float) -> None:
    """Time to build and to answer."""
    p50, p95, p99 = (float(np.percentile(times, share)) * 1000 for share in (50, 95, 99))
    say(f"\nbuilt in {built:.2f} s; a query takes {p50:.1f} ms, p95 {p95:.1f}, p99 {p99:.1f}")
    say(f"mean {statistics.mean(times) * 1000:.1f} ms over {len(times)}")
    aim("query_p95_ms", p95, 15, at_most)
    aim("build_s", built, 1.5, at_most)


def at_least(ours: float, target: float) -> bool:
    return ours >= target


def at_most(ours: float, target: float) -> bool:
    return ours <= target


def aim(name: str, ours: float, target: float, holds: Callable[[float, float], bool]) -> None:
    sign = ">=" if holds is at_least else "<="
    say(f"AIM names.{name} ours={ours:.4g} target{sign}{target:g} {'ok' if holds(ours, target) else 'short'}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    run(int(os.environ.get("SIZE", "6000")))
