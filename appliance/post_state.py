"""The state of the whole post: each list with its age in words, and the standing conditions for the status line.

- A standing condition is something the post lacks, not a traveller (domain.md, "Standing condition"). It is reported
  once. It begins and ends by itself; nothing here hides it.
- Looked at between travellers; costs one short read of each list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.screening.check_ports import ListReader
from data.clock import TrustedTime
from data.errors import WaypostError
from data.lease.access import ListAccess, format_duration
from data.lists.edition import AgeBand, AgePolicy, Edition, format_age
from data.screenings import Finding, State
from devices.ports import DeviceHealth, DeviceState


class ConditionKind(StrEnum):
    """What can be amiss with a whole post."""

    LIST_EXPIRED = "list_expired"
    LIST_MISSING = "list_missing"
    LIST_DAMAGED = "list_damaged"
    KIND_NOT_CARRIED = "required_not_carried"
    READER_DEAD = "reader_dead"
    CLOCK_BEHIND = "clock_behind"
    LISTS_SUSPENDED = "lists_suspended"
    LISTS_LOCKED = "lists_locked"
    LISTS_ERASED = "lists_erased"
    LEASE_ENDING = "lease_ending"
    """A warning: nothing is locked yet."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a whole post lacks."""

    kind: ConditionKind
    subject: str = ""
    """The list, the kind, the device or the time that is left; empty for the clock and for all lists together."""

    def __str__(self) -> str:
        return _WORDS[self.kind].format(self.subject)


_WORDS = {
    ConditionKind.LIST_EXPIRED: "the list {} is expired",
    ConditionKind.LIST_MISSING: "the list {} was never received",
    ConditionKind.LIST_DAMAGED: "the list {} is damaged",
    ConditionKind.KIND_NOT_CARRIED: "lists of the kind {} are required here and not carried",
    ConditionKind.READER_DEAD: "the reader {} does not work",
    ConditionKind.CLOCK_BEHIND: "the clock is behind signed time",
    ConditionKind.LISTS_SUSPENDED: "the lists are locked: headquarters suspended this kit",
    ConditionKind.LISTS_LOCKED: "the lists are locked: this kit must hear of headquarters",
    ConditionKind.LISTS_ERASED: "the lists were erased",
    ConditionKind.LEASE_ENDING: "the lists lock in {}: no contact with headquarters",
}
ALL_LISTS_CONDITIONS = frozenset(
    {ConditionKind.LISTS_SUSPENDED, ConditionKind.LISTS_LOCKED, ConditionKind.LISTS_ERASED}
)
"""Told once, whatever else is amiss with one list or the other."""
ONE_LIST_CONDITIONS = frozenset({ConditionKind.LIST_EXPIRED, ConditionKind.LIST_MISSING, ConditionKind.LIST_DAMAGED})
"""The post lacks one of its lists, or has it too old."""
_KINDS = {kind.value: kind for kind in ConditionKind}


def find_conditions(findings: Iterable[Finding]) -> tuple[tuple[Condition, ...], tuple[Finding, ...]]:
    """What kept these checks from an answer: standing conditions, each once, and the findings that are none."""
    conditions: dict[Condition, None] = {}
    others = []
    for finding in findings:
        if finding.state is not State.NOT_DONE or not finding.mandatory:
            continue
        kind = _KINDS.get(finding.reason)
        if kind is None:
            others.append(finding)
        else:
            subject = "" if kind in ALL_LISTS_CONDITIONS else finding.check.rpartition(":")[2]
            conditions[Condition(kind, subject)] = None
    return distinct_conditions(conditions), tuple(others)


def distinct_conditions(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Each once, and nothing of single lists where all of them are closed."""
    found = tuple(dict.fromkeys(conditions))
    closed = any(one.kind in ALL_LISTS_CONDITIONS for one in found)
    return tuple(one for one in found if not (closed and one.kind in ONE_LIST_CONDITIONS))


def access_condition(access: ListAccess) -> Condition | None:
    """What the whole post lacks by headquarters' word, or by its silence."""
    if not access.is_open:
        return Condition(ConditionKind(f"lists_{access.state}"))
    if access.lease and access.lease.is_warning_due:
        return Condition(ConditionKind.LEASE_ENDING, format_duration(access.lease.locks_in_s))
    return None


DEFAULT_AGE_POLICY = AgePolicy()


@dataclass(frozen=True, slots=True)
class ListState:
    """One list as the status line shows it."""

    name: str
    edition: Edition | None
    """None when the list never came or cannot be read."""
    age: AgeBand | None
    words: str
    """`3 hours ago`, `never received`, `damaged`."""
    condition: Condition | None = None
    """What is amiss, if anything."""


def list_states(
    lists: Iterable[ListReader], now: datetime, policies: Mapping[str, AgePolicy] | None = None
) -> tuple[ListState, ...]:
    """Every list of the kit. A list that cannot be read is `damaged`, never left out."""
    return tuple(_list_state(listed, (policies or {}).get(listed.name, DEFAULT_AGE_POLICY), now) for listed in lists)


def _list_state(listed: ListReader, policy: AgePolicy, now: datetime) -> ListState:
    name = listed.name
    try:
        with listed.read() as view:
            edition, damaged = view.edition, listed.needs_repair
    except WaypostError:
        edition, damaged = None, True
    if damaged:
        return damaged_list_state(name)
    if edition is None:
        return ListState(name, None, None, "never received", Condition(ConditionKind.LIST_MISSING, name))
    age = policy.band(edition.as_of, now)
    expired = Condition(ConditionKind.LIST_EXPIRED, name) if age is AgeBand.EXPIRED else None
    return ListState(name, edition, age, format_age(now - edition.as_of), expired)


def damaged_list_state(name: str) -> ListState:
    """A list that is damaged, or whose files cannot even be opened."""
    return ListState(name, None, None, "damaged", Condition(ConditionKind.LIST_DAMAGED, name))


def erased_list_state(name: str) -> ListState:
    """A list that this kit had."""
    return ListState(name, None, None, "erased", Condition(ConditionKind.LISTS_ERASED))


def post_conditions(
    lists: Iterable[ListState],
    time: TrustedTime,
    readers: Mapping[str, DeviceState] | None = None,
    access: ListAccess | None = None,
) -> tuple[Condition, ...]:
    """What the whole post lacks now, each told once."""
    all_lists = access_condition(access) if access else None
    found = [all_lists] if all_lists else []
    found += [one.condition for one in lists if one.condition]
    dead = (DeviceHealth.ABSENT, DeviceHealth.FAULTED)
    found += [
        Condition(ConditionKind.READER_DEAD, name) for name, state in (readers or {}).items() if state.health in dead
    ]
    if time.is_behind:
        found.append(Condition(ConditionKind.CLOCK_BEHIND))
    return distinct_conditions(found)
