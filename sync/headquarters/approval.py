"""What the offline role changes in the policy: ages, bounds, baselines, approvals of single versions."""

from dataclasses import dataclass, fields, replace

from sqlalchemy import Connection

from data.errors import InputError, TrustError
from sync.headquarters import in_force, row_table
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.list_table import Version, listed, newest_version, version_at
from sync.limits import LIMITS
from sync.policy import DEFAULT, Approval, Baseline, Bounds, ListPolicy, Policy, policy_from_json, policy_to_json


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


def policy_in_force(home: HeadquartersHome) -> tuple[int, Policy]:
    """The version of the targets, and the policy they name."""
    with home.store.transaction() as connection:
        return in_force.targets(connection).signed.version, in_force.policy(connection)


def changed_policy(policy: Policy, name: str, change: PolicyChange) -> Policy:
    """The policy with this change.

    Raises:
        InputError: it would say what cannot be.
    """
    before = policy.of(name)
    counts = {field.name for field in fields(Bounds)} - {"baseline"}
    asked = {field.name: getattr(change, field.name) for field in fields(PolicyChange)}
    bounds = {
        word: None if value < 0 else value for word, value in asked.items() if word in counts and value is not None
    }
    hours = {word: value for word, value in asked.items() if word not in counts and value is not None}
    if name == DEFAULT and "erase_within_hours" in hours:
        policy = replace(policy, erase_within_hours=hours.pop("erase_within_hours"))
    return _with(policy, name, replace(before, **hours, bounds=replace(before.bounds, **bounds)))


def with_baseline(home: HeadquartersHome, policy: Policy, name: str) -> Policy:
    """The policy with the newest version of a list as what totals count from; its old approvals leave."""
    with home.store.transaction() as connection:
        newest = _published(connection, name, None)
    before = policy.of(name)
    baseline = Baseline(newest.number, newest.count, f"{newest.digest:x}")
    later = tuple(one for one in before.approvals if one.version > newest.number)
    return _with(policy, name, replace(before, bounds=replace(before.bounds, baseline=baseline), approvals=later))


def with_approval(home: HeadquartersHome, policy: Policy, name: str, number: int) -> tuple[Policy, str]:
    """The policy that lets one version pass beyond the bounds, and what that version is in words.

    Raises:
        InputError: there is no such list or version, or too many approvals.
    """
    with home.store.transaction() as connection:
        version = _published(connection, name, number)
        since = number - 1
        added = row_table.added_count(connection, name, since, number)
        removed = row_table.removed_count(connection, name, since, number) if since else 0
    before = policy.of(name)
    approvals = tuple(one for one in before.approvals if one.version != number)
    approvals += (Approval(number, f"{version.digest:x}"),)
    if len(approvals) > LIMITS.approvals:
        raise InputError(
            f"{name} has {len(before.approvals)} approvals", do="Set a new baseline; older approvals leave with it"
        )
    words = (
        f"{name} version {number} has {version.count} rows; against version {since} {added} came or changed "
        f"and {removed} went"
    )
    return _with(policy, name, replace(before, approvals=approvals)), words


def _published(connection: Connection, name: str, number: int | None) -> Version:
    if listed(connection, name) is None:
        raise InputError(f"There is no list called {name}", do="`waypost hq publish` names the lists")
    newest = newest_version(connection, name)
    if not newest.number or (number is not None and not 0 < number <= newest.number):
        raise InputError(
            f"{name} has no version {number or 1} yet", do=f"Its newest is {newest.number}; import and publish first"
        )
    return newest if number is None else version_at(connection, name, number)


def _with(policy: Policy, name: str, entry: ListPolicy) -> Policy:
    changed = replace(policy, lists={**policy.lists, name: entry})
    try:
        return policy_from_json(policy_to_json(changed))
    except TrustError as error:
        raise InputError(f"That cannot be a policy for {name}", means=str(error), do="Look at the numbers") from error
