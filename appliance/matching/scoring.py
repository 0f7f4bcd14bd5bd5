"""Every person worth showing for a query, scored: the best of their names, and what speaks for and against."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from appliance.matching.alignment import Alignment, align
from appliance.matching.candidates import search
from appliance.matching.evidence import Amounts, log_odds, of_name, of_person
from appliance.matching.facts import held
from appliance.matching.index import Fetch, PersonIndex
from appliance.matching.query import PersonQuery, cleaned
from appliance.matching.request import Request, prepare
from appliance.matching.weights import PRIOR
from data.persons.person import HeldDocument


@dataclass(frozen=True, slots=True)
class Scored:
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


def score(
    query: PersonQuery,
    index: PersonIndex,
    without: Collection[int] = (),
    fetch: Fetch | None = None,
    hidden: Collection[str] = (),
) -> list[Scored]:
    """Candidates of one index, best first, not yet cut into bands.

    `without` leaves listed names (by number) out of the search: so the benchmark asks how a person would be
    found whose alias the list did not know. `hidden` leaves out whole records.
    """
    request = prepare(query, index)
    holders = _holders(query, index, fetch, hidden)
    names = dict.fromkeys([*search(request, index), *_names_of(holders, index)])
    left = [name for name in names if name not in without]
    if hidden:
        left = [name for name in left if index.record(int(index.person_of[name])) not in hidden]
    return score_names(request, left, index, holders)


def score_names(
    request: Request, names: list[int], index: PersonIndex, holders: dict[int, HeldDocument]
) -> list[Scored]:
    """The bearers of these names, best first, each by the name that fits best."""
    rows, which = index.rows.all_of(np.array(names, np.int64))
    hits = request.hits(rows)
    ends = np.searchsorted(which, np.arange(len(names) + 1))
    units = rows.tolist()
    aligned: dict[tuple[int, ...], Alignment] = {}  # namesakes have the same row of units
    best: dict[int, Scored] = {}
    about: dict[int, Amounts] = {}
    for place, name in enumerate(names):
        row = tuple(units[ends[place] : ends[place + 1]])
        if row not in aligned:
            aligned[row] = align(request, row, index, hits)
        person = int(index.person_of[name])
        if person not in about:
            about[person] = of_person(request.query, index.people.facts(person), numbers_met=person in holders)
        amounts = about[person] | of_name(aligned[row], index.quality(name), request.query)
        total = PRIOR + log_odds(amounts)
        known = best.get(person)  # of names that fit as well as each other the first listed is shown
        if known is None or (total, -name) > (known.score, -known.name):
            best[person] = Scored(person, name, aligned[row], amounts, total, holders.get(person))
    return sorted(best.values(), key=lambda scored: (-scored.score, index.record(scored.person)))


def _holders(
    query: PersonQuery, index: PersonIndex, fetch: Fetch | None, hidden: Collection[str]
) -> dict[int, HeldDocument]:
    """Persons known to hold a document with one of the traveller's numbers."""
    likely = {person for number in query.numbers for person in index.people.may_hold(cleaned(number))}
    here = [person for person in sorted(likely) if index.record(person) not in hidden]
    found = {person: held(query.numbers, index.notice(person, fetch).person.documents) for person in here}
    return {person: document for person, document in found.items() if document is not None}


def _names_of(persons: Collection[int], index: PersonIndex) -> list[int]:
    return [name for person in persons for name in index.names_of(person)]
