"""Where a kit's streams stand here, and putting entries behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from data.journal.outbox import Position, Stream
from data.journal.outgoing import Batch, Entry
from data.plain import plain
from sync.headquarters.reports import report_tables as tables
from sync.headquarters.reports.settlement import Keys, open_entries, settled_entries
from sync.limits import LIMITS

_streams, _entries, _conflicts = tables.streams, tables.entries, tables.conflicts
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """One stream as it is here."""

    id: int
    begins: Position
    head: Position
    """The last entry without a gap before it."""


def standing(connection: Connection, kit: str, enrolment: str, batch: Batch, now: datetime) -> Standing:
    """Where the stream of `batch` stands; noted as one that was heard of now."""
    key = {"kit": kit, "enrolment": enrolment, "incarnation": batch.incarnation, "name": batch.stream.value}
    where = [_streams.c[name] == value for name, value in key.items()]
    at = str(plain(now))
    found = connection.execute(select(_streams).where(*where)).one_or_none()
    if found is not None:
        connection.execute(update(_streams).where(_streams.c.id == found.id).values(last_seen=at))
        return _standing(found)
    first = {"begins": batch.begins.seq, "begins_hash": batch.begins.hash}
    head = {"seq": batch.begins.seq, "hash": batch.begins.hash, "ahead": 0}
    made = connection.execute(insert(_streams).values(**key, **first, **head, first_seen=at, last_seen=at))
    (number,) = made.inserted_primary_key or (0,)
    return Standing(number, batch.begins, batch.begins)


def hashes(connection: Connection, where: Standing, first: int, last: int) -> dict[int, bytes]:
    """The hash of each entry from `first` to `last` that is here, and of the place where the stream begins."""
    span = _entries.c.seq.between(first, last)
    query = select(_entries.c.seq, _entries.c.hash).where(_entries.c.stream == where.id, span)
    return {where.begins.seq: where.begins.hash} | {seq: bytes(digest) for seq, digest in connection.execute(query)}


def add(
    connection: Connection,
    where: Standing,
    events: Sequence[str],
    again: Sequence[bool],
    entries: Sequence[Entry],
    positions: Sequence[Position],
) -> None:
    """Put entries behind the stream, one `event`, `again` and position each."""
    connection.execute(
        insert(_entries),
        [
            {
                "stream": where.id,
                "seq": position.seq,
                "kind": entry.kind,
                "event": event,
                "again": repeated,
                "body": entry.body,
                "hash": position.hash,
            }
            for entry, position, event, repeated in zip(entries, positions, events, again, strict=True)
        ],
    )
    head = {"seq": positions[-1].seq, "hash": positions[-1].hash, "ahead": 0}
    connection.execute(update(_streams).where(_streams.c.id == where.id).values(**head))


def note_gap(connection: Connection, where: Standing, first: int) -> None:
    """Entries from `first` on came though some before them are missing."""
    connection.execute(update(_streams).where(_streams.c.id == where.id).values(ahead=first))


def put_apart(
    connection: Connection,
    where: Standing,
    entries: Sequence[Entry],
    positions: Sequence[Position],
    now: datetime,
    keys: Keys,
) -> int:
    """Keep entries that contradict the history here, each once; how many were new. `keys` sign settlements."""
    still_open, settled = open_entries(connection, where.id, keys), settled_entries(connection, where.id, keys)
    known = still_open | settled
    at = str(plain(now))
    fresh = [
        {"stream": where.id, "seq": place.seq, "hash": place.hash, "kind": entry.kind, "body": entry.body, "at": at}
        for entry, place in zip(entries, positions, strict=True)
        if (place.seq, place.hash) not in known
    ][: max(0, LIMITS.conflicts - len(still_open))]
    if fresh:
        connection.execute(insert(_conflicts), fresh)
    return len(fresh)


def known_events(connection: Connection, kit: str, where: Standing, stream: Stream, events: Sequence[str]) -> set[str]:
    """Which of `events` came already in another life of the kit's journal."""
    other = (_streams.c.kit == kit) & (_streams.c.name == stream.value) & (_streams.c.id != where.id)
    if not connection.scalar(select(func.count()).select_from(_streams).where(other)):
        return set()
    known: set[str] = set()
    for start in range(0, len(events), _ASKED_AT_ONCE):
        asked = [event for event in events[start : start + _ASKED_AT_ONCE] if event]
        query = select(_entries.c.event).join(_streams, _streams.c.id == _entries.c.stream)
        known |= set(connection.scalars(query.where(other, _entries.c.event.in_(asked))))
    return known


def heads(connection: Connection, kit: str, enrolment: str, incarnation: str) -> dict[Stream, Position]:
    """Up to where each stream of one life of a kit's journal is here."""
    of_life = (_streams.c.kit == kit, _streams.c.enrolment == enrolment, _streams.c.incarnation == incarnation)
    return {Stream(row.name): _standing(row).head for row in connection.execute(select(_streams).where(*of_life))}


def newest_life(connection: Connection, kit: str, enrolment: str) -> str | None:
    """The incarnation in which a kit began to report last; None for a kit that never did."""
    query = select(_streams.c.incarnation).where(_streams.c.kit == kit, _streams.c.enrolment == enrolment)
    return connection.scalar(query.order_by(_streams.c.id.desc()).limit(1))


def _standing(row: Row[tuple[object, ...]]) -> Standing:
    begins, head = Position(row.begins, bytes(row.begins_hash)), Position(row.seq, bytes(row.hash))
    return Standing(row.id, begins, head)
