"""Every person worth showing for a query, scored: the best of their names, and what speaks for and against."""

from collections.abc import Collection
from dataclasses import dataclass

from appliance.matching.alignment import Alignment, align
from appliance.matching.candidates import search
from appliance.matching.evidence import log_odds, of_name, of_person
from appliance.matching.index import PersonIndex
from appliance.matching.query import PersonQuery, cleaned
from appliance.matching.request import prepare
from appliance.matching.weights import PRIOR


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


def score(query: PersonQuery, index: PersonIndex, without: Collection[int] = ()) -> list[Scored]:
    """Candidates, best first, not yet cut into bands.

    `without` leaves listed names (by number) out of the search: so the benchmark asks how a person would be
    found whose alias the list did not know.
    """
    request = prepare(query, index)
    best: dict[int, Scored] = {}
    about: dict[int, dict[str, float]] = {}
    for name in _names(query, search(request, index), index):
        if name in without:
            continue
        person = int(index.person_of[name])
        notice = index.notices[person]
        alignment = align(request, index.units_of(name), index)
        if person not in about:
            about[person] = of_person(query, notice.person)
        amounts = about[person] | of_name(alignment, index.listed_name(name).quality, query)
        total = PRIOR + log_odds(amounts)
        if person not in best or total > best[person].score:
            best[person] = Scored(person, name, alignment, amounts, total)
    return sorted(best.values(), key=lambda scored: (-scored.score, index.notices[scored.person].record))


def _names(query: PersonQuery, found: list[int], index: PersonIndex) -> list[int]:
    """Names found by their parts, and every name of whoever holds a document with one of the numbers."""
    holders = {person for number in query.numbers for person in index.holders.get(cleaned(number), ())}
    return list(dict.fromkeys([*found, *(name for person in sorted(holders) for name in index.names_of(person))]))
