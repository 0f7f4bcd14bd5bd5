"""Every person worth showing for a query, scored: out of millions the few names worth a close look, then the best.

- Names are brought up by their parts (`retrieval`), passed over where they cannot come to anything, and estimated with
  all evidence, birth date included (`estimate`); a birth date brings up nobody by itself.
- What is left is compared closely (`evidence`); a person has the score of the name that fits best.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.comparison import comparable_number, find_held_document
from appliance.matching.estimate import Demographics, OverlapTable, UpperBound, estimate_scores
from appliance.matching.evidence import Alignment, Amounts, align_name, log_odds, name_evidence, person_evidence
from appliance.matching.index.person_index import Fetch, PersonIndex
from appliance.matching.query import PersonQuery, PreparedQuery, prepare_query
from appliance.matching.retrieval import find_split_names, retrieve
from appliance.matching.weights import DEFAULT_THRESHOLDS, PRIOR, Thresholds
from data.persons.person import HeldDocument

MOST_NAMES = 40
MOST_READ_WHOLE = 1_500


@dataclass(frozen=True, slots=True)
class SearchEffort:
    """How far a search goes."""

    names: int = MOST_NAMES
    """That are handed on, and whoever else may be POSSIBLE."""
    namesakes: int = 400
    """Most that may be POSSIBLE, and most that are handed on because they may be the full name, the likest first."""
    whole: int = MOST_READ_WHOLE
    """Names that one part may bring up regardless of their years; the rarest part may bring up more."""
    margin: float = 2.0
    """Log-odds under the lowest band that are still looked at, for what the estimate does not foresee."""


USUAL_EFFORT = SearchEffort()
_FIRST_ROUND = 256
"""Names, of the highest ceiling, whose estimates first say how good one must be to be among the likest; then four times
as many, and so on."""
Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float32]


def search_names(
    request: PreparedQuery,
    index: PersonIndex,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    effort: SearchEffort = USUAL_EFFORT,
) -> list[int]:
    """Numbers of the names worth a close look, best first."""
    found, worth, lacks = _estimate_names(request, index, thresholds, effort)
    possible = min(effort.namesakes, int((worth > thresholds.possible).sum()))
    likely = np.flatnonzero(worth > thresholds.weak - effort.margin)
    best = likely[np.argsort(-worth[likely], kind="stable")][: max(effort.names, possible)]
    full = np.flatnonzero(np.isfinite(lacks))
    namesakes = full[np.argsort(lacks[full], kind="stable")][: effort.namesakes]
    chosen: list[int] = found[np.concatenate((best, np.setdiff1d(namesakes, best)))].tolist()
    return chosen


def _estimate_names(
    request: PreparedQuery, index: PersonIndex, thresholds: Thresholds, effort: SearchEffort
) -> tuple[Ints, Floats, Floats]:
    """Names, and their estimates: none is left out that is among the likest, may be POSSIBLE, or be the full name."""
    joined = find_split_names(request, index)
    brought = retrieve(request, index, joined, effort.whole)
    ceiling = UpperBound(request, index, Demographics(request.query, index), joined)
    found, most, beside = ceiling.names_reaching(brought, thresholds.weak - effort.margin)
    meeting = OverlapTable(request, index)

    def estimated(chosen: Ints) -> tuple[Ints, Floats, Floats]:
        return found[chosen], *estimate_scores(meeting.overlap(found[chosen], joined), beside[chosen], request, index)

    rounds, left, some = list[tuple[Ints, Floats, Floats]](), np.arange(len(found)), max(_FIRST_ROUND, effort.names)
    best = np.empty(0, np.float32)
    while len(left) or not rounds:
        if len(left) > 2 * some:
            left = left[np.argpartition(-most[left], some)]
        else:
            some = len(left)
        rounds.append(estimated(left[:some]))
        left, some = left[some:], 4 * some
        best = np.sort(np.concatenate((best, rounds[-1][1])))[-effort.names :]
        if len(best) == effort.names:
            left = left[most[left] >= min(best[0], np.float32(thresholds.possible))]
    names, worth, lacks = zip(*rounds, strict=True)
    return np.concatenate(names), np.concatenate(worth), np.concatenate(lacks)


@dataclass(frozen=True, slots=True)
class ScoredPerson:
    """One listed person against the query."""

    person: int
    name: int
    """Number of the listed name that fits best."""
    alignment: Alignment
    amounts: dict[str, float]
    score: float
    """Log-odds, natural logarithm."""
    document: HeldDocument | None = None
    """A document the person is known to hold whose number the traveller presents."""


def score_persons(
    query: PersonQuery,
    index: PersonIndex,
    without: Collection[int] = (),
    fetch: Fetch | None = None,
    hidden: Collection[str] = (),
) -> list[ScoredPerson]:
    """Candidates of one index, best first, not yet cut into bands.

    `without` leaves listed names (by number) out of the search: so the benchmark asks how a person would be
    found whose alias the list did not know. `hidden` leaves out whole records.
    """
    request = prepare_query(query, index)
    holders = _holders(query, index, fetch, hidden)
    names = dict.fromkeys([*search_names(request, index), *_names_of(holders, index)])
    left = [name for name in names if name not in without]
    if hidden:
        left = [name for name in left if index.record(int(index.person_of[name])) not in hidden]
    return score_names(request, left, index, holders)


def score_names(
    request: PreparedQuery, names: list[int], index: PersonIndex, holders: dict[int, HeldDocument]
) -> list[ScoredPerson]:
    """The bearers of these names, best first, each by the name that fits best."""
    rows, which = index.rows.all_of(np.array(names, np.int64))
    hits = request.matches(rows)
    ends = np.searchsorted(which, np.arange(len(names) + 1))
    units = rows.tolist()
    aligned: dict[tuple[int, ...], Alignment] = {}  # namesakes have the same row of units
    best: dict[int, ScoredPerson] = {}
    about: dict[int, Amounts] = {}
    for place, name in enumerate(names):
        row = tuple(units[ends[place] : ends[place + 1]])
        if row not in aligned:
            aligned[row] = align_name(request, row, index, hits)
        person = int(index.person_of[name])
        if person not in about:
            about[person] = person_evidence(request.query, index.people.facts(person), numbers_met=person in holders)
        amounts = about[person] | name_evidence(aligned[row], index.quality(name), request.query)
        total = PRIOR + log_odds(amounts)
        known = best.get(person)  # of names that fit as well as each other the first listed is shown
        if known is None or (total, -name) > (known.score, -known.name):
            best[person] = ScoredPerson(person, name, aligned[row], amounts, total, holders.get(person))
    return sorted(best.values(), key=lambda scored: (-scored.score, index.record(scored.person)))


def _holders(
    query: PersonQuery, index: PersonIndex, fetch: Fetch | None, hidden: Collection[str]
) -> dict[int, HeldDocument]:
    """Persons known to hold a document with one of the traveller's numbers."""
    likely = {person for number in query.numbers for person in index.people.possible_holders(comparable_number(number))}
    here = [person for person in sorted(likely) if index.record(person) not in hidden]
    found = {person: find_held_document(query.numbers, index.notice(person, fetch).person.documents) for person in here}
    return {person: document for person, document in found.items() if document is not None}


def _names_of(persons: Collection[int], index: PersonIndex) -> list[int]:
    return [name for person in persons for name in index.names_of(person)]
