"""Does the traveller fit somebody on a person list.

- A traveller whose name was not read or given, or is no more than one letter, is NOT_DONE, never "nobody fits".
- Where details are locked the hit stays, and what the record says of the person is left out.
- Everybody the screening names is searched: a typed name never stands in for the one on the document.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Generic

from appliance.checks.list_state import damaged, edition_facts, missing
from appliance.checks.person_index import I, VersionedIndex
from appliance.persons_outcome import outcome
from appliance.ports import ListReader, ListView
from appliance.withheld import without_details
from data.errors import Damaged
from data.findings import Band, Evidence, Finding, PersonCandidate, State
from data.lists.edition import Edition
from data.screenings import Screening, Traveller

_BEST_FIRST = list(Band)
MOST_SHOWN = 5
"""Candidates of one list in an answer (docs/check.schema.json)."""


class PersonListCheck(Generic[I]):
    """One person list, searched through an index of its current version."""

    mandatory = True

    def __init__(
        self,
        listed: ListReader,
        build: Callable[[ListView], I],
        search: Callable[[Screening, I, ListView], Iterable[PersonCandidate]],
        withheld: Callable[[Edition], str],
    ) -> None:
        """`withheld` says why details of a version stay locked; empty where they may be told."""
        self.name = f"persons:{listed.name}"
        self._list = listed
        self._index = VersionedIndex(build)
        self._search = search
        self._withheld = withheld

    def prepare(self) -> None:
        """Build the index of the version in force."""
        with self._list.read() as view:
            if view.edition is not None:
                self._index.of(view, view.edition)

    def run(self, screening: Screening) -> Finding:
        """HIT `person_strong`, `person_possible`; PASS `person_weak`, `not_listed`; NOT_DONE `no_name` …"""
        if not any(map(_has_name, screening.people)):
            return Finding(self.name, State.NOT_DONE, "no_name", _not_asked(screening.people))
        try:
            with self._list.read() as view:
                return self._answer(screening, view)
        except Damaged:
            return damaged(self.name, self._list.name)

    def _answer(self, screening: Screening, view: ListView) -> Finding:
        if view.edition is None:
            return missing(self.name, self._list.name)
        index = self._index.of(view, view.edition)
        candidates, why = _each_at_its_best(self._found(screening, index, view)), self._withheld(view.edition)
        if why:
            candidates = [without_details(one, why) for one in candidates]
        state, reason, says = outcome(self._list.name, candidates)
        evidence = Evidence(candidates=tuple(candidates), facts=edition_facts(view.edition))
        return Finding(self.name, state, reason, says, True, evidence)

    def _found(self, screening: Screening, index: I, view: ListView) -> Iterator[PersonCandidate]:
        for person in filter(_has_name, screening.people):
            yield from self._search(replace(screening, traveller=person), index, view)


def _each_at_its_best(found: Iterable[PersonCandidate]) -> list[PersonCandidate]:
    best: dict[str, PersonCandidate] = {}
    for one in sorted(found, key=lambda one: (_BEST_FIRST.index(one.band), -one.score)):
        best.setdefault(one.record, one)
    return list(best.values())[:MOST_SHOWN]


def _has_name(person: Traveller) -> bool:
    """One letter finds nobody and everybody; a name in Chinese characters has a word in each."""
    name = person.surname + person.given
    return sum(map(str.isalpha, name)) > 1 or any("\u3400" <= letter <= "\u9fff" for letter in name)


def _not_asked(people: Iterable[Traveller]) -> str:
    some = any(letter.isalpha() for person in people for letter in person.surname + person.given)
    what = "A single letter is no name" if some else "No name was read or given"
    return f"{what}, so the person lists were not asked: scan the document or type the name"
