"""nomenklatura's logic-v1 and logic-v2 as they come, where they are installed (group `bench`)."""

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from typing import Any

from appliance.matching.query import PersonQuery
from data.persons.notice import Notice
from data.persons.person import Sex
from tests.benchmarks.names_pairs import Compare

_NUMBERS = count()
_SEXES = {Sex.MALE: ["male"], Sex.FEMALE: ["female"], Sex.UNKNOWN: []}
ALGORITHMS = ("logic-v1", "logic-v2")


def installed() -> bool:
    return find_spec("nomenklatura") is not None


class Logic:
    """One algorithm."""

    def __init__(self, name: str) -> None:
        from nomenklatura.matching import get_algorithm
        from nomenklatura.matching.types import ScoringConfig

        self._algorithm: Any = get_algorithm(name)
        self._config = ScoringConfig.defaults()

    def compare(self, one: Any, other: Any) -> float:
        return float(self._algorithm.compare(one, other, self._config).score)

    def names(self, one: str, other: str) -> float:
        return self.compare(_entity("a", name=[one]), _entity("b", name=[other]))


def traveller(query: PersonQuery) -> Any:
    born = [str(query.birth)] if query.birth else []
    nations = [query.nationality] if query.nationality else []
    name = [f"{query.given} {query.surname}".strip()]
    return _entity("traveller", name=name, birthDate=born, gender=_SEXES[query.sex], nationality=nations)


def listed(notice: Notice, without: frozenset[int]) -> Any:
    """`without` are places among the notice's names."""
    person = notice.person
    names = [name.full for place, name in enumerate(person.names) if place not in without]
    born = [str(birth).lstrip("~")[:10] for birth in person.births if birth.until is None]
    nations = list(person.nationalities)
    return _entity(notice.record, name=names, birthDate=born, gender=_SEXES[person.sex], nationality=nations)


def _entity(entity: str, **properties: list[str]) -> Any:
    from followthemoney import model

    # The algorithms remember names by the id of their entity, so each needs one of its own.
    return model.get_proxy({"id": f"{entity}-{next(_NUMBERS)}", "schema": "Person", "properties": properties})


def compares() -> Iterator[tuple[str, Compare]]:
    for name in ALGORITHMS if installed() else ():
        yield name, Logic(name).names
