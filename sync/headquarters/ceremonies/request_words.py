"""Describes what a signing request would change, from its content alone: a key holder reads this before signing.

Headquarters' own remark comes last and is marked as such: nobody has verified it.
"""

from collections.abc import Callable, Iterable

from tuf.api.metadata import Key, Root, Targets

from data.policy import Approval, Baseline, Bounds, ListPolicy, Policy
from data.text import Message, _
from sync.headquarters.ceremonies.signing import key_name
from sync.headquarters.ceremonies.signing_request import SigningRequest
from sync.headquarters.keyring import raw_key_id
from sync.headquarters.store.metadata_in_force import lists_key_ids

_Change = Callable[[str, str], Message]
"""The sentence for a number that changes: the new number, the old one."""


def _describe_erasure(new: str, old: str) -> Message:
    """Both meanings of `erase_within_hours`."""
    return _(
        "withdrawn rows leave kits within {new} hours, and a kit that has had no news of a list for longer locks the "
        "details of its persons (was {old})",
        new=new,
        old=old,
    )


_AGES: dict[str, _Change] = {
    "old_after_h": lambda new, old: _("old after {new} hours (was {old})", new=new, old=old),
    "expired_after_h": lambda new, old: _("expired after {new} hours (was {old})", new=new, old=old),
    "erase_within_hours": _describe_erasure,
}
_BOUNDS: dict[str, _Change] = {
    "adds": lambda new, old: _("rows that one version may add: at most {new} (was {old})", new=new, old=old),
    "removes": lambda new, old: _("rows that one version may remove: at most {new} (was {old})", new=new, old=old),
    "adds_total": lambda new, old: _("rows added since the baseline: at most {new} (was {old})", new=new, old=old),
    "removes_total": lambda new, old: _("rows removed since the baseline: at most {new} (was {old})", new=new, old=old),
    "max_fall": lambda new, old: _(
        "share of its rows, names, dates of birth or document numbers that a list may lose at once: at most {new} (was "
        "{old})",
        new=new,
        old=old,
    ),
}


def describe_request(request: SigningRequest) -> list[Message]:
    """One line for each change.

    >>> describe_request(read_request(Path("renew.request")))
    ['root: version 3 → 4, valid until 2031-03-01', 'root: the same keys, valid for longer']
    """
    lines = []
    if request.root is not None:
        lines += _root(request.root_in_force.signed, request.root.signed)
    if request.proposed_targets is not None and request.proposed_policy is not None:
        lines += _targets(request.targets_in_force.signed, request.proposed_targets.signed)
        lines += _policy(request.policy_in_force, request.proposed_policy)
    if request.says:
        lines.append(_("Headquarters says (not verified): {remark}", remark=request.says))
    return lines


def _root(old: Root, new: Root) -> list[Message]:
    lines = [
        _(
            "root: version {old} → {new}, valid until {day}",
            old=old.version,
            new=new.version,
            day=f"{new.expires:%Y-%m-%d}",
        )
    ]
    for name in ("root", "targets", "timestamp", "snapshot"):
        before, after = old.roles[name], new.roles[name]
        lines += _keys(
            name, (old.keys[key_id] for key_id in before.keyids), (new.keys[key_id] for key_id in after.keyids)
        )
        if (before.threshold, len(before.keyids)) != (after.threshold, len(after.keyids)):
            lines.append(
                _(
                    "{role}: {needed_before} of {keys_before} keys → {needed} of {keys}",
                    role=name,
                    needed_before=before.threshold,
                    keys_before=len(before.keyids),
                    needed=after.threshold,
                    keys=len(after.keyids),
                )
            )
    return lines if len(lines) > 1 else [*lines, _("root: the same keys, valid for longer")]


def _targets(old: Targets, new: Targets) -> list[Message]:
    heading = _(
        "targets: version {old} → {new}, valid until {day}",
        old=old.version,
        new=new.version,
        day=f"{new.expires:%Y-%m-%d}",
    )
    before, after = (targets.delegations.keys if targets.delegations else {} for targets in (old, new))
    changes = _keys(
        "lists", (before[key_id] for key_id in lists_key_ids(old)), (after[key_id] for key_id in lists_key_ids(new))
    )
    return [heading, *changes]


def _keys(role: str, before: Iterable[Key], after: Iterable[Key]) -> list[Message]:
    old, new = ({key.keyid: key for key in keys} for keys in (before, after))
    added = [
        _("{role}: key {key} is added", role=role, key=key_name(key))
        for key_id, key in new.items()
        if key_id not in old
    ]
    return added + [
        _("{role}: key {key} is removed", role=role, key=key_name(key))
        for key_id, key in old.items()
        if key_id not in new
    ]


def _policy(old: Policy, new: Policy) -> list[Message]:
    lines = []
    if old.kits != new.kits:
        before, after = (raw_key_id(policy.kits)[:8] for policy in (old, new))
        lines.append(_("policy: key {new} signs envelopes, in place of {old}", new=after, old=before))
    if old.erase_within_hours != new.erase_within_hours:
        change = _describe_erasure(f"{new.erase_within_hours:g}", f"{old.erase_within_hours:g}")
        lines.append(_("policy: {change}", change=change))
    for name in sorted({*old.lists, *new.lists}):
        lines += [_("policy, {list}: {change}", list=name, change=change) for change in _list(old, new, name)]
    return lines or [_("policy: no change")]


def _list(old: Policy, new: Policy, name: str) -> list[Message]:
    if name not in new.lists:
        return [_("loses its own entry: the default applies")]
    before, after = old.of(name), new.lists[name]
    lines = (
        []
        if name in old.lists
        else [
            _(
                "has ages and bounds of its own from now on, at first those of the default; later changes of the "
                "default do not change it"
            )
        ]
    )
    return lines + _ages(before, after) + _bounds(before.bounds, after.bounds) + _approvals(before.bounds, after.bounds)


def _ages(before: ListPolicy, after: ListPolicy) -> list[Message]:
    return _changes(_AGES, before, after)


def _bounds(before: Bounds, after: Bounds) -> list[Message]:
    lines = _changes(_BOUNDS, before, after)
    if before.baseline != after.baseline:
        lines.append(
            _(
                "totals count from {new} (was {old})",
                new=_describe_baseline(after.baseline),
                old=_describe_baseline(before.baseline),
            )
        )
    return lines


def _changes(sentences: dict[str, _Change], before: object, after: object) -> list[Message]:
    return [
        sentence(_format_number(getattr(after, name)), _format_number(getattr(before, name)))
        for name, sentence in sentences.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _approvals(before: Bounds, after: Bounds) -> list[Message]:
    new = [approval for approval in after.approvals if approval not in before.approvals]
    old = [approval for approval in before.approvals if approval not in after.approvals]
    return [_describe_approval(approval) for approval in new] + [_describe_end(approval) for approval in old]


def _describe_approval(approval: Approval) -> Message:
    return _("{version} may exceed the bounds", version=_name_version(approval))


def _describe_end(approval: Approval) -> Message:
    return _("{version} is no longer approved", version=_name_version(approval))


def _name_version(approval: Approval) -> Message:
    """A list without rows has the digest 0, which reads like a mistake."""
    if not approval.digest:
        return _("version {version} (an empty list)", version=approval.version)
    return _("version {version} (digest {digest})", version=approval.version, digest=_shorten_digest(approval.digest))


def _describe_baseline(baseline: Baseline | None) -> Message:
    if baseline is None:
        return _("no baseline")
    return _(
        "version {version} ({rows} rows, digest {digest})",
        version=baseline.version,
        rows=baseline.rows,
        digest=_shorten_digest(baseline.digest),
    )


def _shorten_digest(digest: int) -> str:
    return f"{digest:x}"[:16]


def _format_number(value: float | None) -> str:
    if value is None:
        return _("not set")
    return f"{value:g}" if isinstance(value, float) else str(value)
