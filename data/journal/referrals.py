"""What officers referred and nobody has settled: a decision is a fact that the next screening reads.

- The same traveller is the same document, or the same name, date of birth and nationality as read (`hash_person` of
  `data.journal.traveller_marks`). What is unknown of either may be anything (`data.journal.same_person`). Lane,
  direction and party do not matter.
- A referral has an outcome once somebody else than the officers who referred has decided, or two different people have
  decided together, whoever of them referred: a post may have no third. A second referral needs a second person's name
  to be an outcome: without one the traveller is referred again, and it stays open. That outcome, staying with the
  second line, is ended in the same way.
- A decision whose details were purged names no second person: a referral then stays open rather than settled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from data.documents.travel_document import TravelDocument
from data.journal.journal import Journal
from data.journal.officer_names import same_officer
from data.journal.same_person import may_be_same_person
from data.journal.traveller_marks import marks_to_look_up
from data.json_codec import UtcTime, decode_or_none, to_json_value
from data.screenings import Decision, Screening, Traveller, Verdict
from data.store import Connection

_MOST_DETAIL_BYTES = 16 << 20
REFERRALS_KEPT = timedelta(hours=72)
"""Where the post's kit.toml says nothing else."""


@dataclass(frozen=True, slots=True)
class ReferralOutcome:
    """How a referral ended."""

    decision: Decision
    at: datetime
    person: str
    """Who decided."""
    second: str
    """The second person who was named with it; empty where `person` is that second person."""


@dataclass(frozen=True, slots=True)
class Referral:
    """A traveller who was referred to the second line."""

    at: datetime
    """When first, since the last outcome."""
    officers: tuple[str, ...]
    """Who referred."""
    outcome: ReferralOutcome | None = None

    def needs_second_person(self, decision: Decision) -> bool:
        """Whether it is open; or whether the traveller stays with the second line, and this would end that."""
        if self.outcome is None:
            return True
        return self.outcome.decision is Decision.REFER and decision is not Decision.REFER

    def is_settled_by(self, decision: Decision, person: str, second: str) -> bool:
        """Whether this decision of these two, the second of whom may be unnamed, is that of a second person."""
        if not same_officer(second, person):
            return True
        return decision is not Decision.REFER and not self.was_made_by(person)

    def was_made_by(self, person: str) -> bool:
        """Whether this person is one of those who referred."""
        return any(same_officer(person, officer) for officer in self.officers)


class ReferralLog:
    """A journal's memory of referrals. Thread-safe, as the journal is."""

    def __init__(self, journal: Journal, memory: timedelta = REFERRALS_KEPT) -> None:
        self._journal = journal
        self.memory = memory
        self._known: dict[str, _KnownTraveller] = {}
        """Of the screenings with a referral or an undecided REFER: few, and read once each."""

    def find(self, screening: Screening, now: datetime | None = None) -> Referral | None:
        """The newest referral of this traveller, by this screening too; None where there is none.

        `now` is the time of the screening, unless given.
        """
        since = (now or screening.at) - self.memory
        marks = marks_to_look_up(self._journal.sightings_key, screening)
        query = "SELECT DISTINCT screening FROM event WHERE kind = 'decision' AND at >= ? AND outcome = 'refer'"
        with self._journal.reading() as connection:
            screenings = _find_screenings(connection, marks) | {str(screening.id)}
            referred = {row[0] for row in connection.execute(query, (str(to_json_value(since)),))}
            screenings |= self._find_similar(connection, screening, referred - screenings)
            decisions = _read_decisions(connection, screenings)
        return latest_referral(decision for decision in decisions if decision.at >= since)

    def find_undecided(self, screening: Screening) -> datetime | None:
        """When this traveller was last REFER in another screening on which nobody has decided; None: never."""
        marks = marks_to_look_up(self._journal.sightings_key, screening)
        query = "SELECT screening, at FROM undecided WHERE verdict = ? AND screening != ?"
        with self._journal.reading() as connection:
            undecided = dict(connection.execute(query, (Verdict.REFER.value, str(screening.id))).fetchall())
            screenings = _find_screenings(connection, marks) if undecided else set()
            screenings |= self._find_similar(connection, screening, set(undecided) - screenings)
        return max((datetime.fromisoformat(undecided[each]) for each in screenings & set(undecided)), default=None)

    def _find_similar(self, connection: Connection, screening: Screening, candidates: Iterable[str]) -> set[str]:
        """The candidates that name somebody who may be this traveller, with that person's other screenings."""
        similar: set[str] = set()
        for candidate in candidates if screening.people else ():
            if candidate not in self._known:
                self._known[candidate] = _read_known(connection, candidate, self._journal.sightings_key)
            known = self._known[candidate]
            if any(may_be_same_person(*pair) for pair in product(screening.people, known.people)):
                similar |= {candidate, *_find_screenings(connection, known.marks)}
        return similar


@dataclass(frozen=True, slots=True)
class _KnownTraveller:
    """Who was named in a screening, and the keyed hashes under which they are found again."""

    people: tuple[Traveller, ...] = ()
    marks: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class _StoredScreening:
    documents: tuple[TravelDocument, ...]
    traveller: Traveller | None
    at: UtcTime


@dataclass(frozen=True, slots=True)
class _StoredDetail:
    screening: _StoredScreening


def _read_known(connection: Connection, screening: str, key: bytes) -> _KnownTraveller:
    """Who was named in a screening; nobody where its details were purged."""
    query = """SELECT body FROM event JOIN detail ON detail.event = event.id
               WHERE screening = ? AND kind = 'screening' ORDER BY event.rowid DESC LIMIT 1"""
    row = connection.execute(query, (screening,)).fetchone()
    detail = decode_or_none(_StoredDetail, bytes(row[0]), most_bytes=_MOST_DETAIL_BYTES) if row else None
    if detail is None:
        return _KnownTraveller()
    stored = detail.screening
    past = Screening(stored.documents, stored.traveller, stored.at, "")
    return _KnownTraveller(past.people, marks_to_look_up(key, past))


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision as the journal has it."""

    decision: Decision
    at: datetime
    person: str
    second: str


def latest_referral(decisions: Iterable[RecordedDecision]) -> Referral | None:
    """The newest referral among decisions about one traveller, oldest first, with its outcome if it has one."""
    referral: Referral | None = None
    for decision in decisions:
        if referral is None or not referral.needs_second_person(decision.decision):
            if decision.decision is Decision.REFER:
                referral = Referral(decision.at, (decision.person,))
        elif referral.is_settled_by(decision.decision, decision.person, decision.second):
            outcome = ReferralOutcome(decision.decision, decision.at, decision.person, decision.second)
            referral = Referral(referral.at, referral.officers, outcome)
        elif decision.decision is Decision.REFER and not referral.was_made_by(decision.person):
            referral = Referral(referral.at, (*referral.officers, decision.person))
    return referral


def _find_screenings(connection: Connection, marks: Sequence[bytes]) -> set[str]:
    query = "SELECT screening FROM sighting WHERE document = ?"
    return {screening for mark in marks for (screening,) in connection.execute(query, (mark,))}


def _read_decisions(connection: Connection, screenings: Iterable[str]) -> list[RecordedDecision]:
    """Decisions about these screenings, oldest first; each is looked up by the index of its screening."""
    query = """SELECT event.rowid, outcome, at, person, body FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE screening = ? AND kind = 'decision'"""
    rows = [row for screening in screenings for row in connection.execute(query, (screening,))]
    return [_to_decision(*row[1:]) for row in sorted(rows, key=lambda row: row[0])]


def _to_decision(outcome: str, at: str, person: str, body: bytes | None) -> RecordedDecision:
    return RecordedDecision(Decision(outcome), datetime.fromisoformat(at), person, second_person_of(body))


def second_person_of(body: bytes | None) -> str:
    """The second person in a decision's details; empty where there is none, or they were purged."""
    detail = decode_or_none(dict[str, Any], bytes(body)) if body is not None else None
    second = detail.get("second", "") if detail else ""
    return second if isinstance(second, str) else ""
