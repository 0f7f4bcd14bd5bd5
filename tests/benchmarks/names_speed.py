"""A million invented persons with three names each: memory, readiness, time, and who is found.

Times are of the thread's processor (`cpu`) and of the wall, turn about with nothing else of ours running. Queries are
held out: planted travellers are drawn from listed persons with seeds of their own, honest ones from the shared set.
"""

import gc
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

import numpy as np

from appliance.matching.demographics import Demographics
from appliance.matching.estimate import OverlapTable, estimate_scores
from appliance.matching.evidence import ScoredPerson
from appliance.matching.index import list_index
from appliance.matching.index.list_index import LiveIndex
from appliance.matching.index.person_index import Fetch, PersonIndex, group_alone
from appliance.matching.matcher import assign_band, find_candidates, score_names, score_persons
from appliance.matching.prepared import prepare_group_query
from appliance.matching.query import PersonQuery
from appliance.matching.retrieval import find_split_names
from appliance.matching.weights import DEFAULT_THRESHOLDS
from data.lists.edition import Edition
from data.lists.kinds import persons
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest
from data.persons.notice import Notice
from data.persons.person import PartialDate
from data.screenings import Band
from data.store_key import StoreKey
from tests.benchmarks.million import Invented, slip
from tests.benchmarks.names_data import mrz_name, negatives
from tests.benchmarks.report import aim, percentile, spread

LIST_SEED = 5
TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
HELD_OUT = 500
ROUNDS = 3
SLACK = 1.0
"""Log-odds under POSSIBLE from which everybody is scored: the estimate is not below the score, and joinings may be."""


@dataclass(frozen=True)
class Planted:
    """A listed person as they travel."""

    query: PersonQuery
    record: str
    kind: str


def run(count: int) -> None:
    with TemporaryDirectory() as folder:
        replica = Replica(Path(folder) / "million", "persons", StoreKey(bytes(32)))
        planted = _list(replica, count)
        _memory(Path(folder), count)
        with replica.read() as view:
            index = list_index.IndexSource(replica).of(view)
            honest = [case.query for name in ("neg_global", "neg_local") for case in negatives(name)]
            random.Random(21).shuffle(honest)
            _times([*honest[:1000], *(one.query for one in planted[:500])], index, view.get_many)
            _found(planted, index.base)
            _kept([*honest[: HELD_OUT // 2], *(one.query for one in planted[-HELD_OUT // 2 :])], index.base)
        replica.close()


def _list(replica: Replica, count: int) -> list[Planted]:
    """A list of so many, with its index; and planted travellers of one in a few hundred."""
    dice, planted, digest = random.Random(8), list[Planted](), 0
    every = max(1, count // 3000)

    def rows() -> list[Row]:
        return [row for notice in Invented(LIST_SEED).notices(count) for row in persons.rows([notice], b"")]

    began = perf_counter()
    content = rows()
    digest = add_to_digest(0, content)
    edition = Edition("million", "persons", 1, NOW, NOW, "", count, digest)
    replica.replace(edition, content)
    for row in content[::every]:
        planted += travelling(persons.from_json(row.body.decode()), dice)
    made = perf_counter() - began
    del content
    began = perf_counter()
    with replica.read() as view:
        list_index.write_index(replica, str(replica.base()), view.base_rows())
    laid = perf_counter() - began
    size = replica.index_file(str(replica.base()), list_index.INDEX_FORM).path.stat().st_size
    took = f"list made in {made:.0f} s, its index in {laid:.0f} s ({size / 1e6:.0f} MB)"
    print(f"\n{count} persons, {3 * count} names: {took}")
    return planted


def travelling(notice: Notice, dice: random.Random) -> list[Planted]:
    name = dice.choice(notice.person.names)
    surname, given, kind = name.surname, name.given, dice.choice(("clean", "slip", "cut"))
    if kind == "slip":
        given = slip(given, dice)
    (surname, given), truncated = mrz_name(surname, given)
    last = given.rsplit(" ", 1)[-1]
    if kind == "cut" and len(last) > 2:
        given, truncated = given[: len(given) - dice.randrange(1, len(last) - 1)], True
    known = notice.person.births[0] if notice.person.births else PartialDate(1970)
    born = known if known.whole else PartialDate(known.year, dice.randrange(1, 13), dice.randrange(1, 29))
    nation = (notice.person.nationalities or ("",))[0]
    kind = kind if kind != "cut" or truncated else "clean"
    return [Planted(PersonQuery(surname, given, truncated, born, notice.person.sex, nation), notice.record, kind)]


def _memory(folder: Path, count: int) -> None:
    """What loading and a hundred queries add to a fresh process, and how long loading takes."""
    program = "from tests.benchmarks.names_speed import child; import sys; child(sys.argv[1])"
    command = [sys.executable, "-c", program, str(folder / "million")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "."})
    ready, loaded, used = map(float, done.stdout.split())
    print(f"a fresh process: ready in {ready:.2f} s; {loaded:.0f} MB more when loaded, {used:.0f} after 100 queries")
    aim("names.million_ready_s", ready, 1.0)
    aim("names.million_index_rss_mb", used, 200 if count >= 1_000_000 else 200 * count / 1e6 + 40)


def child(folder: str) -> None:
    before = _resident_mb()
    replica = Replica(Path(folder), "persons", StoreKey(bytes(32)))
    with replica.read() as view:
        began = perf_counter()
        index = list_index.IndexSource(replica).of(view)
        ready = perf_counter() - began
        loaded = _resident_mb() - before
        for case in list(negatives("neg_global"))[:100]:
            find_candidates(case.query, index, today=TODAY, fetch=view.get_many)
    print(ready, loaded, _resident_mb() - before)


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def _times(queries: list[PersonQuery], index: LiveIndex, fetch: Fetch) -> None:
    for query in queries[:20]:
        find_candidates(query, index, today=TODAY, fetch=fetch)
    gc.collect()
    gc.freeze()  # the benchmark's own queries, so that nobody's time is spent on them
    rounds = [_round(queries, index, fetch) for _ in range(ROUNDS)]
    gc.unfreeze()
    wall, cpu = (list(map(median, zip(*column, strict=True))) for column in zip(*rounds, strict=True))
    print(f"a query, notices of those shown included, median of {ROUNDS} rounds: {spread(wall)} ms wall", end="")
    print(f", p95 {percentile(wall, 95):.1f}, p99 {percentile(wall, 99):.1f}")
    print(f"  of the processor {spread(cpu)} ms, p95 {percentile(cpu, 95):.1f}, p99 {percentile(cpu, 99):.1f}")
    aim("names.million_p95_ms", percentile(wall, 95), 15)
    aim("names.million_p95_cpu_ms", percentile(cpu, 95), 15)


def _round(queries: list[PersonQuery], index: LiveIndex, fetch: Fetch) -> tuple[list[float], list[float]]:
    """Milliseconds of the wall and of the processor, of each query; no name part is remembered from before."""
    index.base.alone = None
    wall, cpu = [], []
    for query in queries:
        began, on_cpu = perf_counter(), thread_time()
        find_candidates(query, index, today=TODAY, fetch=fetch)
        cpu.append((thread_time() - on_cpu) * 1000)
        wall.append((perf_counter() - began) * 1000)
    return wall, cpu


def _found(planted: list[Planted], index: PersonIndex) -> None:
    """Whose own record is among those scored."""
    for kind, target in (("clean", 0.99), ("slip", 0.99), ("cut", 0.95)):
        chosen = [one for one in planted if one.kind == kind][:400]
        found = [any(index.record(s.person) == one.record for s in score_persons(one.query, index)) for one in chosen]
        aim(f"names.million_found_{kind}", sum(found) / len(found), target, at_least=True)


def _kept(queries: list[PersonQuery], index: PersonIndex) -> None:
    """Of whom our own scorer over everybody would call POSSIBLE or better, how many the usual search finds.

    Everybody: every name on the list that holds any part like one of the traveller's, whatever the birth date.
    """
    pairs = kept = top = top_kept = 0
    for query in queries:
        everybody = _shown(query, _score_everybody(query, index))
        usual = _shown(query, score_persons(query, index))
        pairs, kept = pairs + len(everybody), kept + len(set(everybody) & set(usual))
        top, top_kept = top + len(everybody[:5]), top_kept + len(set(everybody[:5]) & set(usual[:5]))
    print(f"of {pairs} POSSIBLE or better over {len(queries)} queries {kept} kept; of the {top} to be shown {top_kept}")
    aim("names.million_kept", kept / pairs, 0.995, at_least=True)


def _score_everybody(query: PersonQuery, index: PersonIndex) -> list[ScoredPerson]:
    group = group_alone(index)
    request = prepare_group_query(query, group)
    joined = find_split_names(request)
    marks = np.zeros(len(index.person_of), bool)
    for split in joined.values():
        marks[split.names] = True
    for span in request.spans:
        marks[index.postings.members_with_places(span.units)[0]] = True
    found = np.flatnonzero(marks)
    beside = Demographics(query, group).of_names(found)
    worth, lacks = estimate_scores(OverlapTable(request).compute(found, joined), beside, request)
    likely = found[(worth > DEFAULT_THRESHOLDS.possible - SLACK) | np.isfinite(lacks)]
    return score_names(request.of_index(0), likely.tolist(), index, {})


def _shown(query: PersonQuery, found: list[ScoredPerson]) -> list[int]:
    banded = [(assign_band(one, query, DEFAULT_THRESHOLDS), one) for one in found]
    seen = [(given is not Band.STRONG, -one.score, one.person) for given, one in banded if given in _SEEN]
    return [person for _, _, person in sorted(seen)]


_SEEN = (Band.STRONG, Band.POSSIBLE)
