"""What officers referred and nobody has settled: a decision is a fact that the next screening reads.

- The same traveller is the same document, or the same name, date of birth and nationality as read. What is unknown of
  either may be anything: such a referral counts too, and `IdentityMatch` says how sure it is that this is the traveller
  (`data.journal.same_person`). Lane, direction and party do not matter.
- What settles the referral of somebody who is only perhaps the traveller settles none of the traveller's own: each of
  those who may be the traveller is looked at apart.
- A referral counts until it is certainly older than it is kept for (`data.journal.retention`), whatever a clock says.
- A referral has an outcome once somebody else than the officers who referred has decided, or two different people have
  decided together, whoever of them referred: a post may have no third. A second referral needs a second person's name
  to be an outcome: without one the traveller is referred again, and it stays open. That outcome, staying with the
  second line, is ended in the same way.
- A decision whose details were purged names no second person: a referral then stays open rather than settled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from data.journal.journal import Journal
from data.journal.known_traveller import KnownTraveller, read_known
from data.journal.officer_names import same_officer
from data.journal.same_person import NOTHING_KNOWN, SAME_SCREENING, IdentityMatch
from data.json_codec import decode_or_none
from data.screenings import Decision, Screening, Verdict
from data.store import Connection

REFERRALS_KEPT = timedelta(hours=72)
"""Where the post's kit.toml says nothing else."""


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision as the journal has it."""

    decision: Decision
    at: datetime
    person: str
    second: str
    event: str = ""
    screening: str = ""


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
    """When first, since the last outcome; as `match` says, whoever it was then."""
    officers: tuple[str, ...]
    """Who referred."""
    outcome: ReferralOutcome | None = None
    match: IdentityMatch = NOTHING_KNOWN
    """How sure it is that the one who was referred at `at` is the traveller."""
    made: tuple[RecordedDecision, ...] = ()
    """The referrals themselves, oldest first."""

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


@dataclass(frozen=True, slots=True)
class UndecidedRefer:
    """A screening in which a traveller was REFER, and on which nobody has decided."""

    at: datetime
    match: IdentityMatch
    """How sure it is that this is the traveller."""


class ReferralLog:
    """A journal's memory of referrals. Thread-safe, as the journal is."""

    def __init__(self, journal: Journal, memory: timedelta = REFERRALS_KEPT) -> None:
        self._journal = journal
        self.memory = memory
        self._known: dict[str, KnownTraveller | None] = {}
        """Of the screenings with a referral or an undecided REFER: few, and read once each."""

    def find(self, screening: Screening, now: datetime | None = None) -> Referral | None:
        """The traveller's referral, by this screening too; None where there is none.

        An open one counts before one that is settled, then the surest, then the newest. `now` is the time of the
        screening, unless given.
        """
        here = KnownTraveller.of(self._journal.sightings_key, screening)
        with self._journal.reading() as connection:
            counting = self._read_counting(connection, now or screening.at)
            marks = _find_screenings(connection, here.marks)
            own = {*marks, str(screening.id)}
            matches = self._compare_own(connection, here, own & set(counting.values()), marks)
            matches[str(screening.id)] = SAME_SCREENING
            similar = self._find_similar(connection, here, set(counting.values()) - own)
            groups = [own, *(own | each.screenings for each in similar)]
            decisions = [_read_decisions(connection, group) for group in groups]
        matches |= {screening: each.match for each in similar for screening in each.screenings - own}
        matches |= {each.screening: each.match for each in similar}
        referrals = [_choose_match(latest_referral(group), matches, counting) for group in decisions]
        return max(filter(None, referrals), key=_order_of_referral, default=None)

    def find_undecided(self, screening: Screening) -> UndecidedRefer | None:
        """Another screening in which this traveller was REFER and on which nobody has decided; None: there is none.

        The surest of them, then the newest.
        """
        here = KnownTraveller.of(self._journal.sightings_key, screening)
        query = "SELECT screening, at FROM undecided WHERE verdict = ? AND screening != ?"
        with self._journal.reading() as connection:
            undecided = dict(connection.execute(query, (Verdict.REFER.value, str(screening.id))).fetchall())
            marks = _find_screenings(connection, here.marks) if undecided else {}
            matches = self._compare_own(connection, here, set(marks) & set(undecided), marks)
            for each in self._find_similar(connection, here, set(undecided) - set(marks)):
                matches |= {id: each.match for id in each.screenings & set(undecided) if id not in matches}
        refers = [UndecidedRefer(datetime.fromisoformat(undecided[id]), match) for id, match in matches.items()]
        return max(refers, key=lambda refer: (refer.match.is_certain, refer.at), default=None)

    def _read_counting(self, connection: Connection, now: datetime) -> dict[str, str]:
        """The referrals that count now: the screening of each event."""
        query = """SELECT event.id, event.screening FROM recent_decision JOIN event ON event.id = recent_decision.event
                   WHERE kept_from >= ? AND ran_s >= ? AND outcome = 'refer'"""
        limits = self._journal.read_limits(connection, now, self.memory)
        return dict(connection.execute(query, limits.values).fetchall())

    def _compare_own(
        self, connection: Connection, here: KnownTraveller, screenings: Iterable[str], marks: Mapping[str, set[bytes]]
    ) -> dict[str, IdentityMatch]:
        """How sure each of these screenings is the traveller's, where a document or a person has the same hash."""
        key = self._journal.sightings_key
        return {
            screening: here.compare(
                self._read_known(connection, screening) or here.seen_as(key, marks.get(screening, ()))
            )
            for screening in screenings
        }

    def _find_similar(
        self, connection: Connection, here: KnownTraveller, candidates: Iterable[str]
    ) -> list["_SimilarTraveller"]:
        """The candidates that name somebody who may be this traveller, with that person's other screenings."""
        similar: list[_SimilarTraveller] = []
        for candidate in candidates if here.people else ():
            known = self._read_known(connection, candidate)
            if known is not None and here.may_be(known):
                screenings = {candidate, *_find_screenings(connection, known.marks)}
                similar.append(_SimilarTraveller(candidate, here.compare(known), frozenset(screenings)))
        return similar

    def _read_known(self, connection: Connection, screening: str) -> KnownTraveller | None:
        if screening not in self._known:
            self._known[screening] = read_known(connection, screening, self._journal.sightings_key)
        return self._known[screening]


@dataclass(frozen=True, slots=True)
class _SimilarTraveller:
    """Somebody who was referred and may be the traveller."""

    screening: str
    match: IdentityMatch
    screenings: frozenset[str]
    """All of that person's."""


def _choose_match(
    referral: Referral | None, matches: Mapping[str, IdentityMatch], counting: Mapping[str, str]
) -> Referral | None:
    """The referral with the surest of its matches, and the time of that; None if none of it counts any more."""
    if referral is None or not any(made.event in counting for made in referral.made):
        return None
    known = [(matches.get(made.screening, NOTHING_KNOWN), made.at) for made in referral.made]
    match, at = max(known, key=lambda each: each[0].is_certain)
    return replace(referral, match=match, at=at)


def _order_of_referral(referral: Referral) -> tuple[bool, tuple[int, ...], datetime]:
    return referral.outcome is None, referral.match.rank, referral.at


def latest_referral(decisions: Iterable[RecordedDecision]) -> Referral | None:
    """The newest referral among decisions about one traveller, oldest first, with its outcome if it has one."""
    referral: Referral | None = None
    for decision in decisions:
        if referral is None or not referral.needs_second_person(decision.decision):
            if decision.decision is Decision.REFER:
                referral = Referral(decision.at, (decision.person,), made=(decision,))
        elif referral.is_settled_by(decision.decision, decision.person, decision.second):
            outcome = ReferralOutcome(decision.decision, decision.at, decision.person, decision.second)
            referral = replace(referral, outcome=outcome, made=_with(referral, decision))
        elif decision.decision is Decision.REFER:
            is_new = not referral.was_made_by(decision.person)
            officers = (*referral.officers, decision.person) if is_new else referral.officers
            referral = replace(referral, officers=officers, made=_with(referral, decision))
    return referral


def _with(referral: Referral, decision: RecordedDecision) -> tuple[RecordedDecision, ...]:
    return (*referral.made, decision) if decision.decision is Decision.REFER else referral.made


def _find_screenings(connection: Connection, marks: Iterable[bytes]) -> dict[str, set[bytes]]:
    """The screenings in which one of these hashes was seen, and which."""
    query = "SELECT screening FROM sighting WHERE document = ?"
    marks_by_screening: dict[str, set[bytes]] = {}
    for mark in marks:
        for (screening,) in connection.execute(query, (mark,)):
            marks_by_screening.setdefault(screening, set()).add(mark)
    return marks_by_screening


def _read_decisions(connection: Connection, screenings: Iterable[str]) -> list[RecordedDecision]:
    """Decisions about these screenings, oldest first; each is looked up by the index of its screening."""
    query = """SELECT event.rowid, outcome, at, person, body, event.id
               FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE screening = ? AND kind = 'decision'"""
    rows = [(*row, screening) for screening in screenings for row in connection.execute(query, (screening,))]
    return [_to_decision(*row[1:]) for row in sorted(rows, key=lambda row: row[0])]


def _to_decision(
    outcome: str, at: str, person: str, body: bytes | None, event: str, screening: str
) -> RecordedDecision:
    second = second_person_of(body)
    return RecordedDecision(Decision(outcome), datetime.fromisoformat(at), person, second, event, screening)


def second_person_of(body: bytes | None) -> str:
    """The second person in a decision's details; empty where there is none, or they were purged."""
    detail = decode_or_none(dict[str, Any], bytes(body)) if body is not None else None
    second = detail.get("second", "") if detail else ""
    return second if isinstance(second, str) else ""
