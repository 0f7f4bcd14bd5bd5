"""Takes in what kits report: verify, store, then acknowledge, whatever way a segment came.

- Nothing is read before its size, its seal, its sender and its signature are right.
- What is here already is not stored again; a replay changes nothing and is acknowledged as before.
- After a gap nothing is stored: the acknowledgement says from where on the kit has to send.
- Another entry under a number that is taken contradicts the history here: it is kept apart and not acknowledged.
- An event that comes again in a new life of a journal is stored as a link of its chain and counts once.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from data.clock import system_time
from data.errors import TrustError
from data.journal.outbox import Position, Stream
from data.journal.outgoing import Batch
from sync.formats.signed_box import unseal
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.headquarters.reports import ingest_table
from sync.headquarters.reports.receipts import keep_newest
from sync.headquarters.reports.settlement import Keys, known_keys
from sync.headquarters.store.kit_signers import Signer, signer_of
from sync.limits import LIMITS
from sync.uplink.acknowledgement import Acknowledgement, sealed_acknowledgement
from sync.uplink.segment import PURPOSE, WHAT, Segment, segment_from


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a segment."""

    kit: str
    signer: Signer
    batch: Batch
    stored: int
    """Entries that were new."""
    contradicting: int
    """Entries that are kept apart, new ones."""
    missing_from: int
    """The first entry that is missing before this segment; 0 for none."""
    acknowledgement: bytes
    """Sealed to the kit."""


class Ingest:
    """The taking-in of one headquarters."""

    def __init__(self, home: HeadquartersHome) -> None:
        self._home = home
        self._identity = home.mailbox.identity()
        envelope_signer(home)  # an error about the keys belongs before the first report

    def take(self, sealed: bytes, now: datetime | None = None) -> Ingested:
        """Take in one sealed segment; what is acknowledged is on the disk.

        Raises:
            TrustError: it is not from an enrolled kit, or not what a kit of ours would send.
            Busy, StoreError: it could not be stored; nothing was acknowledged.
        """
        now = now or system_time()
        signer, segment = self._verified(sealed)
        with self._home.reports.transaction() as connection:
            taking = _Taking(connection, segment, now, partial(known_keys, self._home))
            taking.take()
            heads = ingest_table.heads(connection, signer.kit, signer.enrolment, segment.batch.incarnation)
        answer = self._acknowledgement(signer, segment.batch.incarnation, heads, now)
        upto = heads[segment.batch.stream]
        missing = upto.seq + 1 if segment.batch.after.seq > upto.seq else 0
        return Ingested(segment.kit, signer, segment.batch, taking.stored, taking.contradicting, missing, answer)

    def acknowledgement(self, signer: Signer, now: datetime | None = None) -> tuple[str, bytes] | None:
        """What is here of a kit's newest life: its incarnation and the sealed acknowledgement; None for nothing."""
        with self._home.reports.reading() as connection:
            incarnation = ingest_table.newest_life(connection, signer.kit, signer.enrolment)
            if incarnation is None:
                return None
            heads = ingest_table.heads(connection, signer.kit, signer.enrolment, incarnation)
        return incarnation, self._acknowledgement(signer, incarnation, heads, now or system_time())

    def _acknowledgement(self, signer: Signer, incarnation: str, heads: dict[Stream, Position], now: datetime) -> bytes:
        expires = now + LIMITS.online_life
        said = Acknowledgement(signer.kit, signer.enrolment, incarnation, heads, now, expires)
        return sealed_acknowledgement(said, envelope_signer(self._home), signer.recipient)

    def _verified(self, sealed: bytes) -> tuple[Signer, Segment]:
        found: list[Signer] = []

        def known(public: bytes) -> bool:
            with self._home.store.reading() as connection:
                signer = signer_of(connection, public)
            found.extend([signer] if signer else [])
            return signer is not None

        _, content = unseal(PURPOSE, sealed, self._identity, most_bytes=LIMITS.segment_bytes, known=known, what=WHAT)
        segment, signer = segment_from(content), found[0]
        if (segment.kit, segment.enrolment) != (signer.kit, signer.enrolment):
            raise TrustError(f"{WHAT} was signed by another kit than it names")
        return signer, segment


class _Taking:
    """One segment, inside one transaction."""

    def __init__(self, connection: Connection, segment: Segment, now: datetime, keys: Callable[[], Keys]) -> None:
        self._connection = connection
        self._keys = keys
        self._kit = segment.kit
        self._batch = segment.batch
        self._positions = segment.positions
        self._now = now
        self._where = ingest_table.standing(connection, segment.kit, segment.enrolment, segment.batch, now)
        self.stored = 0
        self.contradicting = 0

    def take(self) -> None:
        batch, where = self._batch, self._where
        if batch.after.seq > where.head.seq:
            ingest_table.note_gap(self._connection, where, batch.after.seq + 1)
            return
        positions = self._positions
        other = self._first_contradiction((batch.after, *positions))
        if other is not None:
            start = max(0, other - 1)
            entries, places = batch.entries[start:], positions[start:]
            keys = self._keys()
            self.contradicting = ingest_table.put_apart(self._connection, where, entries, places, self._now, keys)
            return
        new = where.head.seq - batch.after.seq
        if new < len(positions):
            self._store(new, positions)

    def _first_contradiction(self, positions: tuple[Position, ...]) -> int | None:
        """The index of the first of `positions` that is here with another hash."""
        first, last = positions[0].seq, min(positions[-1].seq, self._where.head.seq)
        here = ingest_table.hashes(self._connection, self._where, first, last)
        for index, position in enumerate(positions):
            if here.get(position.seq, position.hash) != position.hash:
                return index
        return None

    def _store(self, new: int, positions: tuple[Position, ...]) -> None:
        entries = self._batch.entries[new:]
        events = [_event(entry.body) for entry in entries]
        known = ingest_table.known_events(self._connection, self._kit, self._where, self._batch.stream, events)
        again = [event in known for event in events]
        ingest_table.add(self._connection, self._where, events, again, entries, positions[new:])
        first = [entry for entry, repeated in zip(entries, again, strict=True) if not repeated]
        keep_newest(self._connection, self._kit, first)
        self.stored = len(entries)


def _event(body: bytes) -> str:
    """The event that an entry is about; empty when it names none."""
    try:
        event = json.loads(body)["event"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return event if isinstance(event, str) and len(event) <= 64 else ""
