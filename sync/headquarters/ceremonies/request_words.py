"""What a signing request asks for, in words, from its content alone: a holder signs what is read here.

What headquarters says of it comes last and is marked as such: nobody has verified it.
"""

from collections.abc import Iterable
from typing import Any

from tuf.api.metadata import Key, Root, Targets

from data.policy import RULES, Approval, Baseline, Bounds, ListPolicy, Policy
from sync.headquarters.ceremonies.signing import key_name
from sync.headquarters.ceremonies.signing_request import SigningRequest
from sync.headquarters.keyring import raw_key_id
from sync.headquarters.store.metadata_in_force import lists_key_ids

ERASED = (
    "withdrawn rows leave kits within {} hours; a kit without word of a list for longer locks details of its persons"
)
"""Both meanings of `erase_within_hours`."""
_BOUNDS = {
    "adds": "rows added by one version",
    "removes": "rows removed by one version",
    "adds_total": "rows added since the baseline",
    "removes_total": "rows removed since the baseline",
}


def describe_request(request: SigningRequest) -> list[str]:
    """One line a change."""
    lines = []
    if request.root is not None:
        lines += _root(request.root_in_force.signed, request.root.signed)
    if request.proposed_targets is not None and request.proposed_policy is not None:
        lines += _targets(request.targets_in_force.signed, request.proposed_targets.signed)
        lines += _policy(request.policy_in_force, request.proposed_policy)
    if request.says:
        lines.append(f"Headquarters says (not verified): {request.says}")
    return lines


def _root(old: Root, new: Root) -> list[str]:
    lines = [f"root: version {old.version} → {new.version}, good until {new.expires:%Y-%m-%d}"]
    for name in ("root", "targets", "timestamp", "snapshot"):
        before, after = old.roles[name], new.roles[name]
        lines += _keys(
            name, (old.keys[key_id] for key_id in before.keyids), (new.keys[key_id] for key_id in after.keyids)
        )
        if (before.threshold, len(before.keyids)) != (after.threshold, len(after.keyids)):
            lines.append(
                f"{name}: {before.threshold} of {len(before.keyids)} keys → {after.threshold} of {len(after.keyids)}"
            )
    return lines if len(lines) > 1 else [*lines, "root: the same keys, for longer"]


def _targets(old: Targets, new: Targets) -> list[str]:
    lines = [f"targets: version {old.version} → {new.version}, good until {new.expires:%Y-%m-%d}"]
    before, after = (targets.delegations.keys if targets.delegations else {} for targets in (old, new))
    return lines + _keys(
        "lists", (before[key_id] for key_id in lists_key_ids(old)), (after[key_id] for key_id in lists_key_ids(new))
    )


def _keys(role: str, before: Iterable[Key], after: Iterable[Key]) -> list[str]:
    old, new = ({key.keyid: key for key in keys} for keys in (before, after))
    lines = [f"{role}: key {key_name(key)} is added" for key_id, key in new.items() if key_id not in old]
    return lines + [f"{role}: key {key_name(key)} is removed" for key_id, key in old.items() if key_id not in new]


def _policy(old: Policy, new: Policy) -> list[str]:
    lines = []
    if old.kits != new.kits:
        before, after = (raw_key_id(policy.kits)[:8] for policy in (old, new))
        lines.append(f"policy: envelopes are signed by the key {after} instead of {before}")
    if old.erase_within_hours != new.erase_within_hours:
        lines.append(f"policy: {ERASED.format(f'{new.erase_within_hours:g}')} (was {old.erase_within_hours:g})")
    for name in sorted({*old.lists, *new.lists}):
        lines += [f"policy, {name}: {line}" for line in _list(old, new, name)]
    return lines or ["policy: as it is"]


def _list(old: Policy, new: Policy, name: str) -> list[str]:
    if name not in new.lists:
        return ["no entry of its own any more: the default holds"]
    before, after = old.of(name), new.lists[name]
    lines = [] if name in old.lists else ["an entry of its own instead of the default"]
    return lines + _ages(before, after) + _bounds(before.bounds, after.bounds) + _approvals(before.bounds, after.bounds)


def _ages(before: ListPolicy, after: ListPolicy) -> list[str]:
    words = {
        "old_after_h": "old after {} hours",
        "expired_after_h": "expired after {} hours",
        "erase_within_hours": ERASED,
    }
    changed = {name: text for name, text in words.items() if getattr(before, name) != getattr(after, name)}
    return [
        f"{text.format(_number(getattr(after, name)))} (was {_number(getattr(before, name))})"
        for name, text in changed.items()
    ]


def _bounds(before: Bounds, after: Bounds) -> list[str]:
    lines = []
    for rule in RULES:
        old, new = getattr(before, rule), getattr(after, rule)
        if old != new:
            lines.append(f"at most {_number(new)} {_BOUNDS[rule]} (was {_number(old)})")
    if before.baseline != after.baseline:
        lines.append(f"totals count from {_baseline(after.baseline)} (was {_baseline(before.baseline)})")
    return lines


def _approvals(before: Bounds, after: Bounds) -> list[str]:
    new = [approval for approval in after.approvals if approval not in before.approvals]
    old = [approval for approval in before.approvals if approval not in after.approvals]
    return [f"{_approval(approval)} may go beyond the bounds" for approval in new] + [
        f"{_approval(approval)} is approved no more" for approval in old
    ]


def _approval(approval: Approval) -> str:
    return f"version {approval.version} (digest {_digest(approval.digest)})"


def _baseline(baseline: Baseline | None) -> str:
    if baseline is None:
        return "no baseline"
    return f"version {baseline.version} ({baseline.rows} rows, digest {_digest(baseline.digest)})"


def _digest(digest: int) -> str:
    return f"{digest:x}"[:16]


def _number(value: Any) -> str:
    return "not set" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
