"""Which listed persons may this traveller be: at most five candidates, best first, each in a band and with its reasons.

- Names are retrieved by their parts (`retrieval`), dropped if they cannot reach a band, and estimated with all
  evidence, including the birth date (`estimate`); a birth date alone retrieves nobody. The few that are left are
  compared closely (`evidence`); a person has the score of the best name.
- A record past its review date on the day its list was signed does not hit. If it is past that date only by this
  machine's clock, which may be wrong, it is at most POSSIBLE, and the candidate says so.
- Nothing found is an empty tuple; an error is an error.
- Bands come from thresholds, from floors that no single wrong field can break, and from a cap.
- An exact or same-sound full name of two or more real parts is at least POSSIBLE, unless birth date, sex and
  nationality all disagree.
- A name of one part, at most one letter from a listed name of one part, is at least POSSIBLE unless birth date, sex or
  nationality contradicts: it has no other part that could make up for the slip.
- A single matching part is never STRONG while other parts match nothing, even if the birth date agrees: many share it.
- Initials alone are at most WEAK, even if everything else agrees: a given initial fits one name in six.
- A document number that the listed person holds is STRONG, or POSSIBLE if its country is not the traveller's.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Protocol

import numpy as np

from appliance.matching import reasons
from appliance.matching.comparison import find_held_document
from appliance.matching.evidence import (
    Alignment,
    Amounts,
    ScoredPerson,
    align_name,
    log_odds,
    name_evidence,
    person_evidence,
)
from appliance.matching.index.person_index import Fetch, PersonIndex
from appliance.matching.prepared import PreparedQuery
from appliance.matching.query import PersonQuery
from appliance.matching.search import TravellerSearch, find_names
from appliance.matching.weights import DEFAULT_THRESHOLDS, PRIOR, Thresholds
from data.persons.person import HeldDocument
from data.screenings import PAST_REVIEW, Band, PersonCandidate


def score_persons(
    query: PersonQuery,
    index: PersonIndex,
    without: Collection[int] = (),
    fetch: Fetch | None = None,
    search: TravellerSearch | None = None,
) -> list[ScoredPerson]:
    """Candidates of one index, best first, without bands.

    `search` is that of the query, where it goes to many lists. `without` leaves out listed names, by number: the
    benchmark asks how a person would be found if the list did not have an alias.
    """
    searched = search.find(index) if search else find_names(query, index)
    holders = _holders(query, index, fetch)
    names = dict.fromkeys([*searched.names, *_names_of(holders, index)])
    chosen = [name for name in names if name not in without]
    return score_names(searched.prepared(), chosen, index, holders) if chosen else []


def score_names(
    prepared: PreparedQuery, names: list[int], index: PersonIndex, holders: dict[int, HeldDocument]
) -> list[ScoredPerson]:
    """The persons with these names, at least one, best first, each by the name that fits best."""
    rows, which = index.rows.members_with_places(np.array(names, np.int64))
    matches = prepared.matches(rows)
    ends = np.searchsorted(which, np.arange(len(names) + 1))
    units = rows.tolist()
    aligned: dict[tuple[int, ...], Alignment] = {}  # namesakes have the same row of units
    best: dict[int, ScoredPerson] = {}
    same_names: dict[int, ScoredPerson] = {}
    about: dict[int, Amounts] = {}
    for place, name in enumerate(names):
        row = tuple(units[ends[place] : ends[place + 1]])
        if row not in aligned:
            aligned[row] = align_name(prepared, row, index, matches)
        person = int(index.person_of[name])
        if person not in about:
            about[person] = person_evidence(
                prepared.query, index.people.facts(person), numbers_matched=person in holders
            )
        amounts = about[person] | name_evidence(aligned[row], index.quality(name), prepared.query)
        total = PRIOR + log_odds(amounts)
        for persons in (best, same_names) if aligned[row].is_same_name else (best,):
            known = persons.get(person)  # of names that fit equally well, the first listed one is shown
            if known is None or (total, -name) > (known.score, -known.name):
                persons[person] = ScoredPerson(person, name, aligned[row], amounts, total, holders.get(person))
    for person, same in same_names.items():
        if same.name != best[person].name:
            best[person] = replace(best[person], same_name=same)
    return sorted(best.values(), key=lambda scored: (-scored.score, index.record(scored.person)))


def _holders(query: PersonQuery, index: PersonIndex, fetch: Fetch | None) -> dict[int, HeldDocument]:
    """Persons known to hold a document with one of the traveller's numbers."""
    likely = {person for number in query.comparable_numbers for person in index.people.possible_holders(number)}
    here = [person for person in sorted(likely) if not index.is_hidden(person)]
    documents = {
        person: find_held_document(query.numbers, index.notice(person, fetch).person.documents) for person in here
    }
    return {person: document for person, document in documents.items() if document is not None}


def _names_of(persons: Collection[int], index: PersonIndex) -> list[int]:
    return [name for person in persons for name in index.names_of(person)]


_CONTRADICTIONS = ("birth.different", "sex.differs", "nationality.differs")
_ARGUES_AGAINST = frozenset((*_CONTRADICTIONS, "birth.month", "birth.year", "birth.one_year_off"))


def assign_band(scored: ScoredPerson, query: PersonQuery, thresholds: Thresholds) -> Band | None:
    """The band; None if the candidate is not shown."""
    return choose_name(scored, query, thresholds)[0]


def choose_name(scored: ScoredPerson, query: PersonQuery, thresholds: Thresholds) -> tuple[Band | None, ScoredPerson]:
    """The band of a person, and the person by the name that this band comes from."""
    band, other = _band_by_name(scored, query, thresholds), scored.same_name
    other_band = _band_by_name(other, query, thresholds) if other else None
    if other is None or _better_band(band, other_band) is band:
        return band, scored
    return other_band, other


def _band_by_name(scored: ScoredPerson, query: PersonQuery, thresholds: Thresholds) -> Band | None:
    document = scored.document
    if document is not None:
        elsewhere = document.country and query.nationality and document.country != query.nationality
        floor = Band.POSSIBLE if elsewhere else Band.STRONG
    elif scored.alignment.is_full and not all(key in scored.amounts for key in _CONTRADICTIONS):
        floor = Band.POSSIBLE
    elif scored.alignment.is_only_part and _ARGUES_AGAINST.isdisjoint(scored.amounts):
        floor = Band.POSSIBLE
    else:
        floor = None
    return _better_band(_cap_band(_band_of_score(scored.score, thresholds), scored.alignment), floor)


def _cap_band(band: Band | None, alignment: Alignment) -> Band | None:
    if band is not None and not alignment.real_matches and any(not pair.particle for pair in alignment.pairs):
        return Band.WEAK
    if band is Band.STRONG and alignment.real_matches < 2 and alignment.has_unmatched_part:
        return Band.POSSIBLE
    return band


def _band_of_score(score: float, thresholds: Thresholds) -> Band | None:
    if score > thresholds.strong:
        return Band.STRONG
    if score > thresholds.possible:
        return Band.POSSIBLE
    return Band.WEAK if score > thresholds.weak else None


def _better_band(band: Band | None, other: Band | None) -> Band | None:
    order = (Band.STRONG, Band.POSSIBLE, Band.WEAK)
    return next((each for each in order if each in (band, other)), None)


MOST_CANDIDATES = 5
_BAND_ORDER = {Band.STRONG: 0, Band.POSSIBLE: 1, Band.WEAK: 2}


class Searchable(Protocol):
    """A list in memory: one index, or an index and its latest changes."""

    @property
    def list_name(self) -> str:
        """The list's name."""

    @property
    def parts(self) -> tuple[PersonIndex, ...]:
        """The indexes to search; no person is in two of them."""


def find_candidates(
    query: PersonQuery,
    index: Searchable,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    today: date,
    signed: date | None = None,
    fetch: Fetch | None = None,
    search: TravellerSearch | None = None,
) -> tuple[PersonCandidate, ...]:
    """The candidates of one list for one traveller on the date `today`, at most `MOST_CANDIDATES`, best first.

    With an index of notices::

        query = PersonQuery("SAMPLE", "ADA", birth=PartialDate(1990, 2, 3))
        candidates = find_candidates(query, PersonIndex(notices), today=date.today())

    `signed` is the day the list's version was signed, so that it is surely not earlier (default: `today`). `fetch`
    reads the notices of the few that are shown, where the index does not keep them. `search` is that of the query,
    where it goes to many lists.
    """
    shown: list[tuple[Band, ScoredPerson, PersonIndex]] = []
    for part in index.parts:
        for scored in score_persons(query, part, fetch=fetch, search=search):
            band, chosen = choose_name(scored, query, thresholds)
            if band is not None and part.people.is_in_force(scored.person, signed or today):
                is_past = not part.people.is_in_force(scored.person, today)
                shown.append((Band.POSSIBLE if is_past and band is Band.STRONG else band, chosen, part))
    shown.sort(key=lambda banded: (_BAND_ORDER[banded[0]], -banded[1].score, banded[2].record(banded[1].person)))
    candidates = (_make_candidate(*banded, query, index.list_name, fetch) for banded in shown[:MOST_CANDIDATES])
    in_force = (part.people.is_in_force(scored.person, today) for _, scored, part in shown)
    return tuple(
        candidate if is_current else _mark_past_review(candidate)
        for candidate, is_current in zip(candidates, in_force, strict=False)
    )


def _mark_past_review(candidate: PersonCandidate) -> PersonCandidate:
    return replace(candidate, against=(*candidate.against, PAST_REVIEW), review_passed=True)


def _make_candidate(
    band: Band, scored: ScoredPerson, index: PersonIndex, query: PersonQuery, list_name: str, fetch: Fetch | None
) -> PersonCandidate:
    notice = index.notice(scored.person, fetch)
    name = notice.person.names[scored.name - index.names_of(scored.person).start]
    return PersonCandidate(
        list=list_name,
        record=notice.record,
        band=band,
        score=round(scored.score, 2),
        name=reasons.printable_text(name.full),
        primary_name=reasons.printable_text(notice.person.primary_name),
        quality=name.quality.value,
        action=notice.action.value,
        colour=notice.colour.value,
        owner=reasons.printable_text(notice.owner),
        reason=reasons.printable_text(notice.reason),
        fields=reasons.compare_fields(scored, query, notice.person, name),
        against=reasons.counter_arguments(scored, query, notice.person, name),
        ask=reasons.clarifying_question(query, notice.person, name),
        says=reasons.reason_line(scored, query, notice.person),
        linked=reasons.visible_associates(notice.person, fetch),
        documents=notice.person.documents[: reasons.MOST_LINKED],
    )
