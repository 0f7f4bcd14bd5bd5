"""The outbox as a sender sees it: what waits, what headquarters has acknowledged, what may leave the kit.

- An entry leaves only when it was acknowledged and has been kept for some time after; the newest of a stream stays.
- An acknowledgement that fits no history of this journal means that the journal was put back from a copy: it
  begins a new life, in which whatever is not known to be acknowledged is sent again.
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

from data.journal import lives, outbox
from data.journal.lives import Life
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


@dataclass(frozen=True, slots=True)
class Told:
    """What headquarters says it holds, verified."""

    incarnation: str
    heads: Mapping[Stream, Position]
    """Up to where it holds each stream under this incarnation; one that is not named it never heard of."""
    signed: datetime


class Taken(StrEnum):
    """What an acknowledgement meant."""

    ADVANCED = "advanced"
    KNOWN = "known"
    """It says nothing new."""
    WENT_BACK = "went back"
    """Headquarters lost something; it is sent again."""
    NEW_LIFE = "new life"
    """This journal was put back from a copy."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What headquarters says of one stream, and when that was signed and taken."""

    stream: Stream
    upto: Position
    signed: datetime
    taken: datetime


class Outgoing:
    """A journal's outbox."""

    def __init__(self, journal: Owner) -> None:
        self._journal = journal

    def batch(self, stream: Stream, after: Position | None, most_bytes: int) -> Batch | None:
        """The next entries, of some `most_bytes`; None at the end. `after` defaults to what is acknowledged."""
        with self._journal.reading() as connection:
            life = lives.current(connection)
            start = after or _acknowledged(connection, life, stream)
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
                stream: outbox.head(connection, stream).seq - _acknowledged(connection, life, stream).seq
                for stream in Stream
            }

    def take(self, told: Told, at: datetime) -> dict[Stream, Taken]:
        """Act on a verified acknowledgement; what it meant for each stream."""
        with self._journal.writing() as connection:
            life = lives.current(connection)
            if told.incarnation != life.incarnation:
                return dict.fromkeys(Stream, _of_another_life(connection, told.incarnation, at))
            meant = {}
            for stream in Stream:
                upto = told.heads.get(stream, lives.began(connection, life, stream))
                meant[stream] = _take_stream(connection, life, _Head(stream, upto, told.signed, at))
                if meant[stream] is Taken.NEW_LIFE:
                    return dict.fromkeys(Stream, Taken.NEW_LIFE)
            return meant

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


def _acknowledged(connection: Connection, life: Life, stream: Stream) -> Position:
    """Up to where headquarters holds the stream under this life's incarnation."""
    query = "SELECT seq, hash FROM acknowledged WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    found = connection.execute(query, (stream.value,)).fetchone()
    begins = lives.began(connection, life, stream)
    return Position(found[0], bytes(found[1])) if found and found[0] > begins.seq else begins


def _take_stream(connection: Connection, life: Life, told: _Head) -> Taken:
    acknowledged = _acknowledged(connection, life, told.stream)
    if told.upto.seq > acknowledged.seq:
        return _further(connection, life, told)
    if told.upto == acknowledged or not _is_news(connection, told):
        return Taken.KNOWN
    return _back(connection, life, told)


def _is_news(connection: Connection, told: _Head) -> bool:
    query = "SELECT signed FROM acknowledged WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    newest = connection.execute(query, (told.stream.value,)).fetchone()
    return newest is not None and told.signed > datetime.fromisoformat(newest[0])


def _hash_at(connection: Connection, stream: Stream, seq: int) -> bytes | None:
    """The hash of an entry, also when it has left and the one after it is still here."""
    row = connection.execute("SELECT hash FROM outbox WHERE stream = ? AND seq = ?", (stream.value, seq)).fetchone()
    query = "SELECT previous FROM outbox WHERE stream = ? AND seq = ?"
    row = row or connection.execute(query, (stream.value, seq + 1)).fetchone()
    return bytes(row[0]) if row else None


def _further(connection: Connection, life: Life, told: _Head) -> Taken:
    if _hash_at(connection, told.stream, told.upto.seq) != told.upto.hash:
        return _new_life(connection, life, told.taken)
    _note(connection, told)
    return Taken.ADVANCED


def _back(connection: Connection, life: Life, told: _Head) -> Taken:
    here = _hash_at(connection, told.stream, told.upto.seq)
    row = (told.stream.value, told.upto.seq)
    connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq >= ?", row)
    if here == told.upto.hash:
        _note(connection, told)
        return Taken.WENT_BACK
    # What it lacks has left this kit, or it remembers another history: it gets all there is, under a new incarnation.
    query = "SELECT seq - 1, previous FROM outbox WHERE stream = ? ORDER BY seq LIMIT 1"
    oldest = connection.execute(query, (told.stream.value,)).fetchone()
    begins = {told.stream: Position(oldest[0], bytes(oldest[1]))} if oldest else {}
    return _new_life(connection, life, told.taken, begins)


def _of_another_life(connection: Connection, incarnation: str, at: datetime) -> Taken:
    known = connection.execute(
        "SELECT 1 FROM life WHERE incarnation = ? UNION SELECT 1 FROM life_elsewhere WHERE incarnation = ?",
        (incarnation, incarnation),
    ).fetchone()
    if known:
        return Taken.KNOWN
    connection.execute("INSERT INTO life_elsewhere VALUES (?)", (incarnation,))
    return _new_life(connection, lives.current(connection), at)


def _new_life(
    connection: Connection, life: Life, at: datetime, begins: Mapping[Stream, Position] | None = None
) -> Taken:
    where = {stream: _acknowledged(connection, life, stream) for stream in Stream} | dict(begins or {})
    for stream, begin in where.items():
        row = (stream.value, begin.seq)
        connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq > ?", row)
    lives.renew(connection, at, where)
    return Taken.NEW_LIFE


def _note(connection: Connection, told: _Head) -> None:
    row = (told.stream.value, told.upto.seq, told.upto.hash, str(plain(told.signed)), str(plain(told.taken)))
    connection.execute("INSERT OR REPLACE INTO acknowledged VALUES (?, ?, ?, ?, ?)", row)
