"""The outbox as a sender sees it: what waits, what an acknowledgement means, and what may leave the kit.

- An entry leaves only when it was acknowledged and has been kept for some time after; the newest of a stream stays.
- What an acknowledgement means is decided by this journal's own chain and by when it was signed. One that fits no
  history of this journal means that the journal was put back from a copy: it begins a new incarnation, in which
  whatever is still here is sent again.
- An older acknowledgement changes nothing. One that is newer and says less means that headquarters lost something: the
  streams go back to where it stands.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4

from data.journal import chains
from data.journal.chains import Incarnation, Position, Stream
from data.json_codec import to_json_value
from data.store import Connection


@dataclass(frozen=True, slots=True)
class AcknowledgedHeads:
    """What headquarters says it holds, verified."""

    incarnation: str
    heads: Mapping[Stream, Position]
    """Up to where it holds each stream under this incarnation; one that is not named it never heard of."""
    signed: datetime


class AcknowledgementEffect(StrEnum):
    """What an acknowledgement meant."""

    ADVANCED = "advanced"
    KNOWN = "known"
    """It says nothing new."""
    WENT_BACK = "went back"
    """Headquarters lost something; it is sent again."""
    NEW_INCARNATION = "new life"
    """This journal was put back from a copy."""


@dataclass(frozen=True, slots=True)
class _StreamHead:
    """What headquarters says of one stream, and when that was signed and taken."""

    stream: Stream
    upto: Position
    signed: datetime
    taken: datetime


def apply_acknowledgement(
    connection: Connection, life: Incarnation, told: AcknowledgedHeads, at: datetime
) -> dict[Stream, AcknowledgementEffect]:
    """Act on an acknowledgement of this life; what it meant for each stream."""
    meant = {}
    for stream in Stream:
        upto = told.heads.get(stream, chains.read_beginning(connection, life, stream))
        meant[stream] = _apply_to_stream(connection, life, _StreamHead(stream, upto, told.signed, at))
        if meant[stream] is AcknowledgementEffect.NEW_INCARNATION:
            return dict.fromkeys(Stream, AcknowledgementEffect.NEW_INCARNATION)
    return meant


def read_acknowledged(connection: Connection, life: Incarnation, stream: Stream) -> Position:
    """Up to where headquarters holds the stream under this life's incarnation."""
    query = "SELECT seq, hash FROM acknowledged WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    found = connection.execute(query, (stream.value,)).fetchone()
    begins = chains.read_beginning(connection, life, stream)
    return Position(found[0], bytes(found[1])) if found and found[0] > begins.seq else begins


def _apply_to_stream(connection: Connection, life: Incarnation, told: _StreamHead) -> AcknowledgementEffect:
    known = read_acknowledged(connection, life, told.stream)
    if told.upto.seq > known.seq:
        return _advance(connection, told)
    if told.upto == known or not _is_newer(connection, told):
        return AcknowledgementEffect.KNOWN
    return _go_back(connection, told)


def _is_newer(connection: Connection, told: _StreamHead) -> bool:
    query = "SELECT signed FROM acknowledged WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    newest = connection.execute(query, (told.stream.value,)).fetchone()
    return newest is not None and told.signed > datetime.fromisoformat(newest[0])


def _hash_at(connection: Connection, stream: Stream, seq: int) -> bytes | None:
    """The hash of an entry, also when it has left and the one after it is still here."""
    row = connection.execute("SELECT hash FROM outbox WHERE stream = ? AND seq = ?", (stream.value, seq)).fetchone()
    query = "SELECT previous FROM outbox WHERE stream = ? AND seq = ?"
    row = row or connection.execute(query, (stream.value, seq + 1)).fetchone()
    return bytes(row[0]) if row else None


def _advance(connection: Connection, told: _StreamHead) -> AcknowledgementEffect:
    if _hash_at(connection, told.stream, told.upto.seq) != told.upto.hash:
        return _begin_incarnation(connection, told.taken)
    _save_acknowledged(connection, told)
    return AcknowledgementEffect.ADVANCED


def _go_back(connection: Connection, told: _StreamHead) -> AcknowledgementEffect:
    here = _hash_at(connection, told.stream, told.upto.seq)
    row = (told.stream.value, told.upto.seq)
    connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq >= ?", row)
    if here == told.upto.hash:
        _save_acknowledged(connection, told)
        return AcknowledgementEffect.WENT_BACK
    # What it lacks has left this kit, or it remembers another history.
    return _begin_incarnation(connection, told.taken)


def apply_foreign_acknowledgement(connection: Connection, incarnation: str, at: datetime) -> AcknowledgementEffect:
    """Act on an acknowledgement of another incarnation than the current one."""
    known = connection.execute(
        "SELECT 1 FROM life WHERE incarnation = ? UNION SELECT 1 FROM life_elsewhere WHERE incarnation = ?",
        (incarnation, incarnation),
    ).fetchone()
    if known:
        return AcknowledgementEffect.KNOWN
    connection.execute("INSERT INTO life_elsewhere VALUES (?)", (incarnation,))
    return _begin_incarnation(connection, at)


def _begin_incarnation(connection: Connection, at: datetime) -> AcknowledgementEffect:
    """Begin anew with the oldest entry of each stream that is still here.

    Headquarters knows events by their names, so what it has counts once; what it may have lost too comes to it again.
    """
    begins = {}
    for stream in Stream:
        query = "SELECT seq - 1, previous FROM outbox WHERE stream = ? ORDER BY seq LIMIT 1"
        oldest = connection.execute(query, (stream.value,)).fetchone()
        begins[stream] = Position(oldest[0], bytes(oldest[1])) if oldest else Position()
    connection.execute("DELETE FROM acknowledged")
    chains.begin_incarnation(connection, at, begins)
    return AcknowledgementEffect.NEW_INCARNATION


def _save_acknowledged(connection: Connection, told: _StreamHead) -> None:
    row = (
        told.stream.value,
        told.upto.seq,
        told.upto.hash,
        str(to_json_value(told.signed)),
        str(to_json_value(told.taken)),
    )
    connection.execute("INSERT OR REPLACE INTO acknowledged VALUES (?, ?, ?, ?, ?)", row)


_ROWS_PER_TRANSACTION = 500
"""Rows a transaction, so that nobody waits for the journal's lock."""


class JournalTransactions(Protocol):
    """What of a journal is needed here (`data.journal.journal.Journal`)."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent state."""

    def writing(self) -> AbstractContextManager[Connection]:
        """One transaction."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One entry on its way."""

    kind: str
    body: bytes
    """Canonical JSON."""


@dataclass(frozen=True, slots=True)
class OutboxBatch:
    """Entries of one stream that follow each other."""

    incarnation: str
    stream: Stream
    begins: Position
    """After which entry headquarters gets the stream under this incarnation."""
    after: Position
    """The entry before the first of `entries`."""
    entries: tuple[OutboxEntry, ...]
    end: Position
    """The last of `entries`."""


class JournalOutbox:
    """A journal's outbox."""

    def __init__(self, journal: JournalTransactions) -> None:
        self._journal = journal

    def batch(self, stream: Stream, after: Position | None, most_bytes: int) -> OutboxBatch | None:
        """The next entries, of some `most_bytes`; None at the end. `after` defaults to what is acknowledged."""
        with self._journal.reading() as connection:
            life = chains.read_incarnation(connection)
            start = after or read_acknowledged(connection, life, stream)
            query = "SELECT seq, kind, body, hash FROM outbox WHERE stream = ? AND seq > ? ORDER BY seq"
            entries: list[OutboxEntry] = []
            size, end = 0, start
            for seq, kind, body, digest in connection.execute(query, (stream.value, start.seq)):
                size += len(body)
                if entries and size > most_bytes:
                    break
                entries.append(OutboxEntry(kind, bytes(body)))
                end = Position(seq, bytes(digest))
            begins = chains.read_beginning(connection, life, stream)
        return OutboxBatch(life.incarnation, stream, begins, start, tuple(entries), end) if entries else None

    def waiting(self) -> dict[Stream, int]:
        """How many entries of each stream headquarters has not acknowledged."""
        with self._journal.reading() as connection:
            life = chains.read_incarnation(connection)
            return {
                stream: chains.read_head(connection, stream).seq - read_acknowledged(connection, life, stream).seq
                for stream in Stream
            }

    def waiting_bytes(self) -> dict[Stream, int]:
        """How large what headquarters has not acknowledged of each stream is, before it is packed."""
        query = "SELECT coalesce(sum(length(body)), 0) FROM outbox WHERE stream = ? AND seq > ?"
        with self._journal.reading() as connection:
            life = chains.read_incarnation(connection)
            rows = {stream: (stream.value, read_acknowledged(connection, life, stream).seq) for stream in Stream}
            return {stream: connection.execute(query, row).fetchone()[0] for stream, row in rows.items()}

    def take(self, told: AcknowledgedHeads, at: datetime) -> dict[Stream, AcknowledgementEffect]:
        """Act on a verified acknowledgement; what it meant for each stream."""
        with self._journal.writing() as connection:
            life = chains.read_incarnation(connection)
            if told.incarnation != life.incarnation:
                return dict.fromkeys(Stream, apply_foreign_acknowledgement(connection, told.incarnation, at))
            return apply_acknowledgement(connection, life, told, at)

    def report(self, stream: Stream, kind: str, at: datetime, facts: dict[str, Any]) -> None:
        """Enter something that is no event of the audit: how the kit is."""
        with self._journal.writing() as connection:
            chains.append_entry(connection, stream, kind, {"event": str(uuid4()), "at": at, **facts})

    def last(self, stream: Stream, kind: str) -> dict[str, Any] | None:
        """The newest entry of a kind that is still here."""
        query = "SELECT body FROM outbox WHERE stream = ? AND kind = ? ORDER BY seq DESC LIMIT 1"
        with self._journal.reading() as connection:
            found = connection.execute(query, (stream.value, kind)).fetchone()
        return dict(json.loads(found[0])) if found else None

    def audit_heads(self) -> dict[str, Position]:
        """The newest link of each audit chain: headquarters remembers them, so that a cut chain shows."""
        with self._journal.reading() as connection:
            return chains.read_audit_heads(connection)

    def forget(self, acknowledged_before: datetime) -> int:
        """Remove entries that were acknowledged before then; how many."""
        return sum(self._forget(stream, str(to_json_value(acknowledged_before))) for stream in Stream)

    def _forget(self, stream: Stream, before: str) -> int:
        gone = 0
        while True:
            with self._journal.writing() as connection:
                query = "SELECT max(seq) FROM acknowledged WHERE stream = ? AND at < ?"
                upto = connection.execute(query, (stream.value, before)).fetchone()[0]
                if upto is None:
                    return gone
                last = min(upto, chains.read_head(connection, stream).seq - 1)
                first = "SELECT min(seq) FROM outbox WHERE stream = ?"
                oldest = connection.execute(first, (stream.value,)).fetchone()[0] or 0
                done = min(last, oldest + _ROWS_PER_TRANSACTION - 1)
                row = (stream.value, done)
                count = connection.execute("DELETE FROM outbox WHERE stream = ? AND seq <= ?", row).rowcount
                gone += count
                if not count:
                    connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq < ?", (stream.value, upto))
                    return gone
