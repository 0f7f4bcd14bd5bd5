"""What the offline role changes in the policy: ages, bounds, baselines, approvals of single versions."""

from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, select

from data.errors import InputError
from data.policy import DEFAULT_ENTRY, RULES, Approval, Baseline, ListPolicy, Policy, policy_from_json, policy_to_json
from data.text import Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.store import metadata_in_force, row_table, tables
from sync.headquarters.store.list_table import (
    Version,
    WaitingVersion,
    find_list,
    find_waiting,
    newest_version,
    unknown_list,
)
from sync.limits import LIMITS

_UNCHANGED = _("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What somebody wants of one list (or of `default`); None leaves a thing as it is, a negative count unbounds it."""

    old_after_h: float | None = None
    expired_after_h: float | None = None
    erase_within_hours: float | None = None
    adds: int | None = None
    removes: int | None = None
    adds_total: int | None = None
    removes_total: int | None = None
    max_fall: float | None = None


_BOUNDS = (*RULES, "max_fall")


def read_policy_in_force(home: HeadquartersHome) -> tuple[int, Policy]:
    """The version of the targets, and the policy they name."""
    with home.store.transaction() as connection:
        return metadata_in_force.read_targets(connection).signed.version, metadata_in_force.read_policy(connection)


def change_policy(policy: Policy, name: str, change: PolicyChange) -> Policy:
    """The policy with this change.

    Raises:
        InputError: it would say what cannot be.
    """
    before = policy.of(name)
    values = {field.name: getattr(change, field.name) for field in fields(PolicyChange)}
    bounds: dict[str, Any] = {
        word: None if value < 0 else value for word, value in values.items() if word in _BOUNDS and value is not None
    }
    hours = {word: value for word, value in values.items() if word not in _BOUNDS and value is not None}
    if name == DEFAULT_ENTRY and "erase_within_hours" in hours:
        policy = replace(policy, erase_within_hours=hours.pop("erase_within_hours"))
    return _with(policy, name, replace(before, **hours, bounds=replace(before.bounds, **bounds)))


def set_baseline(home: HeadquartersHome, policy: Policy, name: str) -> Policy:
    """The policy with the newest version of a list as what totals count from; its old approvals leave."""
    with home.store.transaction() as connection:
        newest = _newest_published(connection, name)
    if not newest.number:
        raise InputError(_("{name} has no version yet", name=name), do=_("Import and publish it first"))
    baseline = Baseline(newest.number, newest.count, newest.digest)
    later = tuple(approval for approval in policy.of(name).bounds.approvals if approval.version > newest.number)
    return _with_bounds(policy, name, baseline=baseline, approvals=later)


def add_approval(
    home: HeadquartersHome, policy: Policy, name: str, number: int | None = None, digest: str = ""
) -> tuple[Policy, Message]:
    """The policy that lets one version exceed the bounds, and a description of that version.

    Args:
        home: of the headquarters.
        policy: in force.
        name: of the list.
        number: a published version, or the next one; None: the one that the last publication refused.
        digest: of the version, hexadecimal, where somebody wants to be sure which one it is.

    Raises:
        InputError: there is no such list or version, its digest is another, or there are too many approvals.
    """
    with home.store.transaction() as connection:
        approval, words = _to_approve(connection, name, number, digest)
    before = policy.of(name).bounds.approvals
    approvals = (*(earlier for earlier in before if earlier.version != approval.version), approval)
    if len(approvals) > LIMITS.approvals:
        raise InputError(
            _("{name} already has {count} approvals; no more are allowed", name=name, count=len(before)),
            do=_("Set a new baseline, which removes older approvals"),
        )
    return _with_bounds(policy, name, approvals=approvals), words


def _to_approve(connection: Connection, name: str, number: int | None, digest: str) -> tuple[Approval, Message]:
    """The approval of the version, and words for it."""
    newest = _newest_published(connection, name).number
    waits = find_waiting(connection, name)
    if number is None and waits is None:
        raise InputError(
            _("No version of {name} is waiting for an approval", name=name),
            do=_("Publish first, or name a version with --version"),
        )
    if waits is not None and number in (None, waits.number):
        version, is_published = waits, False
    elif number is not None and 0 < number <= newest:
        version, is_published = _as_published(connection, name, number), True
    else:
        raise InputError(
            _("{name} has no version {number} yet", name=name, number=number),
            do=_(
                "The newest is {newest}; `waypost hq publish` makes the next one and reports whether it "
                "needs an approval",
                newest=newest,
            ),
        )
    if digest and int(_plain_hex(digest), 16) != version.digest:
        raise InputError(
            _("{name} version {version} has another digest", name=name, version=version.number),
            do=_("Check the report of the publication"),
        )
    return Approval(version.number, version.digest), _describe_version(name, version, is_published=is_published)


def _describe_version(name: str, version: WaitingVersion, *, is_published: bool) -> Message:
    facts = {
        "name": name,
        "version": version.number,
        "rows": version.count,
        "before": version.number - 1,
        "added": version.came,
        "removed": version.went,
    }
    if is_published:
        return _(
            "{name} version {version} has {rows} rows; compared with version {before}, {added} were added and "
            "{removed} removed (a replaced row counts as both)",
            **facts,
        )
    return _(
        "{name} version {version}, which is not published yet, has {rows} rows; compared with version {before}, "
        "{added} were added and {removed} removed (a replaced row counts as both)",
        **facts,
    )


def _as_published(connection: Connection, name: str, number: int) -> WaitingVersion:
    known = _version(connection, name, number)
    opened, closed = row_table.counts_by_version(connection, name, [number]).get(number, (0, 0))
    return WaitingVersion(known.number, known.digest, known.count, opened, closed)


def _newest_published(connection: Connection, name: str) -> Version:
    if find_list(connection, name) is None:
        raise unknown_list(connection, name)
    return newest_version(connection, name)


def _version(connection: Connection, name: str, number: int) -> Version:
    versions = tables.versions
    query = select(versions).where(versions.c.list == name, versions.c.version == number)
    row = connection.execute(query).one()
    return Version(row.version, int(row.digest, 16), row.row_count)


def _plain_hex(digest: str) -> str:
    try:
        return f"{int(digest, 16):x}"
    except ValueError as error:
        raise InputError(
            _("{digest} is not a valid digest", digest=repr(digest[:80])),
            do=_("Copy it from the report of the publication"),
        ) from error


def _with_bounds(policy: Policy, name: str, **changed: Any) -> Policy:
    before = policy.of(name)
    return _with(policy, name, replace(before, bounds=replace(before.bounds, **changed)))


def _with(policy: Policy, name: str, entry: ListPolicy) -> Policy:
    if entry.old_after_h > entry.expired_after_h:
        raise InputError(
            _(
                "This policy is not allowed for {name}: the list would expire ({expired:g} h) before it is old "
                "({old:g} h)",
                name=name,
                expired=entry.expired_after_h,
                old=entry.old_after_h,
            ),
            means=_UNCHANGED,
            do=_("Give --old-after and --expired-after together"),
        )
    changed = replace(policy, lists={**policy.lists, name: entry})
    return policy_from_json(
        policy_to_json(changed),
        lambda why: InputError(
            _("This policy is not allowed for {name} ({why})", name=name, why=why.says),
            means=_UNCHANGED,
            do=_("Check the name of the list and the numbers"),
        ),
    )
