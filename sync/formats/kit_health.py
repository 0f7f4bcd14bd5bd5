"""A kit's health report (of the kind `health`): about the machine alone, nothing about a traveller.

Headquarters verifies who sent a report but does not trust its shape: a part that does not fit is left out, so that the
rest of what a newer kit says can still be read.
"""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator

from data.json_codec import or_else
from data.text import EMPTY, Message

HEALTH_KIND = "health"


@dataclass(frozen=True, slots=True)
class ListHealth:
    """One list. Version 0: none is here yet; no version: it cannot be read."""

    version: Annotated[int | None, or_else(None)] = None
    as_of: Annotated[str | None, or_else(None)] = None
    """ISO 8601."""
    age_h: Annotated[float | None, or_else(None)] = None
    count: Annotated[int | None, or_else(None)] = None
    problem: Annotated[Message, or_else(EMPTY)] = EMPTY
    """Why it cannot be read."""


@dataclass(frozen=True, slots=True)
class ClockHealth:
    """The machine's clock, and the signed time that it must not be behind."""

    reads: Annotated[str, or_else("")] = ""
    floor: Annotated[str, or_else("")] = ""
    behind: Annotated[bool, or_else(False)] = False


@dataclass(frozen=True, slots=True)
class AccessHealth:
    """Whether the lists may be read."""

    state: Annotated[str, or_else("")] = ""
    """`good`, `suspended`, `locked` or `erased`."""
    reason: Annotated[Message, or_else(EMPTY)] = EMPTY
    since: Annotated[str | None, or_else(None)] = None
    days_left: Annotated[int | None, or_else(None)] = None
    """Until the lists lock without contact."""
    silent_days: Annotated[int | None, or_else(None)] = None
    """Without contact."""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest link of an audit chain: headquarters remembers it, so a chain that was cut shows."""

    seq: int
    hash: str
    """Hexadecimal."""


@dataclass(frozen=True, slots=True)
class TypingHealth:
    """What one person typed on one day (`data.journal.audit.typed_queries`)."""

    day: Annotated[str, or_else("")] = ""
    """ISO 8601."""
    person: Annotated[str, or_else("")] = ""
    """Service number."""
    typed: Annotated[int, or_else(0)] = 0
    undecided: Annotated[int, or_else(0)] = 0
    """Of these, without a decision at the desk."""


def _drop_empty(problems: tuple[Message, ...]) -> tuple[Message, ...]:
    return tuple(problem for problem in problems if problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class KitHealth:
    """The whole report but for its time."""

    waypost: Annotated[str, or_else("")] = ""
    """The version of the software."""
    lists: Annotated[dict[str, Annotated[ListHealth, or_else(ListHealth())]], or_else(dict)] = field(
        default_factory=dict
    )
    clock: Annotated[ClockHealth, or_else(ClockHealth())] = ClockHealth()
    contact: Annotated[str | None, or_else(None)] = None
    """When the kit last saw fresh metadata of headquarters; ISO 8601."""
    free_disk_mb: Annotated[int | None, or_else(None)] = None
    disk: Annotated[str, or_else("")] = ""
    """A `data.kit.disk_space.DiskCondition`; empty where the kit did not say or does not know."""
    waiting: Annotated[dict[str, int], or_else(dict)] = field(default_factory=dict)
    """Entries of each stream that headquarters has not acknowledged."""
    audit: Annotated[dict[str, AuditHead], or_else(dict)] = field(default_factory=dict)
    typing: Annotated[tuple[Annotated[TypingHealth, or_else(TypingHealth())], ...], or_else(())] = ()
    """Whose typed queries are notable; absent from older kits."""
    standing: Annotated[AccessHealth | None, or_else(None)] = None
    problems: Annotated[tuple[Annotated[Message, or_else(EMPTY)], ...], or_else(()), AfterValidator(_drop_empty)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedHealth(KitHealth):
    """The report as it reaches headquarters."""

    at: Annotated[str, or_else("")] = ""
    """When the kit said so; ISO 8601."""
