"""How much a list may change before a second signature is needed: rules without any reading or writing.

The offline role says it in policy.json (`data.policy` reads and writes it), so that whoever steals the online keys
cannot say it himself.

- `adds` and `removes` apply to one version: rows added, rows removed; a replaced row is both. A change over several
  versions may be as large as these versions were together, each counted up to its bound, or whole where it was
  approved: a kit that was away takes what a kit that saw each of them took, and no more. Files say which versions they
  lead over, and what each of them added and removed (`VersionStep`). Numbers that were passed over allow nothing.
- The totals hold for everything since the baseline. A kit counts what it saw itself, and begins with the difference in
  rows when it first hears of a baseline; a step that passes the baseline is compared with its row count.
- The version of the baseline must be the one that was signed. An approval lets one version through, whatever it does.
- `max_fall` is a share: so much of its rows, names, dates of birth or document numbers a list may lose at once
  (`data.lists.contents`), over however many versions the change leads. Numbers of versions cost nothing: whoever has
  the online keys, and `waypost hq recover`, pass over as many as they like. It does not hold where the change passes a
  baseline or a version that was approved.
- A list that comes for the first time, or under a new salt (every key is another then), is held by its row count alone.
"""

from dataclasses import dataclass
from typing import Literal

from data.errors import BoundsError
from data.lists.contents import Fall, ListContents, Measure, count_rows, find_fall
from data.policy import Approval, Baseline, Bounds, Rule
from data.text import Message, _
from sync.limits import LIMITS


@dataclass(frozen=True, slots=True)
class Drift:
    """Rows added and removed since the baseline of version `baseline`."""

    baseline: int
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class VersionStep:
    """What one published version did to the version before it: rows that are new or replaced, removed or replaced."""

    version: int
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class ListChange:
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
    contents: tuple[ListContents, ListContents] | None = None
    """What the list held and holds, of a kind that says more than its rows."""
    steps: tuple[VersionStep, ...] = ()
    """The versions that the file leads over, as far as it says so; those up to `since` do not matter."""


def must_be_within(bounds: Bounds, change: ListChange, drift: Drift | None) -> Drift | None:
    """Rows added and removed since the baseline, this change included; None where there is no baseline.

    Raises:
        BoundsError: the change goes beyond the bounds and no approval names its version.
    """
    after = _drift(bounds.baseline, change, drift)
    if Approval(change.to, change.digest) in bounds.approvals:
        return after
    _must_be_baseline(bounds.baseline, change)
    passes = bounds.baseline is not None and change.since < bounds.baseline.version <= change.to
    if change.since and not passes and not _find_passed_approvals(bounds, change):
        _must_not_fall(change, bounds.share)
    if change.since and not change.resealed and not passes:
        _must_not_exceed(change, "adds", change.came, _allow(bounds, change, "adds"))
        _must_not_exceed(change, "removes", change.went, _allow(bounds, change, "removes"))
    if after is not None:
        _must_not_exceed(change, "adds_total", after.came, bounds.limit("adds_total"))
        _must_not_exceed(change, "removes_total", after.went, bounds.limit("removes_total"))
    return after


def _allow(bounds: Bounds, change: ListChange, rule: Literal["adds", "removes"]) -> int:
    """How many rows the change may add or remove: its versions together, each up to the bound unless approved."""
    limit = bounds.limit(rule)
    approved = _find_passed_approvals(bounds, change)
    passed = [step for step in change.steps if change.since < step.version <= change.to][-LIMITS.bound_steps :]
    counts = [
        count if step.version in approved else min(count, limit)
        for step in passed
        for count in [step.came if rule == "adds" else step.went]
    ]
    return max(limit, sum(counts))


def _find_passed_approvals(bounds: Bounds, change: ListChange) -> frozenset[int]:
    """Approved versions in between. An approval of the new version counts by its digest alone, before all rules."""
    versions = (approval.version for approval in bounds.approvals)
    return frozenset(version for version in versions if change.since < version < change.to)


def _must_not_fall(change: ListChange, share: float) -> None:
    before, after = change.contents or (count_rows(change.rows_before), count_rows(change.rows))
    if fall := find_fall(before, after, share):
        raise _exceed(
            change,
            _(
                "Version {version} of {list} exceeds its bound `{rule}`: {fall}",
                version=change.to,
                list=change.list,
                rule="max_fall",
                fall=describe_fall(fall, share),
            ),
        )


def describe_fall(fall: Fall, share: float) -> Message:
    """A fall in words, as a clause."""
    facts = {"before": fall.before, "after": fall.after, "share": f"{share * 100:.3g}%"}
    match fall.measure:
        case Measure.ROWS:
            return _("{before} rows become {after}, and a fall of {share} is allowed", **facts)
        case Measure.NAMES:
            return _("{before} names become {after}, and a fall of {share} is allowed", **facts)
        case Measure.BIRTHS:
            return _("{before} dates of birth become {after}, and a fall of {share} is allowed", **facts)
        case Measure.DOCUMENTS:
            return _("{before} document numbers become {after}, and a fall of {share} is allowed", **facts)


def _drift(baseline: Baseline | None, change: ListChange, drift: Drift | None) -> Drift | None:
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


def _must_be_baseline(baseline: Baseline | None, change: ListChange) -> None:
    if baseline is None or baseline.version != change.to:
        return
    if (baseline.digest, baseline.rows) != (change.digest, change.rows):
        raise BoundsError(
            _(
                "Version {version} of {list} is not the version that the offline keys signed as its baseline",
                version=change.to,
                list=change.list,
            ),
            means=_("It was not applied; the list stays as it is."),
            do=_("Tell headquarters at once: somebody may have its online keys"),
        )


def _must_not_exceed(change: ListChange, rule: Rule, count: int, most: int) -> None:
    if count > most:
        raise _exceed(
            change,
            _(
                "Version {version} of {list} exceeds its bound `{rule}`: {count} rows, and {most} are allowed",
                version=change.to,
                list=change.list,
                rule=rule,
                count=count,
                most=most,
            ),
        )


def _exceed(change: ListChange, what: Message) -> BoundsError:
    return BoundsError(
        what,
        means=_("It was not applied; the list stays as it is."),
        do=_(
            "Tell headquarters. If the change is right, its offline keys can approve version "
            "{version} (digest {digest})",
            version=change.to,
            digest=f"{change.digest:064x}",
        ),
    )
