"""The planner against every possible way."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import TrustError
from sync.formats.download_plan import PlanStep, plan_downloads
from sync.formats.manifest import Delta, Manifest, SealedFile, Snapshot
from sync.limits import LIMITS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NEWEST = 6
ways = st.tuples(st.integers(1, NEWEST - 1), st.integers(2, NEWEST)).filter(lambda way: way[0] < way[1])


def manifest(deltas: dict[tuple[int, int], int], snapshot: int, snapshot_size: int) -> Manifest:
    files = {way: SealedFile(f"d-{way[0]}-{way[1]}", size, "") for way, size in deltas.items()}
    offered = tuple(Delta(*way, file) for way, file in files.items())
    whole = Snapshot(snapshot, SealedFile("s", snapshot_size, ""))
    return Manifest("un", NEWEST, 1, 1, NOW, NOW, "", whole, offered)


def cheapest(offered: Manifest, have: int) -> int | None:
    """By trying every order of every choice of steps; none leads to an older version."""
    steps = [PlanStep(delta.since, delta.to, delta.file) for delta in offered.deltas]
    steps.append(PlanStep(0, offered.snapshot.version, offered.snapshot.file))
    best = 0 if have == NEWEST else None
    for length in range(1, len(steps) + 1):
        for chain in permutations(steps, length):
            at = have
            for step in chain:
                fits = step.since == 0 or step.since <= at < step.to
                at = step.to if fits and step.to > have else -1
            cost = sum(step.file.size + LIMITS.request_bytes for step in chain)
            if at == NEWEST and (best is None or cost < best):
                best = cost
    return best


@given(
    st.dictionaries(ways, st.integers(1, 9000), max_size=4),
    st.integers(1, NEWEST),
    st.integers(1, 20_000),
    st.integers(0, NEWEST),
)
def test_the_cheapest_way_is_taken(deltas: dict[tuple[int, int], int], snapshot: int, size: int, have: int) -> None:
    offered = manifest(deltas, snapshot, size)
    best = cheapest(offered, have)
    if best is None:
        with pytest.raises(TrustError):
            plan_downloads(offered, have, lambda file: file.size)
        return
    plan = plan_downloads(offered, have, lambda file: file.size)
    assert sum(step.file.size + LIMITS.request_bytes for step in plan.steps) == best
    assert plan.missing == sum(step.file.size for step in plan.steps)


def test_what_is_here_already_costs_nothing() -> None:
    offered = manifest({(1, 6): 5000}, 6, 90_000)
    assert [step.since for step in plan_downloads(offered, 1, lambda file: file.size).steps] == [1]
    nearly = {"s": 10, "d-1-6": 5000}
    assert [step.since for step in plan_downloads(offered, 1, lambda file: nearly[file.name]).steps] == [0]


def test_many_tiny_files_do_not_beat_one_small_file() -> None:
    chain = {(n, n + 1): 100 for n in range(1, NEWEST)}
    assert len(plan_downloads(manifest(chain, 6, 2000), 1, lambda file: file.size).steps) == 1
