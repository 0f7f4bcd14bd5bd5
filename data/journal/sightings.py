"""Earlier screenings with the same document, as the journal remembers them (`append_sightings` writes them).

What is looked for within some hours is everything that is not certainly older: no clock hides a sighting
(`data.journal.retention`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.documents.travel_document import TravelDocument
from data.journal.journal import Journal
from data.journal.recorded_events import decode_travellers, read_details
from data.journal.same_traveller import KnownTraveller, hash_party, possible_document_hashes
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
    ran: timedelta | None = None
    """For how long the machine has run since; None if it may have been started again."""
    is_certain: bool = False
    """Whether it was certainly this document: of a known type, and with a number that was certain both times."""

    def age_at(self, now: datetime) -> timedelta:
        """How long ago it was. Where the clock was set since, for how long the machine has run."""
        age = now - self.at
        if self.ran is None:
            return age
        return self.ran if age < timedelta(0) else min(age, self.ran)


class SightingLog:
    """A journal's memory of documents."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def before(self, screening: Screening, document: TravelDocument, within: timedelta) -> Sequence[Sighting]:
        """Earlier screenings with this document that are not certainly longer ago than `within`, newest first.

        Without this screening's own revisions, and without its party: a family passport is shown once for each of them.
        """
        key = self._journal.sightings_key
        here = KnownTraveller.of(key, replace(screening, documents=(document,), traveller=None))
        query = """SELECT sighting.screening, sighting.at, direction, lane, event.outcome, event.at, ran_s
                   FROM sighting LEFT JOIN event ON event.rowid = (
                       SELECT max(rowid) FROM event WHERE event.screening = sighting.screening AND kind = 'decision')
                   WHERE document = ? AND (kept_from >= ? OR ran_s >= ?) AND ran_s >= ? AND sighting.screening != ?
                   AND (party != ? OR party = x'')"""
        hashes = possible_document_hashes(key, document)
        with self._journal.reading() as connection:
            limits = self._journal.read_limits(connection, screening.at, within)
            age = self._journal.read_running_age(connection, screening.at)
            values = (*limits.values, str(screening.id), hash_party(key, screening.party))
            answers = (connection.execute(query, (hash, *values)).fetchall() for hash in hashes)
            rows = list(dict.fromkeys(row for rows in answers for row in rows))  # one may be found by several hashes
            details = read_details(connection, {row[0] for row in rows} if here.certain_hashes else ())
        known = decode_travellers(key, details)
        certain = {id for id, past in known.items() if past and here.certain_hashes & past.certain_hashes}
        sightings = [_to_sighting(*row[:-1], ran=age.since(row[-1]), is_certain=row[0] in certain) for row in rows]
        return sorted(sightings, key=lambda sighting: sighting.at, reverse=True)

    def read_lost_memory(self, at: datetime, within: timedelta) -> datetime | None:
        """When it was noticed that sightings of the time `within` before `at` may be missing; None if none is."""
        return self._journal.read_lost_memory(at, within)

    def any_in(self, direction: Direction, at: datetime, within: timedelta) -> bool:
        """Whether this kit has screened anybody in this direction, not certainly longer before `at` than `within`."""
        query = (
            "SELECT 1 FROM seen_screening WHERE (kept_from >= ? OR ran_s >= ?) AND ran_s >= ? AND direction = ? LIMIT 1"
        )
        with self._journal.reading() as connection:
            limits = self._journal.read_limits(connection, at, within)
            return connection.execute(query, (*limits.values, direction.value)).fetchone() is not None


def _to_sighting(
    screening: str,
    at: str,
    direction: str,
    lane: str,
    decision: str | None,
    decided_at: str | None,
    *,
    ran: timedelta | None,
    is_certain: bool,
) -> Sighting:
    return Sighting(
        screening,
        datetime.fromisoformat(at),
        Direction(direction),
        lane,
        Decision(decision) if decision else None,
        datetime.fromisoformat(decided_at) if decided_at else None,
        ran,
        is_certain,
    )
