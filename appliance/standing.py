"""Standing conditions: what a whole post lacks, told once in the status line (domain.md, "Mandatory").

A condition belongs to the post, not to a traveller. It begins and ends by itself; nothing here hides it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from data.findings import Finding, State


class ConditionKind(StrEnum):
    """What can be amiss with a whole post."""

    LIST_EXPIRED = "list_expired"
    LIST_MISSING = "list_missing"
    LIST_DAMAGED = "list_damaged"
    KIND_NOT_CARRIED = "required_not_carried"
    READER_DEAD = "reader_dead"
    CLOCK_BEHIND = "clock_behind"


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a whole post lacks."""

    kind: ConditionKind
    subject: str = ""
    """The list, the kind or the device; empty for the clock."""

    def __str__(self) -> str:
        return _WORDS[self.kind].format(self.subject)


_WORDS = {
    ConditionKind.LIST_EXPIRED: "the list {} is expired",
    ConditionKind.LIST_MISSING: "the list {} was never received",
    ConditionKind.LIST_DAMAGED: "the list {} is damaged",
    ConditionKind.KIND_NOT_CARRIED: "lists of the kind {} are required here and not carried",
    ConditionKind.READER_DEAD: "the reader {} does not work",
    ConditionKind.CLOCK_BEHIND: "the clock is behind signed time",
}
_KINDS = {kind.value: kind for kind in ConditionKind}


def conditions_of(findings: Iterable[Finding]) -> tuple[tuple[Condition, ...], tuple[Finding, ...]]:
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
            conditions[Condition(kind, finding.check.rpartition(":")[2])] = None
    return tuple(conditions), tuple(others)
