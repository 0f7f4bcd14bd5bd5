"""What a whole post lacks: the standing conditions of its status line, and which findings come from them.

- A standing condition belongs to the post, not to a traveller (docs/screening.md, "Conditions of the post"). It is
  reported once. It begins and ends by itself; nothing here hides it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from enum import StrEnum

from data.errors import Damaged, StoreError, WaypostError
from data.journal.unrecorded import JournalState
from data.kit import home_files
from data.kit.disk_space import DiskState
from data.lease.access import ListAccess, format_duration
from data.screenings import Finding, State
from data.store_errors import JOURNAL_ADVICE
from data.text import EMPTY, Message, _, join, plural


class ConditionKind(StrEnum):
    """What can be wrong with a whole post."""

    LIST_EXPIRED = "list_expired"
    LIST_MISSING = "list_missing"
    LIST_DAMAGED = "list_damaged"
    LIST_EMPTY = "list_empty"
    LIST_HELD_BACK = "list_held_back"
    """A warning: the version before it is searched."""
    KIND_NOT_CARRIED = "required_not_carried"
    READER_DEAD = "reader_dead"
    LIST_UNCONFIRMED = "lists_unconfirmed"
    CLOCK_BEHIND = "clock_behind"
    CLOCK_JUMPED = "clock_jumped"
    FILE_CHANGED = "file_changed"
    LISTS_SUSPENDED = "lists_suspended"
    LISTS_LOCKED = "lists_locked"
    LISTS_ERASED = "lists_erased"
    DISK_FILLING = "disk_filling"
    """A warning: everything is still recorded."""
    DISK_FULL = "disk_full"
    DISK_READ_ONLY = "disk_read_only"
    JOURNAL_UNUSABLE = "journal_unusable"
    NOT_RECORDED = "not_recorded"
    LEASE_ENDING = "lease_ending"
    """A warning: nothing is locked yet."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a whole post lacks."""

    kind: ConditionKind
    subject: str = ""
    """The list, the kind, the device, the time that is left or a number; empty for the clock, the disk and for all
    lists together.
    """
    do: Message = field(default=EMPTY, compare=False)
    """What ends it, where that depends on the cause."""

    @property
    def is_warning(self) -> bool:
        """Whether the post works nevertheless: travellers are searched, and everything is recorded."""
        return self.kind in _WARNINGS

    @property
    def says(self) -> Message:
        """A clause that starts with a small letter: `the list sltd has expired`."""
        return _CLAUSES[self.kind](self.subject)


_CLAUSES: Mapping[ConditionKind, Callable[[str], Message]] = {
    ConditionKind.LIST_EXPIRED: lambda name: _("the list {list} has expired", list=name),
    ConditionKind.LIST_MISSING: lambda name: _("the list {list} was never received", list=name),
    ConditionKind.LIST_DAMAGED: lambda name: _("the list {list} is damaged", list=name),
    ConditionKind.LIST_HELD_BACK: lambda name: _("the newest version of the list {list} is held back here", list=name),
    ConditionKind.LIST_EMPTY: lambda name: _(
        "the list {list} is empty, and headquarters has not approved that", list=name
    ),
    ConditionKind.KIND_NOT_CARRIED: lambda kind: _(
        "this post needs a list of the kind {kind}, and this kit has none", kind=kind
    ),
    ConditionKind.READER_DEAD: lambda name: _("the reader {reader} does not work", reader=name),
    ConditionKind.LIST_UNCONFIRMED: lambda name: _("the list {list} may be an older copy", list=name),
    ConditionKind.CLOCK_JUMPED: lambda time: _("the clock jumped: this kit has records from {time} UTC", time=time),
    ConditionKind.FILE_CHANGED: lambda file: _("{file} is not what this kit wrote last", file=file),
    ConditionKind.CLOCK_BEHIND: lambda _subject: _("the clock is behind signed time"),
    ConditionKind.LISTS_SUSPENDED: lambda _subject: _("the lists are locked: headquarters suspended this kit"),
    ConditionKind.LISTS_LOCKED: lambda _subject: _("the lists are locked: this kit needs contact with headquarters"),
    ConditionKind.LISTS_ERASED: lambda _subject: _("the lists were erased"),
    ConditionKind.DISK_FILLING: lambda _subject: _("the disk is filling up"),
    ConditionKind.DISK_FULL: lambda _subject: _("the disk is full: nothing can be recorded"),
    ConditionKind.DISK_READ_ONLY: lambda _subject: _("the disk is read-only: nothing can be recorded"),
    ConditionKind.JOURNAL_UNUSABLE: lambda _subject: _("the journal cannot be used: nothing can be recorded"),
    ConditionKind.NOT_RECORDED: lambda count: plural(
        "{count} verdict was shown without a journal", "{count} verdicts were shown without a journal", int(count)
    ),
    ConditionKind.LEASE_ENDING: lambda left: _("the lists lock in {time}: no contact with headquarters", time=left),
}
ALL_LISTS_CONDITIONS = frozenset(
    {ConditionKind.LISTS_SUSPENDED, ConditionKind.LISTS_LOCKED, ConditionKind.LISTS_ERASED}
)
"""Reported once, whatever else is wrong with a single list."""
ONE_LIST_CONDITIONS = frozenset(
    {
        ConditionKind.LIST_EXPIRED,
        ConditionKind.LIST_MISSING,
        ConditionKind.LIST_DAMAGED,
        ConditionKind.LIST_UNCONFIRMED,
        ConditionKind.LIST_EMPTY,
    }
)
"""The post lacks one of its lists, or has it too old or without a row."""
_WARNINGS = frozenset(
    {
        ConditionKind.LIST_HELD_BACK,
        ConditionKind.READER_DEAD,
        ConditionKind.CLOCK_BEHIND,
        ConditionKind.CLOCK_JUMPED,
        ConditionKind.DISK_FILLING,
        ConditionKind.NOT_RECORDED,
        ConditionKind.LEASE_ENDING,
    }
)
_FILE_ADVICE = _(
    "Tell headquarters. This ends when headquarters has acknowledged the kit's report (`waypost courier run`, or a "
    "stick)"
)
_LOST_RECORDS = _(
    "What was recorded before may be missing: then nobody knows who was referred here or waits for a decision. Put the "
    "file back if there is a copy"
)
_READ_ONLY_ADVICE = _(
    "Tell the technician: a disk that fails becomes read-only. Until it can be written, decide on paper"
)
_NOT_RECORDED_ADVICE = _("This ends with the next entry that the journal can take, which says how many")
_JOURNAL_MEANS = _(
    "Earlier referrals and undecided travellers are not known meanwhile. Decide on paper and tell the technician"
)
_JUMP_ADVICE = _("Check the clock and set it if it is wrong. Then fetch the lists with `waypost courier run`")
_KINDS = {kind.value: kind for kind in ConditionKind}


def find_conditions(findings: Iterable[Finding]) -> tuple[tuple[Condition, ...], tuple[Finding, ...]]:
    """What kept these checks from an answer: each standing condition once, and the findings that come from none."""
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
    """Each condition once, without those of single lists where all lists are closed."""
    distinct = tuple(dict.fromkeys(conditions))
    are_all_closed = any(condition.kind in ALL_LISTS_CONDITIONS for condition in distinct)
    return tuple(condition for condition in distinct if not (are_all_closed and condition.kind in ONE_LIST_CONDITIONS))


def access_condition(access: ListAccess) -> Condition | None:
    """The condition that headquarters' word or its silence puts the post in; None where the lists may be read."""
    if not access.is_open:
        return Condition(ConditionKind(f"lists_{access.state}"))
    if access.lease and access.lease.is_warning_due:
        return Condition(ConditionKind.LEASE_ENDING, format_duration(access.lease.locks_in_s))
    return None


def describe_condition(condition: Condition) -> Message:
    """In sentences: what is wrong and what to do."""
    return WaypostError(condition.says, do=condition.do).message


def storage_conditions(disk: DiskState | None, journal: JournalState) -> tuple[Condition, ...]:
    """What disk and journal lack, and how many verdicts were shown that the journal could not take."""
    conditions = []
    if disk and disk.is_read_only:
        conditions.append(Condition(ConditionKind.DISK_READ_ONLY, do=_READ_ONLY_ADVICE))
    elif disk and disk.is_filling:
        kind = ConditionKind.DISK_FILLING if disk.has_room else ConditionKind.DISK_FULL
        advice = _("Tell the technician: the disk has {size} MB left. Free some space", size=disk.free_bytes >> 20)
        conditions.append(Condition(kind, do=advice))
    if journal.problem and not _is_due_to_disk(journal.problem, disk):
        conditions.append(Condition(ConditionKind.JOURNAL_UNUSABLE, do=_advise_on_journal(journal.problem)))
    if journal.not_entered:
        conditions.append(Condition(ConditionKind.NOT_RECORDED, str(journal.not_entered), _NOT_RECORDED_ADVICE))
    return tuple(conditions)


def _is_due_to_disk(problem: StoreError, disk: DiskState | None) -> bool:
    """Whether the condition of the disk says already why the journal takes nothing."""
    return disk is not None and not disk.has_room and not isinstance(problem, Damaged)


def _advise_on_journal(problem: StoreError) -> Message:
    """What happened, what it means, and how the journal is put right."""
    step = JOURNAL_ADVICE if isinstance(problem, Damaged) else problem.do
    return join(filter(None, (problem.what, _JOURNAL_MEANS, step)), ". ")


def _advise_on_file(file: str) -> Message:
    return join([_LOST_RECORDS, _FILE_ADVICE], ". ") if file == home_files.JOURNAL.path else _FILE_ADVICE


def record_conditions(access: ListAccess) -> tuple[Condition, ...]:
    """What the kit's own records say against its clock and its files."""
    conditions = [Condition(ConditionKind.FILE_CHANGED, file, _advise_on_file(file)) for file in access.changed_files]
    if access.clock_jump:
        time = f"{access.clock_jump.astimezone(UTC):%Y-%m-%d %H:%M}"
        conditions.append(Condition(ConditionKind.CLOCK_JUMPED, time, _JUMP_ADVICE))
    return tuple(conditions)
