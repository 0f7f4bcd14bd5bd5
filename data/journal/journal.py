"""Writing the journal: one transaction an event, which includes the documents that were seen.

- A commit that returned is on the disk (WAL, synchronous FULL); a commit that failed changed nothing.
- Where the disk is full, a commit gets the room that was kept for it (`data.kit.disk_space`). Verdicts that were shown
  all the same, without a journal, are counted, and the next commit says first how many (`data.journal.unrecorded`).
- A document that comes again in an impossible way is noticed by its sightings. One holds a keyed hash of the document,
  never its number: HMAC-SHA256, cut to 16 bytes, under a key of this journal that serves nothing else. It is written in
  the transaction of the screening that it belongs to.
- A traveller is remembered in the same way: by name, date of birth and nationality as read.
- What has been kept for `SIGHTINGS_KEPT`, or for as long as referrals are at this post, goes with the next screening
  that is written, and a document that was not screened goes after `UNSCREENED_KEPT`: this memory forgets by itself,
  by a time that is certain (`data.journal.retention`).
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from data.clock import Uptime, read_uptime
from data.errors import Busy, Damaged, InputError, StoreError
from data.journal import chains
from data.journal.chains import LIST_CHANGED, JournalEvent, Stream, audit_event, compute_commitment
from data.journal.journal_head import note_change, note_time, read_journal_head, read_latest
from data.journal.recorded_events import (
    append_sightings,
    close_undecided,
    decision_event,
    is_recorded,
    note_recent_decision,
    note_undecided,
    screening_detail,
)
from data.journal.retention import (
    PASSING_TABLES,
    KeptFrom,
    KeptLimits,
    RunningAge,
    delete_expired,
    note_lost_memory,
    note_running,
    read_limits,
    read_limits_at,
    read_lost_memory,
    read_running,
)
from data.journal.schema import SCHEMA, pack_body
from data.journal.unrecorded import UNRECORDED, JournalState, UnrecordedVerdicts, note_entered, read_entered
from data.json_codec import encode_canonical, to_json_value
from data.kit import home_files
from data.kit.database import Database
from data.kit.disk_space import DiskReserve
from data.lists.edition import Edition
from data.log.error_log import log_error
from data.people.staff import Actor
from data.screenings import Decision, Finding, Screening, Verdict
from data.store import Connection
from data.store_key import StoreKey
from data.text import _
from data.witness.witness_file import WitnessFile
from data.witness.witness_record import JournalHead, LatestTime, WitnessRecord

if TYPE_CHECKING:
    from data.journal.audit.checkpoints import CheckpointReason

SIGHTINGS_KEPT = timedelta(hours=72)
UNSCREENED_KEPT = timedelta(hours=12)
"""The longest shift."""

_Result = TypeVar("_Result")
JOURNAL_FILE = home_files.JOURNAL.path
DESK_CHAIN = "desk"
"""The kind of process whose screenings wait for an officer's decision."""


class Journal:
    """The kit's memory. `chain_name` says which kind of process writes: desk, courier, check, technician."""

    def __init__(
        self,
        path: Path,
        key: StoreKey,
        chain_name: str,
        witness: WitnessFile | None = None,
        read_uptime: Callable[[], Uptime] = read_uptime,
    ) -> None:
        self._path = path
        self._chain = chain_name
        self._witness = witness
        self._read_uptime = read_uptime
        self.sightings_key = key.derive("journal:sightings")
        self.checkpoint_key = key.derive("journal:checkpoints")
        """Signs the chains (`data.journal.audit.checkpoints`); 32 bytes."""
        self.sightings_kept = SIGHTINGS_KEPT
        """How long this post remembers documents and travellers, if longer."""
        self._lock = RLock()  # screenings are recorded from worker threads
        self._reserve = DiskReserve(path.parent)
        self._unrecorded = UnrecordedVerdicts(path.parent)
        self._file = Database(path, key.derive("journal"), SCHEMA)
        self._problem: StoreError | None = None
        """Why the last entry could not be written, or what was found damaged since; None once one was written."""
        self._unrecorded.prepare(self._read_entered()[0])

    @property
    def folder(self) -> Path:
        """Where the journal is, and what belongs to it."""
        return self._path.parent

    @property
    def incarnation(self) -> str:
        """The id of the one in which this journal is written now; another process may have begun a new one."""
        with self.reading() as connection:
            return chains.read_incarnation(connection).id

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state for the journal's readers (`data.journal.history`)."""
        with self._lock, self._noting_damage(), self._file.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction for every writer. What it changes is recorded in the witness file once it is on the disk."""
        self._reserve.make_room()
        with self._lock, self._noting_damage():
            head = None
            with self._file.writing() as connection:
                before = connection.total_changes
                yield connection
                if self._witness is not None and connection.total_changes != before:
                    note_change(connection, self._witness.read())
                    head, latest = read_journal_head(connection), read_latest(connection)
            if self._witness is not None and head is not None:
                self._witness.change(partial(_with_journal, head, latest))

    @contextmanager
    def _noting_damage(self) -> Iterator[None]:
        try:
            yield
        except Damaged as error:
            self._problem = error
            raise

    def _read_witness(self) -> WitnessRecord:
        return self._witness.read() if self._witness else WitnessRecord()

    def latest(self) -> LatestTime | None:
        """The latest time in this journal, and what was certain when it was written."""
        with self.reading() as connection:
            return read_latest(connection)

    def record_screening(
        self,
        screening: Screening,
        findings: Sequence[Finding],
        verdict: Verdict,
        revision: int,
        *,
        unscreened: str = "",
    ) -> None:
        """A verdict, before it is shown; a later rise is the next revision.

        The document that was kept as `unscreened` (`data.journal.unscreened`) goes with it.
        """
        steps = [[finding.check, finding.state, finding.reason, round(finding.elapsed_ms, 1)] for finding in findings]
        self._append(
            JournalEvent(
                kind="screening",
                at=screening.at,
                person=screening.officer,
                outcome=verdict.value,
                detail=screening_detail(screening, findings),
                stream=Stream.CROSSINGS,
                report={"verdict": verdict, "direction": screening.direction, "lane": screening.lane, "steps": steps},
                screening=str(screening.id),
                revision=revision,
            ),
            lambda connection, start: self._remember(connection, screening, verdict, start, unscreened),
        )

    def record_decision(
        self,
        screening: Screening,
        decision: Decision,
        at: datetime,
        person: Actor,
        *,
        second: Actor | None = None,
        reason: str = "",
    ) -> None:
        """What the officer did; a slip is corrected by another one."""
        if not self._is_recorded(str(screening.id)):
            raise InputError(
                _("This screening is not in the journal"),
                means=_("The decision was not recorded."),
                do=_(
                    "Screen the traveller again. While the disk is full or read-only, write the decision down on paper"
                ),
            )
        self._append(
            decision_event(str(screening.id), decision, at, person, second, reason),
            lambda connection, start: self._settle(connection, screening, decision, second, start),
        )

    def record_list_changed(
        self, edition: Edition, at: datetime, person: str, *, removed: int, erased_upto: int
    ) -> None:
        """A list came to a new version, which `removed` so many rows.

        What versions up to `erased_upto` removed is not on the disk any more: said once, with the version that brought
        it about.
        """
        facts = {
            "list": edition.list,
            "version": edition.version,
            "as_of": edition.as_of,
            "count": edition.count,
            "removed": removed,
            "removals": "hidden" if removed and erased_upto < edition.version else "erased",
            "erased_upto": erased_upto,
        }
        self._append(
            JournalEvent(
                kind=LIST_CHANGED,
                at=at,
                person=person,
                outcome=f"{edition.list} {edition.version}",
                detail=facts,
                stream=Stream.RECEIPTS,
                report=facts,
            )
        )

    def record(
        self, kind: str, at: datetime, person: str, outcome: str, detail: dict[str, Any], screening: str | None = None
    ) -> None:
        """Any other act that has to be answered for: an opening under a condition, a drill, a wipe."""
        self._append(audit_event(kind, at, person, outcome, detail, screening))

    def record_within(
        self, connection: Connection, kind: str, at: datetime, person: str, outcome: str, detail: dict[str, Any]
    ) -> None:
        """The same; the caller holds the transaction."""
        self.enter(connection, audit_event(kind, at, person, outcome, detail))

    def sign_checkpoint(self, at: datetime, person: str, reason: "CheckpointReason") -> bool:
        """Sign where the audit chains stand; False where nothing came after the last checkpoint."""
        from data.journal.audit.checkpoints import sign_chains

        return self.write(lambda connection: sign_chains(connection, self, at, person, reason))

    def write(self, work: Callable[[Connection], _Result]) -> _Result:
        """Do `work` in one transaction. Where the disk is full it is done again, in the room that is kept for it."""
        try:
            try:
                result = self._write_once(work)
            except (Busy, Damaged):
                raise
            except StoreError as error:
                log_error(error)
                if not self._reserve.give_up():
                    raise
                result = self._write_once(work)
        except StoreError as error:
            self._problem = error
            raise
        self._problem = None
        return result

    def note_running(self, connection: Connection, at: datetime) -> KeptFrom:
        """The moment from which a row is kept that is written at `at`; the caller holds the transaction."""
        return note_running(connection, at, self._read_uptime(), self._read_witness().signed)

    def read_limits(self, connection: Connection, at: datetime, memory: timedelta) -> KeptLimits:
        """Which rows count at `at` that count for `memory`: all that are not certainly older, whatever a clock says."""
        return read_limits_at(connection, memory, at, self._read_uptime(), self._read_witness().signed)

    def read_running_age(self, connection: Connection, at: datetime) -> RunningAge:
        """What tells for how long the machine has run since a row was written."""
        uptime = self._read_uptime()
        return RunningAge(read_running(connection, at, uptime).ran_s, uptime.seconds)

    def note_lost_memory(self, connection: Connection, at: datetime) -> None:
        """Say from here on that travellers from before may be missing; the caller holds the transaction."""
        note_lost_memory(connection, at, self.note_running(connection, at))

    def read_lost_memory(self, at: datetime, memory: timedelta) -> datetime | None:
        """When it was noticed that travellers of the last `memory` before `at` may be missing; None if none is."""
        with self.reading() as connection:
            return read_lost_memory(connection, self.read_limits(connection, at, memory))

    def delete_expired_unscreened(self, now: datetime, person: str) -> int:
        """Delete documents that were not screened within `UNSCREENED_KEPT`, and say so; how many there were."""
        with self.writing() as connection:
            return self._delete_expired_unscreened(connection, now, person, self.note_running(connection, now))

    def count_unrecorded(self) -> None:
        """A verdict is shown without a journal; the first entry that can be written says how many were."""
        self._unrecorded.add()

    def read_state(self) -> JournalState:
        """Whether it takes entries, and how many verdicts were shown without it of which it has no entry yet."""
        entered, problem = self._read_entered()
        return JournalState(problem or self._problem, max(0, self._unrecorded.total() - entered))

    def _read_entered(self) -> tuple[int, StoreError | None]:
        """Of how many verdicts shown without it the journal has entries (or had), and why it cannot be read."""
        try:
            with self.reading() as connection:
                return read_entered(connection), None
        except StoreError as error:
            log_error(error)
            head = self._read_witness().journal
            return head.entered if head else 0, error

    def close(self) -> None:
        """Let go of the file, when no other thread is in it."""
        with self._lock:
            self._file.close()

    def _append(
        self, event: JournalEvent, write_more: Callable[[Connection, KeptFrom], None] = lambda *_: None
    ) -> None:
        def append(connection: Connection) -> None:
            self.enter(connection, event)
            write_more(connection, self.note_running(connection, event.at))

        self.write(append)

    def _write_once(self, work: Callable[[Connection], _Result]) -> _Result:
        with self.writing() as connection:
            return work(connection)

    def enter(self, connection: Connection, event: JournalEvent) -> None:
        """Write an event; the caller holds the transaction."""
        total = self._unrecorded.total()
        count = total - read_entered(connection) if total else 0
        if count > 0:
            self._write_event(connection, audit_event(UNRECORDED, event.at, "kit", str(count), {"count": count}))
            note_entered(connection, total)
        self._write_event(connection, event)

    def _write_event(self, connection: Connection, event: JournalEvent) -> None:
        event_id, salt = str(uuid4()), secrets.token_bytes(16)
        at = str(to_json_value(event.at))
        body = encode_canonical(event.detail)
        connection.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event_id, event.kind, at, event.person, event.screening, event.revision, event.outcome),
        )
        connection.execute("INSERT INTO detail VALUES (?, ?, ?)", (event_id, salt, pack_body(body)))
        chains.append_link(connection, self._chain, event, event_id, compute_commitment(salt, body))
        note_time(connection, event.at, self._read_witness())
        chains.append_entry(connection, event.stream, event.kind, {"event": event_id, "at": at, **event.report})

    def _remember(
        self, connection: Connection, screening: Screening, verdict: Verdict, start: KeptFrom, unscreened: str
    ) -> None:
        connection.execute("DELETE FROM unscreened WHERE id = ?", (unscreened,))
        append_sightings(connection, self.sightings_key, screening, start)
        is_desk = self._chain == DESK_CHAIN
        if is_desk:
            note_undecided(connection, screening, verdict, start)
        if screening.rests_on_typing:
            from data.journal.audit.typed_queries import note_typed_query

            note_typed_query(connection, self, screening, start, int(is_desk))
        memory = max(self.sightings_kept, SIGHTINGS_KEPT)
        limits = read_limits(connection, memory, start, self._read_witness().signed)
        for table in PASSING_TABLES:
            delete_expired(connection, table, limits)
        self._delete_expired_unscreened(connection, screening.at, screening.officer, start)

    def _delete_expired_unscreened(self, connection: Connection, now: datetime, person: str, start: KeptFrom) -> int:
        limits = read_limits(connection, UNSCREENED_KEPT, start, self._read_witness().signed)
        count = delete_expired(connection, "unscreened", limits)
        if count:
            self._write_event(connection, audit_event("unscreened_removed", now, person, str(count), {"count": count}))
        return count

    def _settle(
        self, connection: Connection, screening: Screening, decision: Decision, second: Actor | None, start: KeptFrom
    ) -> None:
        close_undecided(connection, self.sightings_key, screening, decision, second)
        note_recent_decision(connection, start)
        if decision is Decision.REFER:  # it is kept from now on, however long ago the screening was
            append_sightings(connection, self.sightings_key, screening, start)

    def _is_recorded(self, screening: str) -> bool:
        with self.reading() as connection:
            return is_recorded(connection, screening)


def _with_journal(head: JournalHead, latest: LatestTime | None, record: WitnessRecord) -> WitnessRecord:
    return record.with_journal(head, latest)
