"""What officers referred and nobody has settled: a decision is a fact that the next screening reads.

- The same traveller is the same document, or the same name, date of birth and nationality as read. What is unknown of
  either may be anything: such a referral counts too, and `IdentityMatch` says how sure it is that this is the traveller
  (`data.journal.same_traveller`). Lane, direction and party do not matter.
- Each referral that may be the traveller's is looked at apart. What settles it are decisions about screenings with the
  same document or name that name nobody who is certainly somebody else: neither what was decided about the other holder
  of a document counts, nor what was decided about somebody who is only perhaps the traveller.
- A referral counts until it is certainly older than it is kept for (`data.journal.retention`), whatever a clock says.
- A referral has an outcome once somebody else than the officers who referred has decided, or two different people have
  decided together, whoever of them referred: a post may have no third. A second referral needs a second person's name
  to be an outcome: without one the traveller is referred again, and it stays open. That outcome, staying with the
  second line, is ended in the same way.
- A decision whose details were purged names no second person: a referral then stays open rather than settled.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.journal.journal import Journal
from data.journal.recorded_events import (
    DecisionEntry,
    decode_travellers,
    find_screenings,
    read_decisions,
    read_details,
)
from data.journal.same_traveller import NOTHING_KNOWN, SAME_SCREENING, IdentityMatch, KnownTraveller
from data.people.staff import Signatory
from data.screenings import Decision, Screening, Verdict
from data.store import Connection

REFERRALS_KEPT = timedelta(hours=72)
"""Where the post's kit.toml says nothing else."""


@dataclass(frozen=True, slots=True)
class ReferralOutcome:
    """How a referral ended."""

    decision: Decision
    at: datetime
    person: Signatory
    """Who decided."""
    second: Signatory | None
    """The second person who agreed; None where `person` is that second person."""


@dataclass(frozen=True, slots=True)
class Referral:
    """A traveller who was referred to the second line."""

    at: datetime
    """When first, since the last outcome; as `match` says, whoever it was then."""
    officers: tuple[Signatory, ...]
    """Who referred."""
    outcome: ReferralOutcome | None = None
    match: IdentityMatch = NOTHING_KNOWN
    """How sure it is that the one who was referred at `at` is the traveller."""
    made: tuple[DecisionEntry, ...] = ()
    """The referrals themselves, oldest first."""

    def needs_second_person(self, decision: Decision) -> bool:
        """Whether it is open; or whether the traveller stays with the second line, and this would end that."""
        if self.outcome is None:
            return True
        return self.outcome.decision is Decision.REFER and decision is not Decision.REFER

    def is_settled_by(self, decision: Decision, person: Signatory, second: Signatory | None) -> bool:
        """Whether this decision of these two, the second of whom may be missing, is that of a second person."""
        if person.is_other_human(second):
            return True
        return decision is not Decision.REFER and not self.may_be_made_by(person)

    def may_be_made_by(self, person: Signatory) -> bool:
        """Whether this person may be one of those who referred."""
        return not all(person.is_other_human(officer) for officer in self.officers)


@dataclass(frozen=True, slots=True)
class UndecidedRefer:
    """A screening in which a traveller was REFER, and on which nobody has decided."""

    at: datetime
    match: IdentityMatch
    """How sure it is that this is the traveller."""


class ReferralLog:
    """A journal's memory of referrals. Thread-safe, as the journal is.

    The journal is held while rows are read, not while they are decoded and compared.
    """

    def __init__(self, journal: Journal, memory: timedelta = REFERRALS_KEPT) -> None:
        self._journal = journal
        self.memory = memory
        self._known: Mapping[str, KnownTraveller | None] = {}
        """Of the screenings with a referral that counts or an undecided REFER: few, decoded once, and forgotten with
        them."""

    def find(self, screening: Screening, now: datetime | None = None) -> Referral | None:
        """The traveller's referral, by this screening too; None where there is none.

        An open one counts before one that is settled, then the surest, then the newest. `now` is the time of the
        screening, unless given.
        """
        id, here = str(screening.id), KnownTraveller.of(self._journal.sightings_key, screening)
        with self._journal.reading() as connection:
            candidates = self._read_candidates(connection, now or screening.at)
            hashes = find_screenings(connection, here.hashes) if candidates.referred else {}
        known = self._recall(candidates)
        if not candidates.referred:
            return None
        past = self._find_past(here, {each: known[each] for each in set(candidates.referred.values()) - {id}}, hashes)
        matches = {each: here.compare(traveller) for each, traveller in past.items()} | {id: SAME_SCREENING}
        if id in known:
            past[id] = here
        groups = self._read_groups(past, {**known, id: here}, {id: set(), **hashes})
        referrals = (_choose_match(latest_referral(group), matches, candidates.referred) for group in groups.values())
        return max(filter(None, referrals), key=_order_of_referral, default=None)

    def read_lost_memory(self, now: datetime) -> datetime | None:
        """When it was noticed that referrals which would count now may be missing; None if none is."""
        return self._journal.read_lost_memory(now, self.memory)

    def find_undecided(self, screening: Screening) -> UndecidedRefer | None:
        """Another screening in which this traveller was REFER and on which nobody has decided; None: there is none.

        The surest of them, then the newest.
        """
        here = KnownTraveller.of(self._journal.sightings_key, screening)
        with self._journal.reading() as connection:
            candidates = self._read_candidates(connection, screening.at)
            hashes = find_screenings(connection, here.hashes) if candidates.undecided else {}
        known, others = self._recall(candidates), set(candidates.undecided) - {str(screening.id)}
        past = self._find_past(here, {each: known[each] for each in others}, hashes)
        refers = [UndecidedRefer(candidates.undecided[each], here.compare(past[each])) for each in past]
        return max(refers, key=lambda refer: (refer.match.is_certain, refer.at), default=None)

    def find_open(self, screenings: Collection[str], now: datetime) -> set[str]:
        """Those of the screenings whose traveller was referred there and has no outcome yet."""
        with self._journal.reading() as connection:
            candidates = self._read_candidates(connection, now)
        known = self._recall(candidates)
        groups = self._read_groups({each: known.get(each) or _NOBODY_KNOWN for each in screenings}, known, {})
        referrals = {screening: latest_referral(group) for screening, group in groups.items()}
        return {screening for screening, referral in referrals.items() if referral and referral.outcome is None}

    def _read_candidates(self, connection: Connection, now: datetime) -> "_Candidates":
        query = """SELECT event.id, event.screening FROM recent_decision JOIN event ON event.id = recent_decision.event
                   WHERE (kept_from >= ? OR ran_s >= ?) AND ran_s >= ? AND outcome = 'refer'"""
        limits = self._journal.read_limits(connection, now, self.memory)
        referred = dict(connection.execute(query, limits.values).fetchall())
        query = "SELECT screening, at FROM undecided WHERE verdict = ?"
        rows = connection.execute(query, (Verdict.REFER.value,)).fetchall()
        return _Candidates(referred, {screening: datetime.fromisoformat(at) for screening, at in rows})

    def _recall(self, candidates: "_Candidates") -> Mapping[str, KnownTraveller | None]:
        """Who is named in each of the candidates."""
        ids, before = {*candidates.referred.values(), *candidates.undecided}, self._known
        new = ids - set(before)
        known = {id: before[id] for id in ids - new}
        if new:
            with self._journal.reading() as connection:
                details = read_details(connection, new)
            known |= decode_travellers(self._journal.sightings_key, details)
        self._known = known
        return known

    def _find_past(
        self, here: KnownTraveller, candidates: Mapping[str, KnownTraveller | None], hashes: Mapping[str, set[bytes]]
    ) -> dict[str, KnownTraveller]:
        """The candidates who may be this traveller, or were seen with the same document or name."""
        past: dict[str, KnownTraveller] = {}
        for screening, known in candidates.items():
            if screening in hashes:
                past[screening] = known or here.seen_as(self._journal.sightings_key, hashes[screening])
            elif known is not None and here.may_be(known):
                past[screening] = known
        return past

    def _read_groups(
        self,
        referred: Mapping[str, KnownTraveller],
        known: Mapping[str, KnownTraveller | None],
        hashes: Mapping[str, set[bytes]],
    ) -> dict[str, list[DecisionEntry]]:
        """The decisions about each of these referred travellers, oldest first.

        Those about screenings in `hashes` count as well, where they name somebody who may be the same person.
        """
        key = self._journal.sightings_key
        with self._journal.reading() as connection:
            seen = {screening: find_screenings(connection, past.hashes) for screening, past in referred.items()}
            decisions = read_decisions(connection, {*referred, *hashes}.union(*seen.values()))
            details = read_details(connection, {decision.screening for decision in decisions} - set(known))
        everybody = {**decode_travellers(key, details), **known}
        groups: dict[str, list[DecisionEntry]] = {}
        for screening, past in referred.items():
            shared = {**hashes, **seen[screening]} if past.people else seen[screening]
            decided = {decision.screening for decision in decisions} & set(shared)
            same = {each for each in decided if (everybody[each] or past.seen_as(key, shared[each])).counts_for(past)}
            groups[screening] = [decision for decision in decisions if decision.screening in {*same, screening}]
        return groups


_NOBODY_KNOWN = KnownTraveller(are_people_known=False)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What may concern a traveller who is screened now."""

    referred: Mapping[str, str]
    """The referrals that count: the screening of each event."""
    undecided: Mapping[str, datetime]
    """Screenings that were REFER and have no decision, and when."""


def _choose_match(
    referral: Referral | None, matches: Mapping[str, IdentityMatch], referred: Mapping[str, str]
) -> Referral | None:
    """The referral with the surest of its matches, and the time of that; None if none of it counts any more."""
    if referral is None or not any(made.event in referred for made in referral.made):
        return None
    known = [(matches.get(made.screening, NOTHING_KNOWN), made.at) for made in referral.made]
    match, at = max(known, key=lambda each: each[0].is_certain)
    return replace(referral, match=match, at=at)


def _order_of_referral(referral: Referral) -> tuple[bool, tuple[int, ...], datetime]:
    return referral.outcome is None, referral.match.rank, referral.at


def latest_referral(decisions: Iterable[DecisionEntry]) -> Referral | None:
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
            is_new = decision.person.number not in {officer.number for officer in referral.officers}
            officers = (*referral.officers, decision.person) if is_new else referral.officers
            referral = replace(referral, officers=officers, made=_with(referral, decision))
    return referral


def _with(referral: Referral, decision: DecisionEntry) -> tuple[DecisionEntry, ...]:
    return (*referral.made, decision) if decision.decision is Decision.REFER else referral.made
