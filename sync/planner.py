"""Which files to fetch: the cheapest way to the newest version, by bytes still missing.

Pure: it is told how much of each file is here already. A delta is one step from a version to a later one, the
snapshot a step from nothing; the cheapest chain of steps wins.
"""

from collections.abc import Callable
from dataclasses import dataclass

from data.errors import TrustError
from sync.limits import LIMITS
from sync.manifest import Manifest, SealedFile


@dataclass(frozen=True, slots=True)
class Step:
    """One file to fetch and apply."""

    since: int
    """The version it starts from; 0 for a snapshot."""
    to: int
    file: SealedFile


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in order, and what they cost."""

    steps: tuple[Step, ...]
    missing: int
    """Bytes still to fetch."""


def plan(manifest: Manifest, have: int, missing: Callable[[SealedFile], int]) -> Plan:
    """The cheapest way from version `have` (0: nothing, or nothing usable) to the manifest's version.

    Raises:
        TrustError: the manifest names no way there.
    """
    snapshot = Step(0, manifest.snapshot.version, manifest.snapshot.file)
    deltas = (Step(delta.since, delta.to, delta.file) for delta in manifest.deltas)
    best: dict[int, tuple[int, tuple[Step, ...]]] = {have: (0, ())}
    # Each step leads to a later version, so in order of where it leads one pass finds every cheapest way.
    for step in sorted((*deltas, snapshot), key=lambda step: (step.to, -step.since)):
        before = best.get(step.since) if step.since else (0, ())
        if before is None or step.to <= have:
            continue
        cost = before[0] + missing(step.file) + LIMITS.request_bytes
        if step.to not in best or cost < best[step.to][0]:
            best[step.to] = (cost, (*before[1], step))
    if manifest.version not in best:
        raise TrustError(
            f"The manifest of {manifest.list} names no way to its version", means="The old list stays.",
            do="Tell headquarters",
        )  # fmt: skip
    steps = best[manifest.version][1]
    return Plan(steps, sum(missing(step.file) for step in steps))
