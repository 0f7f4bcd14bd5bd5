"""Travellers of the last hours as the desk lists them: who has no decision yet, and whom an officer decided about.

- A screening at the desk is undecided until a decision follows its newest revision: a verdict that gets worse after the
  decision makes it undecided again. `data.journal.journal` keeps the rows in the transactions of the events themselves.
- A traveller can be called back: the journal has documents, findings and verdict as they were shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from data.documents.travel_document import TravelDocument
from data.journal.journal import Journal
from data.journal.referrals import RecordedDecision, second_person_of
from data.journal.traveller_marks import marks_to_look_up
from data.json_codec import UtcTime, decode_or_none
from data.screenings import Decision, Direction, Finding, Screening, Traveller, Verdict
from data.store import Connection

MOST_LISTED = 200
_MOST_DETAIL_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class PastScreening:
    """A screening of the last hours, and the newest decision about it."""

    id: str
    at: datetime
    verdict: Verdict
    """Of the newest revision."""
    screening: Screening | None
    """Without its bar codes. None where the details were purged or cannot be read: then nobody can be called back."""
    findings: tuple[Finding, ...] | None
    """None where they cannot be read, as where another version wrote them."""
    revision: int
    decision: RecordedDecision | None
    is_undecided: bool


@dataclass(frozen=True, slots=True)
class _StoredScreening:
    """`data.screenings.Screening` as a journal has it; bar codes are left out."""

    documents: tuple[TravelDocument, ...]
    traveller: Traveller | None
    at: UtcTime
    officer: str
    direction: Direction
    lane: str
    party: str
    conveyance: str


@dataclass(frozen=True, slots=True)
class _StoredDetail:
    screening: _StoredScreening


@dataclass(frozen=True, slots=True)
class _StoredFindings:
    """Beside the screening: who it was is listed although a finding cannot be read."""

    findings: tuple[Finding, ...]


class TravellerLog:
    """The travellers in one journal. Thread-safe, as the journal is."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def undecided_ids(self) -> frozenset[str]:
        """The screenings that have no decision."""
        with self._journal.reading() as connection:
            return frozenset(id for (id,) in connection.execute("SELECT screening FROM undecided"))

    def has_undecided_refer(self, screening: Screening) -> bool:
        """Whether another screening of this traveller was REFER and has no decision."""
        query = """SELECT 1 FROM undecided WHERE verdict = ? AND screening != ?
                   AND screening IN (SELECT screening FROM sighting WHERE document = ?) LIMIT 1"""
        marks = marks_to_look_up(self._journal.sightings_key, screening)
        values = (Verdict.REFER.value, str(screening.id))
        with self._journal.reading() as connection:
            return any(connection.execute(query, (*values, mark)).fetchone() for mark in marks)

    def undecided(self) -> Sequence[PastScreening]:
        """Who has no decision: the most serious verdict first, then the oldest."""
        query = "SELECT screening FROM undecided ORDER BY at LIMIT ?"
        past = self._read(lambda connection: connection.execute(query, (MOST_LISTED,)).fetchall())
        return sorted(past, key=lambda screening: (-screening.verdict.seriousness, screening.at))

    def decided_by(self, officer: str, within: timedelta, now: datetime, most: int) -> Sequence[PastScreening]:
        """Whom this officer decided about, not certainly longer ago than `within`; the newest decision first."""
        query = """SELECT event.screening FROM recent_decision JOIN event ON event.id = recent_decision.event
                   WHERE kept_from >= ? AND ran_s >= ? AND person = ?
                   GROUP BY event.screening ORDER BY max(event.rowid) DESC LIMIT ?"""
        return self._read_decided(query, within, now, officer, most)

    def referred(self, within: timedelta, now: datetime) -> Sequence[PastScreening]:
        """Screenings whose newest decision is a referral, not certainly longer ago than `within`; the newest first."""
        query = """SELECT event.screening FROM recent_decision JOIN event ON event.id = recent_decision.event
                   WHERE kept_from >= ? AND ran_s >= ? AND outcome = ?
                   GROUP BY event.screening ORDER BY max(event.rowid) DESC LIMIT ?"""
        past = self._read_decided(query, within, now, Decision.REFER.value, MOST_LISTED)
        return [each for each in past if each.decision and each.decision.decision is Decision.REFER]

    def _read_decided(self, query: str, within: timedelta, now: datetime, *values: object) -> list[PastScreening]:
        def find(connection: Connection) -> list[tuple[str]]:
            limits = self._journal.read_limits(connection, now, within)
            return connection.execute(query, (*limits.values, *values)).fetchall()

        return self._read(find)

    def _read(self, find: Callable[[Connection], list[tuple[str]]]) -> list[PastScreening]:
        with self._journal.reading() as connection:
            read = [_read_screening(connection, screening) for (screening,) in find(connection)]
        return [screening for screening in read if screening is not None]


def _read_screening(connection: Connection, screening: str) -> PastScreening | None:
    query = """SELECT at, outcome, revision, body, EXISTS (SELECT 1 FROM undecided WHERE undecided.screening = ?1)
               FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE screening = ?1 AND kind = 'screening' ORDER BY event.rowid DESC LIMIT 1"""
    row = connection.execute(query, (screening,)).fetchone()
    if row is None:
        return None
    at, verdict, revision, body, is_undecided = row
    content = b"" if body is None else bytes(body)
    detail = decode_or_none(_StoredDetail, content, most_bytes=_MOST_DETAIL_BYTES)
    findings = decode_or_none(_StoredFindings, content, most_bytes=_MOST_DETAIL_BYTES)
    return PastScreening(
        id=screening,
        at=datetime.fromisoformat(at),
        verdict=Verdict(verdict),
        screening=_to_screening(screening, detail.screening) if detail else None,
        findings=findings.findings if findings else None,
        revision=revision,
        decision=_read_last_decision(connection, screening),
        is_undecided=bool(is_undecided),
    )


def _to_screening(id: str, stored: _StoredScreening) -> Screening:
    plain = Screening(
        stored.documents,
        stored.traveller,
        stored.at,
        stored.officer,
        stored.direction,
        stored.lane,
        stored.party,
        stored.conveyance,
    )
    return replace(plain, id=UUID(id))


def _read_last_decision(connection: Connection, screening: str) -> RecordedDecision | None:
    query = """SELECT outcome, at, person, body FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE screening = ? AND kind = 'decision' ORDER BY event.rowid DESC LIMIT 1"""
    row = connection.execute(query, (screening,)).fetchone()
    if row is None:
        return None
    outcome, at, person, body = row
    return RecordedDecision(Decision(outcome), datetime.fromisoformat(at), person, second_person_of(body))
