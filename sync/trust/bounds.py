"""How much a list may change before a second signature is needed: rules without any reading or writing.

The offline role says it in policy.json (`sync.trust.policy`), so that whoever steals the online keys cannot say it
himself.

- `adds` and `removes` hold for one version: rows that came, rows that went; a replaced row is both. A change over
  several versions may be so many times as large.
- The totals hold for everything since the baseline. A kit counts what it saw itself, and begins with the difference in
  rows when it first hears of a baseline; whatever goes past the baseline is held against its row count.
- The version of the baseline must be the one that was signed. An approval lets one version through, whatever it does.
- A list that comes for the first time, or under a new salt (every key is another then), is held by its row count alone.
"""

from dataclasses import dataclass, field

from data.errors import BoundsError
from sync.limits import LIMITS
from sync.trust.policy import policy_from_json

_RULES = ("adds", "removes", "adds_total", "removes_total")


@dataclass(frozen=True, slots=True)
class Baseline:
    """A version that the offline role looked at."""

    version: int
    rows: int
    digest: int


@dataclass(frozen=True, slots=True)
class Approval:
    """A version that the offline role lets through."""

    version: int
    digest: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the offline role says of one list. Counts are rows."""

    adds: int = LIMITS.bound_adds
    removes: int = LIMITS.bound_removes
    adds_total: int = LIMITS.bound_adds_total
    removes_total: int = LIMITS.bound_removes_total
    baseline: Baseline | None = None
    approvals: tuple[Approval, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Drift:
    """What came and went since the baseline of version `baseline`."""

    baseline: int
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a file does to a list that is at version `since` now (0: nothing is there)."""

    list: str
    since: int
    rows_before: int
    to: int
    rows: int
    digest: int
    came: int
    went: int
    resealed: bool = False
    """Whether every key is another one, under a new salt."""


def bounds_from_policy(policy: bytes | None, name: str) -> Bounds:
    """The bounds of the list `name`; generous ones where the policy, or the kit as yet, has none.

    Raises:
        TrustError: the policy cannot be used.
    """
    if policy is None:
        return Bounds()
    told = policy_from_json(policy).of(name)
    counts = {rule: count for rule in _RULES if (count := getattr(told.bounds, rule)) is not None}
    base = told.bounds.baseline
    return Bounds(
        **counts,
        baseline=Baseline(base.version, base.rows, int(base.digest, 16)) if base else None,
        approvals=tuple(Approval(one.version, int(one.digest, 16)) for one in told.approvals),
    )


def must_be_within(bounds: Bounds, change: Change, drift: Drift | None) -> Drift | None:
    """What came and went since the baseline, this change included; None where there is no baseline.

    Raises:
        BoundsError: the change goes beyond the bounds and no approval names its version.
    """
    after = _drift(bounds.baseline, change, drift)
    if Approval(change.to, change.digest) in bounds.approvals:
        return after
    _must_be_baseline(bounds.baseline, change)
    passes = bounds.baseline is not None and change.since < bounds.baseline.version <= change.to
    if change.since and not change.resealed and not passes:
        steps = min(max(change.to - change.since, 1), LIMITS.bound_steps)
        _must_not_exceed(change, "adds", change.came, bounds.adds * steps)
        _must_not_exceed(change, "removes", change.went, bounds.removes * steps)
    if after is not None:
        _must_not_exceed(change, "adds_total", after.came, bounds.adds_total)
        _must_not_exceed(change, "removes_total", after.went, bounds.removes_total)
    return after


def _drift(baseline: Baseline | None, change: Change, drift: Drift | None) -> Drift | None:
    if baseline is None or change.to < baseline.version:
        return None
    counted = drift is not None and drift.baseline == baseline.version
    if change.since < baseline.version or change.resealed:
        return _net(baseline, change.rows)
    if drift is None or not counted:
        drift = _net(baseline, change.rows_before)
    return Drift(baseline.version, drift.came + change.came, drift.went + change.went)


def _net(baseline: Baseline, rows: int) -> Drift:
    return Drift(baseline.version, max(0, rows - baseline.rows), max(0, baseline.rows - rows))


def _must_be_baseline(baseline: Baseline | None, change: Change) -> None:
    if baseline is None or baseline.version != change.to:
        return
    if (baseline.digest, baseline.rows) != (change.digest, change.rows):
        raise BoundsError(
            f"Version {change.to} of {change.list} is not the one that the offline keys signed as its baseline",
            means="It was not taken; the list stays as it is.",
            do="Let headquarters look at once: somebody may have its online keys",
        )


def _must_not_exceed(change: Change, rule: str, count: int, most: int) -> None:
    if count > most:
        raise BoundsError(
            f"Version {change.to} of {change.list} goes beyond its bound `{rule}`: {count} rows, {most} are allowed",
            means="It was not taken; the list stays as it is.",
            do=f"Tell headquarters. If the change is right, it lets its offline keys approve version {change.to} "
            f"(digest {change.digest:064x})",
        )
