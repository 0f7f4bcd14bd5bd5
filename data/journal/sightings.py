"""Earlier screenings with the same document, as the journal remembers them (`append_sightings` writes them)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.documents.travel_document import TravelDocument
from data.journal.journal import Journal
from data.journal.traveller_marks import document_marks, hash_party
from data.json_codec import to_json_value
from data.screenings import Decision, Direction, Screening


@dataclass(frozen=True, slots=True)
class Sighting:
    """One earlier screening with the same document."""

    screening: str
    at: datetime
    direction: Direction
    lane: str
    decision: Decision | None
    """The last one that was recorded."""
    decided_at: datetime | None = None


class SightingLog:
    """A journal's memory of documents."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def before(self, screening: Screening, document: TravelDocument, since: datetime) -> Sequence[Sighting]:
        """Earlier screenings with this document from `since` on, newest first.

        Without this screening's own revisions, and without its party: a family passport is shown once for each of them.
        """
        key = self._journal.sightings_key
        query = """SELECT sighting.screening, sighting.at, direction, lane, event.outcome, event.at
                   FROM sighting LEFT JOIN event ON event.rowid = (
                       SELECT max(rowid) FROM event WHERE event.screening = sighting.screening AND kind = 'decision')
                   WHERE document = ? AND sighting.at >= ? AND sighting.screening != ?
                   AND (party != ? OR party = x'')"""
        values = (str(to_json_value(since)), str(screening.id), hash_party(key, screening.party))
        marks = document_marks(key, document)
        with self._journal.reading() as connection:
            rows = [row for mark in marks for row in connection.execute(query, (mark, *values)).fetchall()]
        return sorted((_to_sighting(*row) for row in rows), key=lambda sighting: sighting.at, reverse=True)

    def any_in(self, direction: Direction, since: datetime) -> bool:
        """Whether this kit has screened anybody in this direction from `since` on."""
        query = "SELECT 1 FROM sighting WHERE at >= ? AND direction = ? LIMIT 1"
        with self._journal.reading() as connection:
            return connection.execute(query, (str(to_json_value(since)), direction.value)).fetchone() is not None


def _to_sighting(
    screening: str, at: str, direction: str, lane: str, decision: str | None, decided_at: str | None
) -> Sighting:
    return Sighting(
        screening,
        datetime.fromisoformat(at),
        Direction(direction),
        lane,
        Decision(decision) if decision else None,
        datetime.fromisoformat(decided_at) if decided_at else None,
    )
