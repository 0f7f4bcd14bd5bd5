"""The outbox as a sender sees it: what waits, what an acknowledgement means, and what may leave the kit.

- An entry leaves only when it was acknowledged and has been kept for some time after; the newest of a stream stays.
- What an acknowledgement means is decided by this journal's own chain and by when it was signed. One that fits no
  history of this journal means that the journal was put back from a copy: it begins a new incarnation, in which
  whatever is still here is sent again.
- An older acknowledgement changes nothing. One that is newer and says less means that headquarters lost something: the
  streams go back to where it stands.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4

from data.journal import chains
from data.journal.chains import Incarnation, Position, Stream
from data.journal.schema import unpack_body
from data.json_codec import to_json_value
from data.store import Connection

_ROWS_PER_TRANSACTION = 500
"""Rows a transaction, so that nobody waits for the journal's lock."""


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


def apply_acknowledgement(
    connection: Connection, incarnation: Incarnation, acknowledged: AcknowledgedHeads, at: datetime
) -> dict[Stream, AcknowledgementEffect]:
    """Act on an acknowledgement of this incarnation; what it meant for each stream."""
    effects = {}
    for stream in Stream:
        upto = acknowledged.heads.get(stream, chains.read_beginning(connection, incarnation, stream))
        effects[stream] = _apply_to_stream(connection, incarnation, _StreamHead(stream, upto, acknowledged.signed, at))
        if effects[stream] is AcknowledgementEffect.NEW_INCARNATION:
            return dict.fromkeys(Stream, AcknowledgementEffect.NEW_INCARNATION)
    return effects


def read_acknowledged(connection: Connection, incarnation: Incarnation, stream: Stream) -> Position:
    """Up to where headquarters holds the stream under this incarnation."""
    query = "SELECT seq, hash FROM acknowledged WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    row = connection.execute(query, (stream.value,)).fetchone()
    begins = chains.read_beginning(connection, incarnation, stream)
    return Position(row[0], bytes(row[1])) if row and row[0] > begins.seq else begins


def apply_foreign_acknowledgement(connection: Connection, incarnation: str, at: datetime) -> AcknowledgementEffect:
    """Act on an acknowledgement of another incarnation than the current one."""
    known = connection.execute(
        "SELECT 1 FROM life WHERE incarnation = ? UNION SELECT 1 FROM life_elsewhere WHERE incarnation = ?",
        (incarnation, incarnation),
    ).fetchone()
    if known:
        return AcknowledgementEffect.KNOWN
    connection.execute("INSERT INTO life_elsewhere VALUES (?)", (incarnation,))
    return begin_again(connection, at)


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


class Outbox:
    """A journal's outbox."""

    def __init__(self, journal: JournalTransactions) -> None:
        self._journal = journal

    def batch(self, stream: Stream, after: Position | None, most_bytes: int) -> OutboxBatch | None:
        """The next entries, of some `most_bytes`; None at the end. `after` defaults to what is acknowledged."""
        with self._journal.reading() as connection:
            incarnation = chains.read_incarnation(connection)
            start = after or read_acknowledged(connection, incarnation, stream)
            query = "SELECT seq, kind, body, hash FROM outbox WHERE stream = ? AND seq > ? ORDER BY seq"
            entries: list[OutboxEntry] = []
            size, end = 0, start
            for seq, kind, body, digest in connection.execute(query, (stream.value, start.seq)):
                body = unpack_body(bytes(body))
                size += len(body)
                if entries and size > most_bytes:
                    break
                entries.append(OutboxEntry(kind, body))
                end = Position(seq, bytes(digest))
            begins = chains.read_beginning(connection, incarnation, stream)
        return OutboxBatch(incarnation.id, stream, begins, start, tuple(entries), end) if entries else None

    def waiting(self) -> dict[Stream, int]:
        """How many entries of each stream headquarters has not acknowledged."""
        with self._journal.reading() as connection:
            incarnation = chains.read_incarnation(connection)
            return {
                stream: chains.read_head(connection, stream).seq
                - read_acknowledged(connection, incarnation, stream).seq
                for stream in Stream
            }

    def waiting_bytes(self) -> dict[Stream, int]:
        """How large what headquarters has not acknowledged of each stream is, before it is packed."""
        query = "SELECT body FROM outbox WHERE stream = ? AND seq > ?"
        with self._journal.reading() as connection:
            incarnation = chains.read_incarnation(connection)
            positions = {stream: read_acknowledged(connection, incarnation, stream) for stream in Stream}
            return {
                stream: sum(
                    len(unpack_body(bytes(body))) for (body,) in connection.execute(query, (stream, position.seq))
                )
                for stream, position in positions.items()
            }

    def take(self, acknowledged: AcknowledgedHeads, at: datetime) -> dict[Stream, AcknowledgementEffect]:
        """Act on a verified acknowledgement; what it meant for each stream."""
        with self._journal.writing() as connection:
            incarnation = chains.read_incarnation(connection)
            if acknowledged.incarnation != incarnation.id:
                return dict.fromkeys(Stream, apply_foreign_acknowledgement(connection, acknowledged.incarnation, at))
            return apply_acknowledgement(connection, incarnation, acknowledged, at)

    def report(self, stream: Stream, kind: str, at: datetime, facts: dict[str, Any]) -> None:
        """Enter something that is no event of the audit: how the kit is."""
        with self._journal.writing() as connection:
            chains.append_entry(connection, stream, kind, {"event": str(uuid4()), "at": at, **facts})

    def last(self, stream: Stream, kind: str) -> OutboxEntry | None:
        """The newest entry of a kind that is still here."""
        query = "SELECT body FROM outbox WHERE stream = ? AND kind = ? ORDER BY seq DESC LIMIT 1"
        with self._journal.reading() as connection:
            row = connection.execute(query, (stream.value, kind)).fetchone()
        return OutboxEntry(kind, unpack_body(bytes(row[0]))) if row else None

    def heads(self) -> dict[Stream, Position]:
        """The newest entry of each stream."""
        with self._journal.reading() as connection:
            return {stream: chains.read_head(connection, stream) for stream in Stream}

    def audit_heads(self) -> dict[str, Position]:
        """The newest link of each audit chain: headquarters remembers them, so that a cut chain shows."""
        with self._journal.reading() as connection:
            return chains.read_audit_heads(connection)

    def forget(self, acknowledged_before: datetime) -> int:
        """Remove entries that were acknowledged before then; how many."""
        return sum(self._forget(stream, str(to_json_value(acknowledged_before))) for stream in Stream)

    def _forget(self, stream: Stream, before: str) -> int:
        removed = 0
        while True:
            with self._journal.writing() as connection:
                query = "SELECT max(seq) FROM acknowledged WHERE stream = ? AND at < ?"
                upto = connection.execute(query, (stream.value, before)).fetchone()[0]
                if upto is None:
                    return removed
                last = min(upto, chains.read_head(connection, stream).seq - 1)
                first = "SELECT min(seq) FROM outbox WHERE stream = ?"
                oldest = connection.execute(first, (stream.value,)).fetchone()[0] or 0
                row = (stream.value, min(last, oldest + _ROWS_PER_TRANSACTION - 1))
                count = connection.execute("DELETE FROM outbox WHERE stream = ? AND seq <= ?", row).rowcount
                removed += count
                if not count:
                    connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq < ?", (stream.value, upto))
                    return removed


@dataclass(frozen=True, slots=True)
class _StreamHead:
    """What headquarters says of one stream, and when that was signed and received."""

    stream: Stream
    upto: Position
    signed: datetime
    received: datetime


def _apply_to_stream(connection: Connection, incarnation: Incarnation, head: _StreamHead) -> AcknowledgementEffect:
    acknowledged = read_acknowledged(connection, incarnation, head.stream)
    if head.upto.seq > acknowledged.seq:
        return _advance(connection, head)
    if head.upto == acknowledged or not _is_newer(connection, head):
        return AcknowledgementEffect.KNOWN
    return _go_back(connection, head)


def _is_newer(connection: Connection, head: _StreamHead) -> bool:
    query = "SELECT signed FROM acknowledged WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    newest = connection.execute(query, (head.stream.value,)).fetchone()
    return newest is not None and head.signed > datetime.fromisoformat(newest[0])


def read_hash_at(connection: Connection, stream: Stream, seq: int) -> bytes | None:
    """The hash of an entry, also when it has left and the one after it is still here."""
    row = connection.execute("SELECT hash FROM outbox WHERE stream = ? AND seq = ?", (stream.value, seq)).fetchone()
    query = "SELECT previous FROM outbox WHERE stream = ? AND seq = ?"
    row = row or connection.execute(query, (stream.value, seq + 1)).fetchone()
    return bytes(row[0]) if row else None


def _advance(connection: Connection, head: _StreamHead) -> AcknowledgementEffect:
    if read_hash_at(connection, head.stream, head.upto.seq) != head.upto.hash:
        return begin_again(connection, head.received)
    _save_acknowledged(connection, head)
    return AcknowledgementEffect.ADVANCED


def _go_back(connection: Connection, head: _StreamHead) -> AcknowledgementEffect:
    hash_here = read_hash_at(connection, head.stream, head.upto.seq)
    row = (head.stream.value, head.upto.seq)
    connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq >= ?", row)
    if hash_here == head.upto.hash:
        _save_acknowledged(connection, head)
        return AcknowledgementEffect.WENT_BACK
    # What it lacks has left this kit, or it remembers another history.
    return begin_again(connection, head.received)


def begin_again(connection: Connection, at: datetime) -> AcknowledgementEffect:
    """Start again with the oldest entry of each stream that is still here.

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


def _save_acknowledged(connection: Connection, head: _StreamHead) -> None:
    row = (
        head.stream.value,
        head.upto.seq,
        head.upto.hash,
        str(to_json_value(head.signed)),
        str(to_json_value(head.received)),
    )
    connection.execute("INSERT OR REPLACE INTO acknowledged VALUES (?, ?, ?, ?, ?)", row)
