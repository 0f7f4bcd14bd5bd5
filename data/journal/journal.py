"""Writing the journal: one transaction an event.

A commit that returned is on the disk (WAL, synchronous FULL); a commit that failed changed nothing.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import uuid4

from data import store
from data.errors import InputError
from data.findings import Finding, Verdict
from data.journal import chain, lives, outbox, sightings
from data.journal.chain import Link, commitment
from data.journal.outbox import Stream
from data.journal.schema import SCHEMA
from data.keys import StoreKey
from data.lists.edition import Edition
from data.migration import migrate
from data.plain import canonical, plain
from data.screenings import Decision, Screening

FILE_NAME = "journal.db"


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be remembered: what happened, who did it, what of it may leave the kit."""

    kind: str
    at: datetime
    person: str
    outcome: str
    detail: dict[str, Any]
    stream: Stream
    report: dict[str, Any]
    """For headquarters, without personal data."""
    screening: str | None = None
    revision: int | None = None


class Journal:
    """The kit's memory. `chain_name` says which kind of process writes: desk, courier, check, technician."""

    def __init__(self, path: Path, key: StoreKey, chain_name: str) -> None:
        self._path = path
        self._chain = chain_name
        self.sightings_key = key.derive("journal:sightings")
        self._lock = RLock()  # screenings are recorded from worker threads
        self._connection = store.connect(path, key.derive("journal"))
        migrate(self._connection, SCHEMA)

    @property
    def incarnation(self) -> str:
        """Of the life in which this journal is written now; another process may have begun a new one."""
        with self.reading() as connection:
            return lives.current(connection).incarnation

    @contextmanager
    def reading(self) -> Iterator[store.Connection]:
        """One consistent state for the journal's readers (`verify`, `history`)."""
        with self._lock, store.translated(self._path), store.reading(self._connection):
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[store.Connection]:
        """One transaction for the journal's other writers (`outgoing`)."""
        with self._lock, store.translated(self._path), store.transaction(self._connection):
            yield self._connection

    def record_screening(
        self, screening: Screening, findings: Sequence[Finding], verdict: Verdict, revision: int
    ) -> None:
        """A verdict, before it is shown; a later rise is the next revision."""
        steps = [[finding.check, finding.state, finding.reason, round(finding.elapsed_ms, 1)] for finding in findings]
        self._append(
            Event(
                kind="screening",
                at=screening.at,
                person=screening.officer,
                outcome=verdict.value,
                detail={"screening": screening, "findings": findings},
                stream=Stream.CROSSINGS,
                report={"verdict": verdict, "direction": screening.direction, "lane": screening.lane, "steps": steps},
                screening=str(screening.id),
                revision=revision,
            ),
            lambda connection: sightings.append(connection, self.sightings_key, screening),
        )

    def record_decision(
        self, screening: Screening, decision: Decision, at: datetime, person: str, *, second: str = "", reason: str = ""
    ) -> None:
        """What the officer did; a slip is corrected by another one."""
        if not self._known(str(screening.id)):
            raise InputError("This screening is not in the journal", do="Screen the traveller again")
        self._append(
            Event(
                kind="decision",
                at=at,
                person=person,
                outcome=decision.value,
                detail={"second": second, "reason": reason},
                stream=Stream.CROSSINGS,
                report={"decision": decision, "screening": str(screening.id), "second_person": bool(second)},
                screening=str(screening.id),
            )
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
            Event(
                kind="list_changed",
                at=at,
                person=person,
                outcome=f"{edition.list} {edition.version}",
                detail=facts,
                stream=Stream.RECEIPTS,
                report=facts,
            )
        )

    def record(self, kind: str, at: datetime, person: str, outcome: str, detail: dict[str, Any]) -> None:
        """Any other act that has to be answered for: an opening under a condition, a drill, a wipe."""
        self._append(Event(kind, at, person, outcome, detail, Stream.AUDIT, {"kind": kind, "outcome": outcome}))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _append(self, event: Event, also: Callable[[store.Connection], None] = lambda connection: None) -> None:
        event_id, salt = str(uuid4()), secrets.token_bytes(16)
        at = str(plain(event.at))
        body = canonical(event.detail)
        with self.writing():
            self._connection.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
                (event_id, event.kind, at, event.person, event.screening, event.revision, event.outcome),
            )
            self._connection.execute("INSERT INTO detail VALUES (?, ?, ?)", (event_id, salt, body))
            self._chain_on(event, event_id, at, commitment(salt, body))
            outbox.append(self._connection, event.stream, event.kind, {"event": event_id, "at": at, **event.report})
            also(self._connection)

    def _chain_on(self, event: Event, event_id: str, at: str, committed: bytes) -> None:
        head = self._connection.execute(
            "SELECT seq, hash FROM link WHERE chain = ? ORDER BY seq DESC LIMIT 1", (self._chain,)
        ).fetchone()
        seq, previous = (head[0] + 1, bytes(head[1])) if head else (1, chain.START)
        link = Link(self._chain, seq, at, event.person, event.kind, event_id, event.outcome, committed, previous)
        self._connection.execute(
            "INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                link.chain, link.seq, link.at, link.person, link.action, link.event, link.outcome,
                link.commitment, link.previous, link.hash(lives.current(self._connection).incarnation),
            ),
        )  # fmt: skip

    def _known(self, screening: str) -> bool:
        with self._lock, store.translated(self._path):
            found = self._connection.execute("SELECT 1 FROM event WHERE screening = ? LIMIT 1", (screening,)).fetchone()
        return found is not None
