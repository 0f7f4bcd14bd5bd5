"""Until when what the journal keeps for hours or days counts, and when it goes: never by a clock that may be wrong.

- Readers and the deletion ask the same question. Whatever a reader overlooked because somebody set the calendar ahead
  would be lost to whoever is screened meanwhile, as if it had been deleted.
- A row goes once the machine has run for that long since, or once headquarters has signed something that much later
  than the row's time and than the first signed time that came after it. A calendar alone deletes nothing: set ahead for
  one screening, it would take referrals and undecided travellers away for good. Nor does the row's own time: a machine
  that starts with a dead clock knows only the last signed time, which may be days ago.
- A journal that was lost or replaced remembers less than it says. Until whatever it may have lost is certainly too old,
  nothing in it vouches for anybody: neither that somebody is not in it, nor how the last that it has of somebody ended.
- Running counts as far as both clocks agree, the calendar and the one that nobody can set, and at most
  `LARGEST_STEP_S` between two entries of the journal. A reading of the second that is lower than one before it, of the
  same start of the machine, takes back what that one added. So a kit that is switched off at night, or writes nothing
  for long, keeps rows for longer; it never deletes one too early.
- Details of travellers are kept for days (`details_keep_days` of kit.toml). Once a day it is noted up to which event
  the journal has come (`detail_age`), and they go by the age of that note, by the same rule. The chain commits to
  details and holds none of them: it stays whole.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from data.clock import Uptime
from data.errors import Damaged
from data.journal.journal_head import decode_latest
from data.journal.schema import read_about, read_all_about, write_about
from data.json_codec import ZonedTime, decode, encode_canonical, to_json_value
from data.store import Connection
from data.text import _

LARGEST_STEP_S = 6 * 3600.0
"""Less than the shortest time for which anything is kept: no single reading deletes."""
_RUNNING = "running"
_SIGNED = "signed_steps"
"""In the journal's table `about`: a `_SignedSteps`."""
_SIGNED_STEP = timedelta(hours=6)
"""Signed times that are closer to each other are one step: a row is kept for so much longer, never less."""
_MOST_STEPS = 120
"""A month of them."""
_LOST = "lost_memory"
"""In the journal's table `about`: a `_LostMemory`."""
_START_S = 60.0
"""What was written so soon after a start may be from before it: sums of readings are rounded."""

_DETAIL_STEP = timedelta(days=1)
_EVENTS_PER_TRANSACTION = 2000
"""So that nobody waits for the journal's lock."""
_PURGED, _LOOKED = "purged", "looked_for_old_details"
"""In the journal's table `about`: up to which event details of travellers were deleted, and when was the last look."""
_LOOK_AGAIN = timedelta(hours=1)
DETAILS_PURGED = "details_purged"
"""Kind of the event that says of how many events the details of travellers went."""

PassingTable = Literal["seen_screening", "undecided", "unscreened", "recent_decision", "typed_query"]
PASSING_TABLES: tuple[PassingTable, ...] = ("seen_screening", "undecided", "recent_decision")
"""Those that are kept for as long as a post remembers travellers."""
"""A table whose rows go by themselves."""


@dataclass(frozen=True, slots=True)
class RunningTime:
    """For how long the machine has certainly run since this journal began to count."""

    total_s: float
    at: ZonedTime
    """What the calendar read at the last look."""
    boot: str
    boot_s: float
    step_s: float = 0.0
    """What the last look added."""

    def at_look(self, at: datetime, uptime: Uptime) -> "RunningTime":
        """The same at a later look."""
        same_boot = uptime.boot == self.boot
        ran_s = uptime.seconds - self.boot_s if same_boot else uptime.seconds
        total_s = self.total_s
        if ran_s < 0:  # this clock never goes back, so the last reading was wrong
            total_s, ran_s = total_s - self.step_s, 0.0
        passed_s = max(0.0, (at - self.at).total_seconds())
        step_s = min(ran_s, passed_s, LARGEST_STEP_S)
        return RunningTime(total_s + step_s, at, uptime.boot, uptime.seconds, step_s)


@dataclass(frozen=True, slots=True)
class KeptFrom:
    """The moment from which a row is kept."""

    at: str
    """The latest time that the kit knows: a clock that was set back makes no row old."""
    ran_s: float


@dataclass(frozen=True, slots=True)
class _LostMemory:
    """That travellers from before this moment may be missing in the journal."""

    noticed: ZonedTime
    kept_from: str
    ran_s: float


@dataclass(frozen=True, slots=True)
class RunningAge:
    """For how long the machine has run since a row was written: what no calendar can make longer."""

    ran_s: float
    """As counted now."""
    boot_s: float
    """Since the start of the machine."""

    def since(self, row_ran_s: float) -> timedelta | None:
        """None if the machine may have been started again since: nobody knows for how long it was off."""
        ran_s = self.ran_s - row_ran_s
        return timedelta(seconds=ran_s) if ran_s < self.boot_s - _START_S else None


@dataclass(frozen=True, slots=True)
class _SignedStep:
    """What headquarters had signed last when the machine had run for so long."""

    ran_s: float
    signed: ZonedTime


@dataclass(frozen=True, slots=True)
class _SignedSteps:
    """Oldest first."""

    steps: tuple[_SignedStep, ...] = ()

    def and_now(self, ran_s: float, signed: datetime | None) -> "_SignedSteps":
        """With the newest signed time, if it is one step later than the last."""
        last = self.steps[-1] if self.steps else None
        if signed is None or (last and signed < last.signed + _SIGNED_STEP):
            return self
        return _SignedSteps((*self.steps, _SignedStep(ran_s, signed))[-_MOST_STEPS:])


@dataclass(frozen=True, slots=True)
class KeptLimits:
    """A row is certainly too old if the machine has run for too long since (`ran_s`); or if it is from before `at`, and
    so is a signed time that came after it, when the machine had run for `signed_ran_s`. All others count.
    """

    at: str
    signed_ran_s: float
    ran_s: float

    @property
    def values(self) -> tuple[str, float, float]:
        """For the three parameters of a query, `(kept_from >= ? OR ran_s >= ?) AND ran_s >= ?`."""
        return self.at, self.signed_ran_s, self.ran_s

    def counts(self, kept_from: str, ran_s: float) -> bool:
        """The same, of a moment that is in no table."""
        return (kept_from >= self.at or ran_s >= self.signed_ran_s) and ran_s >= self.ran_s


def read_limits(connection: Connection, memory: timedelta, now: KeptFrom, signed: datetime | None) -> KeptLimits:
    """The limits of what counts for `memory`; `signed` is the newest signed time."""
    return _find_limits(read_all_about(connection), memory, now, signed)


def read_limits_at(
    connection: Connection, memory: timedelta, at: datetime, uptime: Uptime, signed: datetime | None
) -> KeptLimits:
    """The limits of what counts at `at` for `memory`, without writing anything."""
    notes = read_all_about(connection)
    return _find_limits(notes, memory, _start(notes, at, _look(notes, at, uptime)), signed)


def _find_limits(notes: Mapping[str, str], memory: timedelta, now: KeptFrom, signed: datetime | None) -> KeptLimits:
    oldest_ran_s = now.ran_s - memory.total_seconds()
    if signed is None:
        return KeptLimits("", -1.0, oldest_ran_s)
    before = [step.ran_s for step in _decode_signed(notes).steps if step.signed < signed - memory]
    return KeptLimits(str(to_json_value(signed - memory)), max(before, default=-1.0), oldest_ran_s)


def note_running(connection: Connection, at: datetime, uptime: Uptime, signed: datetime | None) -> KeptFrom:
    """Look at both clocks and at the newest signed time; the caller holds the transaction, and has noted `at` as a time
    of the journal if it is one.

    The moment from which a row is kept that is written now.
    """
    notes = read_all_about(connection)
    now = _look(notes, at, uptime)
    write_about(connection, _RUNNING, encode_canonical(now))
    before = _decode_signed(notes)
    if (steps := before.and_now(now.total_s, signed)) is not before:
        write_about(connection, _SIGNED, encode_canonical(steps))
    return _start(notes, at, now)


def read_running(connection: Connection, at: datetime, uptime: Uptime) -> KeptFrom:
    """The same without writing anything."""
    notes = read_all_about(connection)
    return _start(notes, at, _look(notes, at, uptime))


def note_lost_memory(connection: Connection, at: datetime, now: KeptFrom) -> None:
    """Travellers of the hours before `at` may be missing from here on; the caller holds the transaction."""
    write_about(connection, _LOST, encode_canonical(_LostMemory(at, now.at, now.ran_s)))


def read_lost_memory(connection: Connection, limits: KeptLimits) -> datetime | None:
    """When it was noticed that travellers may be missing; None if none is who could still count by these limits."""
    text = read_about(connection, _LOST)
    if not text:
        return None
    lost = decode(_LostMemory, text, lambda _why: _damaged())
    return lost.noticed if limits.counts(lost.kept_from, lost.ran_s) else None


def _look(notes: Mapping[str, str], at: datetime, uptime: Uptime) -> RunningTime:
    text = notes.get(_RUNNING)
    known = decode(RunningTime, text, lambda _why: _damaged()) if text else RunningTime(0.0, at, *_fields(uptime))
    return known.at_look(at, uptime)


def _decode_signed(notes: Mapping[str, str]) -> _SignedSteps:
    text = notes.get(_SIGNED)
    return decode(_SignedSteps, text, lambda _why: _damaged()) if text else _SignedSteps()


def _start(notes: Mapping[str, str], at: datetime, running: RunningTime) -> KeptFrom:
    latest = decode_latest(notes)
    return KeptFrom(str(to_json_value(max(at, latest.at) if latest else at)), running.total_s)


def _fields(uptime: Uptime) -> tuple[str, float]:
    return uptime.boot, uptime.seconds


def delete_expired(connection: Connection, table: PassingTable, limits: KeptLimits) -> int:
    """Delete what is certainly too old; how many rows. The caller holds the transaction."""
    query = f"DELETE FROM {table} WHERE ran_s < ? OR (kept_from < ? AND ran_s < ?)"  # noqa: S608  (no text of others)
    return connection.execute(query, (limits.ran_s, limits.at, limits.signed_ran_s)).rowcount


class AgingJournal(Protocol):
    """What of a journal is needed here (`data.journal.journal.Journal`)."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent state."""

    def writing(self) -> AbstractContextManager[Connection]:
        """One transaction."""

    def note_running(self, connection: Connection, at: datetime) -> KeptFrom:
        """Look at the clocks; the moment from which a row is kept that is written now."""

    def read_limits(self, connection: Connection, at: datetime, memory: timedelta) -> KeptLimits:
        """Which rows still count for `memory`."""

    def record_within(
        self, connection: Connection, kind: str, at: datetime, person: str, outcome: str, detail: dict[str, Any]
    ) -> None:
        """Enter an act in the audit."""


@dataclass(frozen=True, slots=True)
class KeptTimes:
    """For how long a post keeps what it knows of travellers."""

    details: timedelta
    memory: timedelta
    """Who was seen, referred or left undecided."""


def purge_travellers(
    journal: AgingJournal, times: KeptTimes, at: datetime, person: str, signed: datetime | None
) -> int:
    """Delete what the journal has kept of travellers for certainly long enough, and say so in the audit, in the same
    transactions; of how many events the details went. `signed` is the newest signed time.
    """
    with journal.reading() as connection:
        if not _is_look_due(connection, at):
            return 0
    total, is_whole = 0, False
    while not is_whole:
        with journal.writing() as connection:
            now = journal.note_running(connection, at)
            for table in PASSING_TABLES:
                delete_expired(connection, table, journal.read_limits(connection, at, times.memory))
            _note_detail_age(connection, now, signed)
            upto = _find_expired_details(connection, max(times.details, times.memory), now, signed)
            count, is_whole = _purge_details(connection, upto)
            write_about(connection, _LOOKED, str(to_json_value(at)).encode())
            if count:
                journal.record_within(connection, DETAILS_PURGED, at, person, str(count), {"count": count})
        total += count
    return total


def _is_look_due(connection: Connection, at: datetime) -> bool:
    """Whether the calendar moved by some time since the last look: whoever looks writes."""
    text = read_about(connection, _LOOKED)
    return not text or abs(at - datetime.fromisoformat(text)) >= _LOOK_AGAIN


def _note_detail_age(connection: Connection, now: KeptFrom, signed: datetime | None) -> None:
    """Note how far the journal is, once a day, and the first signed time that came after each note."""
    text = str(to_json_value(signed)) if signed else ""
    if text:
        query = "UPDATE detail_age SET signed_after = ?1 WHERE signed_after = '' AND signed < ?1"
        connection.execute(query, (text,))
    (newest,) = connection.execute("SELECT max(rowid) FROM event").fetchone()
    last = connection.execute("SELECT upto, ran_s, signed FROM detail_age ORDER BY upto DESC LIMIT 1").fetchone()
    if newest is None or (last and (newest <= last[0] or not _is_day_later(now, signed, last[1], last[2]))):
        return
    row = (newest, now.at, now.ran_s, text)
    connection.execute("INSERT INTO detail_age (upto, kept_from, ran_s, signed) VALUES (?, ?, ?, ?)", row)


def _find_expired_details(connection: Connection, age: timedelta, now: KeptFrom, signed: datetime | None) -> int:
    """Up to which event (row number) details are certainly older than `age`; 0 for none."""
    limit = str(to_json_value(signed - age)) if signed else ""
    query = """SELECT coalesce(max(upto), 0) FROM detail_age WHERE ran_s < ?1 OR (
                   signed_after != '' AND signed_after < ?2 AND kept_from < ?2)"""
    upto: int = connection.execute(query, (now.ran_s - age.total_seconds(), limit)).fetchone()[0]
    return upto


def _purge_details(connection: Connection, upto: int) -> tuple[int, bool]:
    """Delete the details of travellers among the next events up to `upto`; how many, and whether that was all."""
    start = int(read_about(connection, _PURGED) or 0)
    end = min(upto, start + _EVENTS_PER_TRANSACTION)
    query = """DELETE FROM detail WHERE event IN (
                   SELECT id FROM event WHERE rowid > ? AND rowid <= ? AND kind IN ('screening', 'decision'))"""
    count = connection.execute(query, (start, end)).rowcount
    if end > start:
        write_about(connection, _PURGED, str(end).encode())
    if end >= upto:
        connection.execute("DELETE FROM detail_age WHERE upto <= ?", (upto,))
    return count, end >= upto


def _is_day_later(now: KeptFrom, signed: datetime | None, ran_s: float, text: str) -> bool:
    is_signed_later = signed is not None and (not text or signed - datetime.fromisoformat(text) >= _DETAIL_STEP)
    return is_signed_later or now.ran_s - ran_s >= _DETAIL_STEP.total_seconds()


def _damaged() -> Damaged:
    return Damaged(
        _("A note of the journal about its own age cannot be read"), do=_("Run `waypost journal verify --all`")
    )
