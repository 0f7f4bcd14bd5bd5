"""Rivals on the same queries: token_sort with usual penalties, and logic-v1 / logic-v2 over its best forty persons."""

from collections.abc import Callable, Collection, Iterator

import numpy as np
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cdist

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.query import PersonQuery
from data.persons.person import Person, Sex
from tests.benchmarks import names_logic
from tests.benchmarks.names_pairs import latin

WRONG_YEAR = 15.0
WRONG_SEX = 10.0
WRONG_NATIONALITY = 5.0
LIKELY = 40
Best = Callable[[PersonQuery, int | None, Collection[int]], tuple[float, float]]
"""(score of the best person, score of the target)."""


class TokenSort:
    """Scores every listed person for a query."""

    def __init__(self, index: PersonIndex) -> None:
        self._index = index
        self._names = [latin(name.full) for notice in index.notices for name in notice.person.names]

    def best(self, query: PersonQuery, target: int | None, without: Collection[int]) -> tuple[float, float]:
        persons = self.persons(query, without)
        scores = [persons[row] - _penalty(query, self._index.notices[row].person) for row in likely(persons)]
        mine = persons[target] - _penalty(query, self._index.notices[target].person) if target is not None else 0.0
        return max(scores), float(mine)

    def persons(self, query: PersonQuery, without: Collection[int]) -> np.ndarray:
        asked = latin(f"{query.surname} {query.given}")
        names = cdist([asked], self._names, scorer=token_sort_ratio, dtype=np.float32)[0]
        names[list(without)] = 0
        return np.maximum.reduceat(names, self._index.first_name[:-1])


def likely(persons: np.ndarray) -> list[int]:
    return np.argsort(-persons)[:LIKELY].tolist()


class Logic:
    """A nomenklatura algorithm over the persons that token_sort thinks likeliest, and the target."""

    def __init__(self, name: str, sort: TokenSort, index: PersonIndex) -> None:
        self._logic = names_logic.Logic(name)
        self._sort = sort
        self._index = index
        self._entities = [names_logic.listed(notice, frozenset()) for notice in index.notices]

    def best(self, query: PersonQuery, target: int | None, without: Collection[int]) -> tuple[float, float]:
        asked = names_logic.traveller(query)
        if target is not None:
            hidden = frozenset(name - self._index.names_of(target).start for name in without)
            return 0.0, self._logic.compare(asked, names_logic.listed(self._index.notices[target], hidden))
        rows = likely(self._sort.persons(query, without))
        return max(self._logic.compare(asked, self._entities[row]) for row in rows), 0.0


def rivals(index: PersonIndex) -> Iterator[tuple[str, Best]]:
    sort = TokenSort(index)
    yield "token_sort + penalties", sort.best
    if not names_logic.installed():
        print("SKIP logic-v1, logic-v2: nomenklatura is not installed (group bench)")
        return
    for name in names_logic.ALGORITHMS:
        yield name, Logic(name, sort, index).best


def _penalty(query: PersonQuery, person: Person) -> float:
    penalty = 0.0
    if person.births and query.birth and not any(query.birth.year in birth.years() for birth in person.births):
        penalty += WRONG_YEAR
    if Sex.UNKNOWN not in (query.sex, person.sex) and query.sex is not person.sex:
        penalty += WRONG_SEX
    if person.nationalities and query.nationality and query.nationality not in person.nationalities:
        penalty += WRONG_NATIONALITY
    return penalty
