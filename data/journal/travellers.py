"""Travellers of the last hours as the desk lists them: who has no decision yet, and whom an officer decided about.

- A screening at the desk is undecided until a decision follows its newest revision: a verdict that gets worse after the
  decision makes it undecided again. `data.journal.journal` keeps the rows in the transactions of the events themselves.
- A traveller can be called back: the journal has documents, findings and verdict as they were shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.journal.journal import Journal
from data.journal.recorded_events import DecisionEntry, decode_findings, decode_screening, read_decisions
from data.json_codec import to_json_value
from data.screenings import Decision, Finding, Screening, Verdict
from data.store import Connection

if TYPE_CHECKING:
    from data.journal.audit.typed_queries import PersonDay

MOST_LISTED = 200


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
    decision: DecisionEntry | None
    is_undecided: bool


class TravellerLog:
    """The travellers in one journal. Thread-safe, as the journal is."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def undecided_ids(self) -> frozenset[str]:
        """The screenings that have no decision."""
        with self._journal.reading() as connection:
            return frozenset(id for (id,) in connection.execute("SELECT screening FROM undecided"))

    def count_screened(self, number: str, since: datetime) -> int:
        """Screenings of the person with this service number since then."""
        query = "SELECT count(DISTINCT screening) FROM event WHERE kind = 'screening' AND person = ? AND at >= ?"
        with self._journal.reading() as connection:
            return int(connection.execute(query, (number, str(to_json_value(since)))).fetchone()[0])

    def undecided(self) -> Sequence[PastScreening]:
        """Who has no decision: the most serious verdict first, then the oldest."""
        most_serious_first = ",".join(verdict.value for verdict in reversed(Verdict))
        query = "SELECT screening FROM undecided ORDER BY instr(?, verdict), at LIMIT ?"
        values = (most_serious_first, MOST_LISTED)
        past = self._read(lambda connection: connection.execute(query, values).fetchall())
        return sorted(past, key=lambda screening: (-screening.verdict.seriousness, screening.at))

    def decided_by(self, officer: str, within: timedelta, now: datetime, most: int) -> Sequence[PastScreening]:
        """Whom this officer decided about, not certainly longer ago than `within`; the newest decision first."""
        query = """SELECT event.screening FROM recent_decision JOIN event ON event.id = recent_decision.event
                   WHERE (kept_from >= ? OR ran_s >= ?) AND ran_s >= ? AND person = ?
                   GROUP BY event.screening ORDER BY max(event.rowid) DESC LIMIT ?"""
        return self._read_decided(query, within, now, officer, most)

    def referred(self, within: timedelta, now: datetime) -> Sequence[PastScreening]:
        """Screenings whose newest decision is a referral, not certainly longer ago than `within`; the newest first."""
        query = """SELECT event.screening FROM recent_decision JOIN event ON event.id = recent_decision.event
                   WHERE (kept_from >= ? OR ran_s >= ?) AND ran_s >= ? AND outcome = ?
                   GROUP BY event.screening ORDER BY max(event.rowid) DESC LIMIT ?"""
        past = self._read_decided(query, within, now, Decision.REFER.value, MOST_LISTED)
        return [each for each in past if each.decision and each.decision.decision is Decision.REFER]

    def notable_typing(self, now: datetime) -> "tuple[PersonDay, ...]":
        """Whose typed queries since yesterday a supervisor should look at."""
        from data.journal.audit.typed_queries import find_notable_days

        with self._journal.reading() as connection:
            return find_notable_days(connection, now)

    def _read_decided(self, query: str, within: timedelta, now: datetime, *values: object) -> list[PastScreening]:
        def find(connection: Connection) -> list[tuple[str]]:
            limits = self._journal.read_limits(connection, now, within)
            return connection.execute(query, (*limits.values, *values)).fetchall()

        return self._read(find)

    def _read(self, find: Callable[[Connection], list[tuple[str]]]) -> list[PastScreening]:
        """The screenings that `find` gives; they are decoded when the journal is free again."""
        with self._journal.reading() as connection:
            rows = [(screening, *_read_rows(connection, screening)) for (screening,) in find(connection)]
        return [_to_past_screening(screening, *row, decision) for screening, row, decision in rows if row]


_Row = tuple[str, str, int, bytes | None, int]
"""Of the newest revision: time, verdict, number, details, and whether it is undecided."""


def _read_rows(connection: Connection, screening: str) -> tuple[_Row | None, DecisionEntry | None]:
    query = """SELECT at, outcome, revision, body, EXISTS (SELECT 1 FROM undecided WHERE undecided.screening = ?1)
               FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE screening = ?1 AND kind = 'screening' ORDER BY event.rowid DESC LIMIT 1"""
    decisions = read_decisions(connection, [screening])
    return connection.execute(query, (screening,)).fetchone(), decisions[-1] if decisions else None


def _to_past_screening(
    id: str,
    at: str,
    verdict: str,
    revision: int,
    body: bytes | None,
    is_undecided: int,
    decision: DecisionEntry | None,
) -> PastScreening:
    return PastScreening(
        id=id,
        at=datetime.fromisoformat(at),
        verdict=Verdict(verdict),
        screening=decode_screening(id, body),
        findings=decode_findings(body),
        revision=revision,
        decision=decision,
        is_undecided=bool(is_undecided),
    )
