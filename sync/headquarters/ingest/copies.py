"""Finds two machines that work as one kit: one that was put back from a copy, and the one that it was copied from.

- The journal of a restored kit begins a new incarnation, so its entries contradict none of the other machine's. But one
  of its cases says when it was restored; it arrives before whatever follows. An incarnation that neither has this entry
  nor goes on from the restored one was left behind: what it reports with a later time comes from another machine, which
  goes on under the same name.
- An incarnation that was restored itself later, by an entry that the first one lacks, was left behind by nobody.
- Times are those of the kits' own clocks. What they wrote before the restoration may arrive whenever it likes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from data.journal.chains import KIT_RESTORED, MAX_ENTRY_BYTES, Position, Stream
from data.journal.outgoing import OutboxEntry
from data.json_codec import ZonedTime, decode_or_none
from sync.headquarters.store import report_tables

_streams, _entries = report_tables.streams, report_tables.entries

_PlacedEntry = tuple[OutboxEntry, Position]


@dataclass(frozen=True, slots=True)
class JournalPart:
    """Entries of one stream of one incarnation of a kit's journal, as they were stored now."""

    kit: str
    enrolment: str
    incarnation: str
    stream: Stream
    entries: Sequence[OutboxEntry]
    positions: Sequence[Position]


@dataclass(frozen=True, slots=True)
class RivalEntries:
    """What one machine wrote after the other was restored."""

    stream: int
    """Of the restored one."""
    entries: Sequence[OutboxEntry]
    positions: Sequence[Position]


@dataclass(frozen=True, slots=True)
class _Restoration:
    event: str
    at: datetime
    incarnations: frozenset[str]
    """Those that have it."""
    first: str
    """The one that reported it first."""


@dataclass(frozen=True, slots=True)
class _EntryFacts:
    at: ZonedTime


def find_rival_entries(connection: Connection, part: JournalPart) -> Iterator[RivalEntries]:
    """What `part` shows of a second machine: its own entries, or those of others that were here before."""
    of_kit = (_streams.c.kit == part.kit, _streams.c.enrolment == part.enrolment)
    if (connection.scalar(select(func.count(_streams.c.incarnation.distinct())).where(*of_kit)) or 0) < 2:
        return
    restorations = _read_restorations(connection, part)
    rows = connection.execute(select(_streams).where(*of_kit)).all()
    streams = {(row.incarnation, row.name): row for row in rows}
    for restoration in restorations:
        if restoration.first == part.incarnation:
            continue
        restored = streams.get((restoration.first, part.stream.value))
        own = streams[part.incarnation, part.stream.value]
        if restored and _is_left_behind(part.incarnation, restoration, restorations):
            later = _select_later(zip(part.entries, part.positions, strict=True), restoration.at)
            if later and not _goes_on_from(connection, own, restored, restoration.at):
                yield _rivals(restored.id, later)
    yield from _find_earlier_rivals(connection, part, streams, restorations)


def _find_earlier_rivals(
    connection: Connection,
    part: JournalPart,
    streams: Mapping[tuple[str, str], Row[Any]],
    restorations: Sequence[_Restoration],
) -> Iterator[RivalEntries]:
    """What was here of others when a restored kit first reports a stream."""
    own = streams[part.incarnation, part.stream.value]
    if part.positions[0].seq != own.begins + 1:
        return
    for restoration in restorations:
        if restoration.first != part.incarnation:
            continue
        for (incarnation, name), other in streams.items():
            if name == part.stream.value and _is_left_behind(incarnation, restoration, restorations):
                later = _read_newest_entries(connection, other.id, restoration.at)
                if later and not _goes_on_from(connection, other, own, restoration.at):
                    yield _rivals(own.id, later)


def _goes_on_from(connection: Connection, other: Row[Any], restored: Row[Any], at: datetime) -> bool:
    """Whether a stream contains, or begins after, what the restored kit wrote in its own: the chains are the same."""
    theirs = _entries.alias()
    query = select(theirs.c.body).join(_entries, (_entries.c.seq == theirs.c.seq) & (_entries.c.hash == theirs.c.hash))
    query = query.where(_entries.c.stream == other.id, theirs.c.stream == restored.id)
    begins = select(_entries.c.body).where(_entries.c.stream == restored.id, _entries.c.seq == other.begins)
    newest = connection.scalar(query.order_by(theirs.c.seq.desc()).limit(1))
    newest = newest or connection.scalar(begins.where(_entries.c.hash == other.begins_hash))
    return newest is not None and not _is_earlier(bytes(newest), at)


def _is_left_behind(incarnation: str, restoration: _Restoration, restorations: Iterable[_Restoration]) -> bool:
    """Whether nothing may come from this incarnation with a time after the restoration."""
    if incarnation in restoration.incarnations:
        return False
    return not any(
        incarnation in other.incarnations
        and other.at > restoration.at
        and restoration.incarnations.isdisjoint(other.incarnations)
        for other in restorations
    )


def _rivals(stream: int, later: Sequence[_PlacedEntry]) -> RivalEntries:
    return RivalEntries(stream, [entry for entry, _position in later], [position for _entry, position in later])


def _select_later(entries: Iterable[_PlacedEntry], at: datetime) -> list[_PlacedEntry]:
    return [(entry, position) for entry, position in entries if _is_later(entry.body, at)]


def _read_restorations(connection: Connection, part: JournalPart) -> list[_Restoration]:
    """Those of every incarnation, as they were first reported."""
    query = select(_streams.c.id, _streams.c.incarnation, _entries.c.event, _entries.c.body)
    query = query.join(_streams, _streams.c.id == _entries.c.stream).order_by(_streams.c.id, _entries.c.seq)
    here = (_streams.c.kit == part.kit, _streams.c.enrolment == part.enrolment, _streams.c.name == Stream.CASES.value)
    known: dict[str, _Restoration] = {}
    for row in connection.execute(query.where(*here, _entries.c.kind == KIT_RESTORED)):
        at = _time_of(bytes(row.body))
        if at is None or not row.event:
            continue
        before = known.get(row.event)
        others = before.incarnations if before else frozenset()
        first = before.first if before else row.incarnation
        known[row.event] = _Restoration(row.event, at, others | {row.incarnation}, first)
    return list(known.values())


def _read_newest_entries(connection: Connection, stream: int, at: datetime) -> list[_PlacedEntry]:
    """From the newest one back to the first that is not later than `at`, in their order."""
    query = select(_entries).where(_entries.c.stream == stream).order_by(_entries.c.seq.desc())
    newest: list[_PlacedEntry] = []
    for row in connection.execute(query):
        if not _is_later(bytes(row.body), at):
            break
        newest.append((OutboxEntry(row.kind, bytes(row.body)), Position(row.seq, bytes(row.hash))))
    return newest[::-1]


def _is_later(body: bytes, at: datetime) -> bool:
    time = _time_of(body)
    return time is not None and time > at


def _is_earlier(body: bytes, at: datetime) -> bool:
    time = _time_of(body)
    return time is None or time < at


def _time_of(body: bytes) -> datetime | None:
    facts = decode_or_none(_EntryFacts, body, most_bytes=MAX_ENTRY_BYTES)
    return facts.at if facts else None
