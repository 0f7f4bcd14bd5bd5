"""The rival of the name benchmark: rapidfuzz's token_sort_ratio over every listed name, less usual penalties."""

from collections.abc import Collection

import numpy as np
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cdist

from appliance.matching.index import PersonIndex
from appliance.matching.query import PersonQuery
from data.persons.names import tokens
from data.persons.person import Person, Sex

WRONG_YEAR = 15.0
WRONG_SEX = 10.0
WRONG_NATIONALITY = 5.0


class TokenSort:
    """Scores every listed person for a query."""

    def __init__(self, index: PersonIndex) -> None:
        self._index = index
        self._names = [_latin(name.full) for notice in index.notices for name in notice.person.names]

    def best(self, query: PersonQuery, target: int | None, without: Collection[int]) -> tuple[float, float]:
        """(score of the best person, score of the target), 0 to 100."""
        asked = _latin(f"{query.surname} {query.given}")
        names = cdist([asked], self._names, scorer=token_sort_ratio, dtype=np.float32)[0]
        names[list(without)] = 0
        persons = np.maximum.reduceat(names, self._index.first_name[:-1])
        likely = np.argsort(-persons)[:50]
        scores = [persons[row] - _penalty(query, self._index.notices[row].person) for row in likely]
        mine = persons[target] - _penalty(query, self._index.notices[target].person) if target is not None else 0.0
        return max(scores), float(mine)


def _latin(name: str) -> str:
    return " ".join(token.forms[0].latin for token in tokens(name))


def _penalty(query: PersonQuery, person: Person) -> float:
    penalty = 0.0
    if person.births and query.birth and not any(query.birth.year in birth.years() for birth in person.births):
        penalty += WRONG_YEAR
    if Sex.UNKNOWN not in (query.sex, person.sex) and query.sex is not person.sex:
        penalty += WRONG_SEX
    if person.nationalities and query.nationality and query.nationality not in person.nationalities:
        penalty += WRONG_NATIONALITY
    return penalty
