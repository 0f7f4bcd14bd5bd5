"""Takes in what kits report: verify, store, then acknowledge, however a segment arrived.

- Nothing is read before its size, its seal, its sender and its signature are right.
- What is here already is not stored again; a replay changes nothing and is acknowledged as before.
- After a gap nothing is stored: the acknowledgement says from where on the kit has to send.
- Another entry under a number that is taken contradicts the history here: it is kept apart and not acknowledged.
- What a kit writes after it was restored elsewhere contradicts the restored one (`settlement`).
- An event that comes again in a new incarnation of a journal is stored as a link of its chain and counts once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, Row, func, insert, select, update

from data.clock import read_system_time
from data.errors import TrustError
from data.journal.chains import Position, Stream
from data.journal.outgoing import OutboxBatch, OutboxEntry
from data.json_codec import decode_or_none, to_json_value
from data.text import _
from sync.formats.report_messages import (
    SEGMENT_PURPOSE,
    SEGMENT_TITLE,
    Acknowledgement,
    Segment,
    open_message,
    read_segment,
    seal_acknowledgement,
)
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.kit_reports import keep_newest_facts
from sync.headquarters.ingest.settlement import (
    JournalPart,
    Keys,
    find_rival_entries,
    known_keys,
    open_entries,
    settled_entries,
)
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.headquarters.store import report_tables
from sync.headquarters.store.kit_table import KitSigner, signer_of
from sync.limits import LIMITS

_streams, _entries, _conflicts = report_tables.streams, report_tables.entries, report_tables.conflicts
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """One stream as it is here."""

    id: int
    begins: Position
    head: Position
    """The last entry without a gap before it."""


def find_stream(connection: Connection, kit: str, enrolment: str, batch: OutboxBatch, now: datetime) -> StreamPosition:
    """The position of the stream of `batch`, which is recorded as seen now."""
    key = {"kit": kit, "enrolment": enrolment, "incarnation": batch.incarnation, "name": batch.stream.value}
    where = [_streams.c[name] == value for name, value in key.items()]
    at = str(to_json_value(now))
    row = connection.execute(select(_streams).where(*where)).one_or_none()
    if row is not None:
        connection.execute(update(_streams).where(_streams.c.id == row.id).values(last_seen=at))
        return _stream_position(row)
    first = {"begins": batch.begins.seq, "begins_hash": batch.begins.hash}
    head = {"seq": batch.begins.seq, "hash": batch.begins.hash, "ahead": 0}
    result = connection.execute(insert(_streams).values(**key, **first, **head, first_seen=at, last_seen=at))
    (number,) = result.inserted_primary_key or (0,)
    return StreamPosition(number, batch.begins, batch.begins)


def entry_hashes(connection: Connection, where: StreamPosition, first: int, last: int) -> dict[int, bytes]:
    """The hash of each entry from `first` to `last` that is here, and of the place where the stream begins."""
    span = _entries.c.seq.between(first, last)
    query = select(_entries.c.seq, _entries.c.hash).where(_entries.c.stream == where.id, span)
    return {where.begins.seq: where.begins.hash} | {seq: bytes(digest) for seq, digest in connection.execute(query)}


def add_entries(
    connection: Connection,
    where: StreamPosition,
    events: Sequence[str],
    again: Sequence[bool],
    entries: Sequence[OutboxEntry],
    positions: Sequence[Position],
) -> None:
    """Append entries to the stream, one `event`, `again` and position each."""
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


def note_gap(connection: Connection, where: StreamPosition, first: int) -> None:
    """Entries from `first` on arrived although some before them are missing."""
    connection.execute(update(_streams).where(_streams.c.id == where.id).values(ahead=first))


def keep_contradictions(
    connection: Connection,
    stream: int,
    entries: Sequence[OutboxEntry],
    positions: Sequence[Position],
    now: datetime,
    keys: Keys,
) -> int:
    """Keep entries that contradict a stream here, each once; how many were new. `keys` sign settlements."""
    still_open, settled = open_entries(connection, stream, keys), settled_entries(connection, stream, keys)
    known = still_open | settled
    at = str(to_json_value(now))
    fresh = [
        {"stream": stream, "seq": place.seq, "hash": place.hash, "kind": entry.kind, "body": entry.body, "at": at}
        for entry, place in zip(entries, positions, strict=True)
        if (place.seq, place.hash) not in known
    ][: max(0, LIMITS.conflicts - len(still_open))]
    if fresh:
        connection.execute(insert(_conflicts), fresh)
    return len(fresh)


def find_known_events(
    connection: Connection, kit: str, where: StreamPosition, stream: Stream, events: Sequence[str]
) -> set[str]:
    """Which of `events` another incarnation of the kit's journal already reported."""
    other = (_streams.c.kit == kit) & (_streams.c.name == stream.value) & (_streams.c.id != where.id)
    if not connection.scalar(select(func.count()).select_from(_streams).where(other)):
        return set()
    known: set[str] = set()
    for start in range(0, len(events), _ASKED_AT_ONCE):
        batch = [event for event in events[start : start + _ASKED_AT_ONCE] if event]
        query = select(_entries.c.event).join(_streams, _streams.c.id == _entries.c.stream)
        known |= set(connection.scalars(query.where(other, _entries.c.event.in_(batch))))
    return known


def stream_heads(connection: Connection, kit: str, enrolment: str, incarnation: str) -> dict[Stream, Position]:
    """Up to where each stream of one life of a kit's journal is here."""
    of_life = (_streams.c.kit == kit, _streams.c.enrolment == enrolment, _streams.c.incarnation == incarnation)
    return {
        Stream(row.name): _stream_position(row).head for row in connection.execute(select(_streams).where(*of_life))
    }


def newest_incarnation(connection: Connection, kit: str, enrolment: str) -> str | None:
    """The incarnation in which a kit began to report last; None for a kit that never did."""
    query = select(_streams.c.incarnation).where(_streams.c.kit == kit, _streams.c.enrolment == enrolment)
    return connection.scalar(query.order_by(_streams.c.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a segment."""

    kit: str
    signer: KitSigner
    batch: OutboxBatch
    stored: int
    """Entries that were new."""
    contradicting: int
    """Entries that are kept apart, new ones."""
    missing_from: int
    """The first entry that is missing before this segment; 0 for none."""
    acknowledgement: bytes
    """Sealed to the kit."""


class Ingest:
    """Accepts the reports of one headquarters' kits.

    result = Ingest(headquarters).take(segment)
    result.acknowledgement  # sealed, for the kit

    """

    def __init__(self, home: HeadquartersHome) -> None:
        self._home = home
        self._identity = home.mailbox.identity()
        envelope_signer(home)  # an error about the keys belongs before the first report

    def take(self, sealed: bytes, now: datetime | None = None) -> IngestResult:
        """Take in one sealed segment; what is acknowledged is on the disk.

        Raises:
            TrustError: it is not from an enrolled kit, or not what a kit of ours would send.
            Busy, StoreError: it could not be stored; nothing was acknowledged.
        """
        now = now or read_system_time()
        signer, segment = self._verify(sealed)
        with self._home.reports.transaction() as connection:
            taking = _SegmentIngest(connection, segment, now, partial(known_keys, self._home))
            taking.take()
            heads = stream_heads(connection, signer.kit, signer.enrolment, segment.batch.incarnation)
        answer = self._acknowledgement(signer, segment.batch.incarnation, heads, now)
        upto = heads[segment.batch.stream]
        missing = upto.seq + 1 if segment.batch.after.seq > upto.seq else 0
        return IngestResult(segment.kit, signer, segment.batch, taking.stored, taking.contradicting, missing, answer)

    def acknowledgement(self, signer: KitSigner, now: datetime | None = None) -> tuple[str, bytes] | None:
        """What is here of a kit's newest life: its incarnation and the sealed acknowledgement; None for nothing."""
        with self._home.reports.reading() as connection:
            incarnation = newest_incarnation(connection, signer.kit, signer.enrolment)
            if incarnation is None:
                return None
            heads = stream_heads(connection, signer.kit, signer.enrolment, incarnation)
        return incarnation, self._acknowledgement(signer, incarnation, heads, now or read_system_time())

    def _acknowledgement(
        self, signer: KitSigner, incarnation: str, heads: dict[Stream, Position], now: datetime
    ) -> bytes:
        expires = now + LIMITS.online_life
        acknowledgement = Acknowledgement(signer.kit, signer.enrolment, incarnation, heads, now, expires)
        return seal_acknowledgement(acknowledgement, envelope_signer(self._home), signer.recipient)

    def _verify(self, sealed: bytes) -> tuple[KitSigner, Segment]:
        senders: list[KitSigner] = []

        def known(public: bytes) -> bool:
            with self._home.store.reading() as connection:
                signer = signer_of(connection, public)
            senders.extend([signer] if signer else [])
            return signer is not None

        _sender, content = open_message(
            SEGMENT_PURPOSE, sealed, self._identity, most_bytes=LIMITS.segment_bytes, known=known, title=SEGMENT_TITLE
        )
        segment, signer = read_segment(content), senders[0]
        if (segment.kit, segment.enrolment) != (signer.kit, signer.enrolment):
            raise TrustError(_("{title}: it was signed by a kit other than the one it names", title=SEGMENT_TITLE))
        return signer, segment


def _stream_position(row: Row[tuple[object, ...]]) -> StreamPosition:
    begins, head = Position(row.begins, bytes(row.begins_hash)), Position(row.seq, bytes(row.hash))
    return StreamPosition(row.id, begins, head)


class _SegmentIngest:
    """One segment, inside one transaction."""

    def __init__(self, connection: Connection, segment: Segment, now: datetime, keys: Callable[[], Keys]) -> None:
        self._connection = connection
        self._keys = keys
        self._kit, self._enrolment = segment.kit, segment.enrolment
        self._batch = segment.batch
        self._positions = segment.positions
        self._now = now
        self._where = find_stream(connection, segment.kit, segment.enrolment, segment.batch, now)
        self.stored = 0
        self.contradicting = 0

    def take(self) -> None:
        batch, where = self._batch, self._where
        if batch.after.seq > where.head.seq:
            note_gap(self._connection, where, batch.after.seq + 1)
            return
        positions = self._positions
        other = self._first_contradiction((batch.after, *positions))
        if other is not None:
            start = max(0, other - 1)
            entries, places = batch.entries[start:], positions[start:]
            keys = self._keys()
            self.contradicting = keep_contradictions(self._connection, where.id, entries, places, self._now, keys)
            return
        new = where.head.seq - batch.after.seq
        if new < len(positions):
            self._store(new, positions)

    def _first_contradiction(self, positions: tuple[Position, ...]) -> int | None:
        """The index of the first of `positions` that is here with another hash."""
        first, last = positions[0].seq, min(positions[-1].seq, self._where.head.seq)
        here = entry_hashes(self._connection, self._where, first, last)
        for index, position in enumerate(positions):
            if here.get(position.seq, position.hash) != position.hash:
                return index
        return None

    def _store(self, new: int, positions: tuple[Position, ...]) -> None:
        entries = self._batch.entries[new:]
        events = [_event(entry.body) for entry in entries]
        known = find_known_events(self._connection, self._kit, self._where, self._batch.stream, events)
        again = [event in known for event in events]
        add_entries(self._connection, self._where, events, again, entries, positions[new:])
        first = [entry for entry, repeated in zip(entries, again, strict=True) if not repeated]
        keep_newest_facts(self._connection, self._kit, first)
        self.stored = len(entries)
        self._keep_rivals(entries, positions[new:])

    def _keep_rivals(self, entries: Sequence[OutboxEntry], positions: Sequence[Position]) -> None:
        """They are stored as this incarnation's own; a person at headquarters has to say which machine is the kit."""
        batch = self._batch
        part = JournalPart(self._kit, self._enrolment, batch.incarnation, batch.stream, entries, positions)
        for rivals in find_rival_entries(self._connection, part):
            self.contradicting += keep_contradictions(
                self._connection, rivals.stream, rivals.entries, rivals.positions, self._now, self._keys()
            )


@dataclass(frozen=True, slots=True)
class _NamedEvent:
    event: Annotated[str, Field(max_length=64)]


def _event(body: bytes) -> str:
    """The event that an entry is about; empty when it names none."""
    named = decode_or_none(_NamedEvent, body)
    return named.event if named else ""
