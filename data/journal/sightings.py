"""Which documents this kit has seen lately, so that one that comes again in an impossible way is noticed.

- A row holds a keyed hash of the document, never its number: HMAC-SHA256, cut to 16 bytes, under a key of this journal
  that serves nothing else. It is written in the transaction of the screening that it belongs to.
- Rows older than `KEPT` go with the next screening that is written: this memory forgets by itself.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Protocol

from data.documents.countries import canonical
from data.documents.number import clean_number
from data.documents.travel_document import TravelDocument
from data.documents.types import group_of
from data.plain import plain
from data.screenings import Decision, Direction, Screening
from data.store import Connection

KEPT = timedelta(hours=72)
_HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Sighting:
    """One earlier screening with the same document."""

    screening: str
    at: datetime
    direction: Direction
    lane: str
    decision: Decision | None
    """The last one that was recorded."""


class Reading(Protocol):
    """What of a journal is needed here (`data.journal.journal.Journal`)."""

    sightings_key: bytes

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent state."""


class Sightings:
    """A journal's memory of documents."""

    def __init__(self, journal: Reading) -> None:
        self._journal = journal

    def before(self, screening: Screening, document: TravelDocument, since: datetime) -> Sequence[Sighting]:
        """Earlier screenings with this document from `since` on, newest first.

        Without this screening's own revisions, and without its party: a family passport is shown once for each of them.
        """
        key = self._journal.sightings_key
        mark = mark_of(key, document)
        if mark is None:
            return ()
        query = """SELECT screening, at, direction, lane, (
                       SELECT outcome FROM event WHERE event.screening = sighting.screening AND kind = 'decision'
                       ORDER BY event.rowid DESC LIMIT 1)
                   FROM sighting WHERE document = ? AND at >= ? AND screening != ? AND (party != ? OR party = x'')
                   ORDER BY at DESC"""
        asked = (mark, str(plain(since)), str(screening.id), _party(key, screening.party))
        with self._journal.reading() as connection:
            rows = connection.execute(query, asked).fetchall()
        return [
            Sighting(seen, datetime.fromisoformat(at), Direction(direction), lane, Decision(what) if what else None)
            for seen, at, direction, lane, what in rows
        ]

    def any_in(self, direction: Direction, since: datetime) -> bool:
        """Whether this kit has screened anybody in this direction from `since` on."""
        query = "SELECT 1 FROM sighting WHERE at >= ? AND direction = ? LIMIT 1"
        with self._journal.reading() as connection:
            return connection.execute(query, (str(plain(since)), direction.value)).fetchone() is not None


def append(connection: Connection, key: bytes, screening: Screening) -> None:
    """Remember the documents of a screening, once each; the caller holds the transaction."""
    at = str(plain(screening.at))
    party = _party(key, screening.party)
    for document in screening.documents:
        mark = mark_of(key, document)
        if mark is not None:
            row = (mark, at, str(screening.id), screening.direction.value, screening.lane, party)
            connection.execute("INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.execute("DELETE FROM sighting WHERE at < ?", (str(plain(screening.at - KEPT)),))


def mark_of(key: bytes, document: TravelDocument) -> bytes | None:
    """The keyed hash of a document: issuer, group and number, as lists name them; None without a number."""
    number = clean_number(document.number)
    if not number:
        return None
    issuer = canonical(document.issuer) or document.issuer
    return _hash(key, f"document\0{issuer}\0{group_of(document.code)}\0{number}")


def _party(key: bytes, party: str) -> bytes:
    return _hash(key, f"party\0{party}") if party else b""


def _hash(key: bytes, text: str) -> bytes:
    return digest(key, text.encode("utf-8", "replace"), sha256)[:_HASH_BYTES]
