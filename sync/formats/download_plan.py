"""Which files lead to the newest version: the cheapest chain, by bytes still missing.

Pure: the caller says how much of each file is here already. A delta is one step from any version between its two to the
later, the snapshot a step from nothing; the cheapest chain of steps wins. Kits plan their downloads by it, headquarters
what it puts on a stick.
"""

from collections.abc import Callable
from dataclasses import dataclass

from data.errors import TrustError
from data.text import _
from sync.formats.manifest import Manifest, SealedFile
from sync.limits import LIMITS


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One file to fetch and apply."""

    since: int
    """The first version it fits; 0 for a snapshot."""
    to: int
    file: SealedFile


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """The steps in order, and what they cost."""

    steps: tuple[PlanStep, ...]
    missing: int
    """Bytes still to fetch."""


def _opens_any(file: SealedFile) -> bool:
    return True


def plan_downloads(
    manifest: Manifest,
    have: int,
    missing: Callable[[SealedFile], int],
    *,
    opens: Callable[[SealedFile], bool] = _opens_any,
) -> DownloadPlan:
    """The cheapest way from version `have` (0: nothing, or nothing usable) to the manifest's version.

    `missing` counts a snapshot's parts in with its file; `opens` says whether there is a key for a file.

    Raises:
        TrustError: the manifest names no way there.
    """
    snapshot = PlanStep(0, manifest.snapshot.version, manifest.snapshot.file)
    deltas = (PlanStep(delta.since, delta.to, delta.file) for delta in manifest.deltas)
    best: dict[int, tuple[int, tuple[PlanStep, ...]]] = {have: (0, ())}
    # Each step leads to a later version, so in order of where it leads one pass finds every cheapest way.
    for step in sorted((*deltas, snapshot), key=lambda step: (step.to, step.since)):
        if step.to <= have or not opens(step.file):
            continue
        before = _cheapest(best, step)
        if before is None:
            continue
        cost = before[0] + missing(step.file) + LIMITS.request_bytes
        if step.to not in best or cost < best[step.to][0]:
            best[step.to] = (cost, (*before[1], step))
    if manifest.version not in best:
        raise TrustError(
            _("The manifest of {list} names no files that lead to its version", list=manifest.list),
            means=_("The old list stays in force."),
            do=_("Tell headquarters"),
        )
    steps = best[manifest.version][1]
    return DownloadPlan(steps, sum(missing(step.file) for step in steps))


def _cheapest(
    best: dict[int, tuple[int, tuple[PlanStep, ...]]], step: PlanStep
) -> tuple[int, tuple[PlanStep, ...]] | None:
    """The cheapest way to a version that `step` fits."""
    if not step.since:
        return 0, ()
    fitting = [best[version] for version in best if step.since <= version < step.to]
    return min(fitting, key=lambda way: way[0], default=None)
