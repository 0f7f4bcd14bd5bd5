"""The outbox as a sender sees it: what waits, and what may leave the kit.

An entry leaves only when it was acknowledged and has been kept for some time after; the newest of a stream stays.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from data.journal import lives, outbox
from data.journal.acknowledged import Taken, Told, acknowledged, of_another_life, settle
from data.journal.outbox import Position, Stream
from data.plain import plain
from data.store import Connection

_FORGET_AT_ONCE = 500
"""Rows a transaction, so that nobody waits for the journal's lock."""


class Owner(Protocol):
    """What of a journal is needed here (`data.journal.journal.Journal`)."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent state."""

    def writing(self) -> AbstractContextManager[Connection]:
        """One transaction."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry on its way."""

    kind: str
    body: bytes
    """Canonical JSON."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of one stream that follow each other."""

    incarnation: str
    stream: Stream
    begins: Position
    """After which entry headquarters gets the stream under this incarnation."""
    after: Position
    """The entry before the first of `entries`."""
    entries: tuple[Entry, ...]
    end: Position
    """The last of `entries`."""


class Outgoing:
    """A journal's outbox."""

    def __init__(self, journal: Owner) -> None:
        self._journal = journal

    def batch(self, stream: Stream, after: Position | None, most_bytes: int) -> Batch | None:
        """The next entries, of some `most_bytes`; None at the end. `after` defaults to what is acknowledged."""
        with self._journal.reading() as connection:
            life = lives.current(connection)
            start = after or acknowledged(connection, life, stream)
            query = "SELECT seq, kind, body, hash FROM outbox WHERE stream = ? AND seq > ? ORDER BY seq"
            entries: list[Entry] = []
            size, end = 0, start
            for seq, kind, body, digest in connection.execute(query, (stream.value, start.seq)):
                size += len(body)
                if entries and size > most_bytes:
                    break
                entries.append(Entry(kind, bytes(body)))
                end = Position(seq, bytes(digest))
            begins = lives.began(connection, life, stream)
        return Batch(life.incarnation, stream, begins, start, tuple(entries), end) if entries else None

    def waiting(self) -> dict[Stream, int]:
        """How many entries of each stream headquarters has not acknowledged."""
        with self._journal.reading() as connection:
            life = lives.current(connection)
            return {
                stream: outbox.head(connection, stream).seq - acknowledged(connection, life, stream).seq
                for stream in Stream
            }

    def waiting_bytes(self) -> dict[Stream, int]:
        """How large what headquarters has not acknowledged of each stream is, before it is packed."""
        query = "SELECT coalesce(sum(length(body)), 0) FROM outbox WHERE stream = ? AND seq > ?"
        with self._journal.reading() as connection:
            life = lives.current(connection)
            rows = {stream: (stream.value, acknowledged(connection, life, stream).seq) for stream in Stream}
            return {stream: connection.execute(query, row).fetchone()[0] for stream, row in rows.items()}

    def take(self, told: Told, at: datetime) -> dict[Stream, Taken]:
        """Act on a verified acknowledgement; what it meant for each stream."""
        with self._journal.writing() as connection:
            life = lives.current(connection)
            if told.incarnation != life.incarnation:
                return dict.fromkeys(Stream, of_another_life(connection, told.incarnation, at))
            return settle(connection, life, told, at)

    def report(self, stream: Stream, kind: str, at: datetime, facts: dict[str, Any]) -> None:
        """Enter something that is no event of the audit: how the kit is."""
        with self._journal.writing() as connection:
            outbox.append(connection, stream, kind, {"event": str(uuid4()), "at": at, **facts})

    def last(self, stream: Stream, kind: str) -> dict[str, Any] | None:
        """The newest entry of a kind that is still here."""
        query = "SELECT body FROM outbox WHERE stream = ? AND kind = ? ORDER BY seq DESC LIMIT 1"
        with self._journal.reading() as connection:
            found = connection.execute(query, (stream.value, kind)).fetchone()
        return dict(json.loads(found[0])) if found else None

    def audit_heads(self) -> dict[str, Position]:
        """The newest link of each audit chain: headquarters remembers them, so that a cut chain shows."""
        with self._journal.reading() as connection:
            return lives.audit_heads(connection)

    def forget(self, acknowledged_before: datetime) -> int:
        """Remove entries that were acknowledged before then; how many."""
        return sum(self._forget(stream, str(plain(acknowledged_before))) for stream in Stream)

    def _forget(self, stream: Stream, before: str) -> int:
        gone = 0
        while True:
            with self._journal.writing() as connection:
                query = "SELECT max(seq) FROM acknowledged WHERE stream = ? AND at < ?"
                upto = connection.execute(query, (stream.value, before)).fetchone()[0]
                if upto is None:
                    return gone
                last = min(upto, outbox.head(connection, stream).seq - 1)
                first = "SELECT min(seq) FROM outbox WHERE stream = ?"
                oldest = connection.execute(first, (stream.value,)).fetchone()[0] or 0
                done = min(last, oldest + _FORGET_AT_ONCE - 1)
                row = (stream.value, done)
                count = connection.execute("DELETE FROM outbox WHERE stream = ? AND seq <= ?", row).rowcount
                gone += count
                if not count:
                    connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq < ?", (stream.value, upto))
                    return gone
