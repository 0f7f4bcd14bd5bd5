"""What a whole post lacks: the standing conditions of its status line, and which findings come from them.

- A standing condition is something the post lacks, not a traveller (docs/screening.md, "Conditions of
  the post"). It is reported once. It begins and ends by itself; nothing here hides it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from data.lease.access import ListAccess, format_duration
from data.screenings import Finding, State


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
"""Reported once, whatever else is amiss with one list or the other."""
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
    distinct = tuple(dict.fromkeys(conditions))
    are_all_closed = any(condition.kind in ALL_LISTS_CONDITIONS for condition in distinct)
    return tuple(condition for condition in distinct if not (are_all_closed and condition.kind in ONE_LIST_CONDITIONS))


def access_condition(access: ListAccess) -> Condition | None:
    """What the whole post lacks by headquarters' word, or by its silence."""
    if not access.is_open:
        return Condition(ConditionKind(f"lists_{access.state}"))
    if access.lease and access.lease.is_warning_due:
        return Condition(ConditionKind.LEASE_ENDING, format_duration(access.lease.locks_in_s))
    return None
