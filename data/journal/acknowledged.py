"""What an acknowledgement means for this journal, decided by its own chain and by when it was signed.

- One that fits no history of this journal means that the journal was put back from a copy: it begins a new life, in
  which whatever is still here is sent again.
- An older acknowledgement changes nothing. One that is newer and says less means that headquarters lost something: the
  streams go back to where it stands.

The caller holds the transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.journal import lives
from data.journal.lives import Life
from data.journal.outbox import Position, Stream
from data.plain import plain
from data.store import Connection


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


def settle(connection: Connection, life: Life, told: Told, at: datetime) -> dict[Stream, Taken]:
    """Act on an acknowledgement of this life; what it meant for each stream."""
    meant = {}
    for stream in Stream:
        upto = told.heads.get(stream, lives.began(connection, life, stream))
        meant[stream] = _take_stream(connection, life, _Head(stream, upto, told.signed, at))
        if meant[stream] is Taken.NEW_LIFE:
            return dict.fromkeys(Stream, Taken.NEW_LIFE)
    return meant


def acknowledged(connection: Connection, life: Life, stream: Stream) -> Position:
    """Up to where headquarters holds the stream under this life's incarnation."""
    query = "SELECT seq, hash FROM acknowledged WHERE stream = ? ORDER BY seq DESC LIMIT 1"
    found = connection.execute(query, (stream.value,)).fetchone()
    begins = lives.began(connection, life, stream)
    return Position(found[0], bytes(found[1])) if found and found[0] > begins.seq else begins


def _take_stream(connection: Connection, life: Life, told: _Head) -> Taken:
    known = acknowledged(connection, life, told.stream)
    if told.upto.seq > known.seq:
        return _further(connection, told)
    if told.upto == known or not _is_news(connection, told):
        return Taken.KNOWN
    return _back(connection, told)


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


def _further(connection: Connection, told: _Head) -> Taken:
    if _hash_at(connection, told.stream, told.upto.seq) != told.upto.hash:
        return _new_life(connection, told.taken)
    _note(connection, told)
    return Taken.ADVANCED


def _back(connection: Connection, told: _Head) -> Taken:
    here = _hash_at(connection, told.stream, told.upto.seq)
    row = (told.stream.value, told.upto.seq)
    connection.execute("DELETE FROM acknowledged WHERE stream = ? AND seq >= ?", row)
    if here == told.upto.hash:
        _note(connection, told)
        return Taken.WENT_BACK
    # What it lacks has left this kit, or it remembers another history.
    return _new_life(connection, told.taken)


def of_another_life(connection: Connection, incarnation: str, at: datetime) -> Taken:
    """Act on an acknowledgement of another incarnation than the current one."""
    known = connection.execute(
        "SELECT 1 FROM life WHERE incarnation = ? UNION SELECT 1 FROM life_elsewhere WHERE incarnation = ?",
        (incarnation, incarnation),
    ).fetchone()
    if known:
        return Taken.KNOWN
    connection.execute("INSERT INTO life_elsewhere VALUES (?)", (incarnation,))
    return _new_life(connection, at)


def _new_life(connection: Connection, at: datetime) -> Taken:
    """Begin anew with the oldest entry of each stream that is still here.

    Headquarters knows events by their names, so what it has counts once; what it may have lost too comes to it again.
    """
    begins = {}
    for stream in Stream:
        query = "SELECT seq - 1, previous FROM outbox WHERE stream = ? ORDER BY seq LIMIT 1"
        oldest = connection.execute(query, (stream.value,)).fetchone()
        begins[stream] = Position(oldest[0], bytes(oldest[1])) if oldest else Position()
    connection.execute("DELETE FROM acknowledged")
    lives.renew(connection, at, begins)
    return Taken.NEW_LIFE


def _note(connection: Connection, told: _Head) -> None:
    row = (told.stream.value, told.upto.seq, told.upto.hash, str(plain(told.signed)), str(plain(told.taken)))
    connection.execute("INSERT OR REPLACE INTO acknowledged VALUES (?, ?, ?, ?, ?)", row)
