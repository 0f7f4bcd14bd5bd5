"""Does the traveller fit somebody on a person list.

- A traveller whose name was not read or given, or is no more than one letter, is NOT_DONE, never "nobody fits".
- Where details are locked the hit stays, and what the record says of the person is left out.
- Everybody the screening names is searched: a typed name never stands in for the one on the document.
- A screening looks at the list's version first; an index of another version is never asked: it is built anew.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from threading import Lock
from typing import Generic, TypeVar

from appliance.answer.disclosure import remove_details, search_outcome
from appliance.checks.list_state import damaged_list_finding, edition_facts, missing_list_finding
from appliance.screening.check_ports import ListReader, ListView
from data.errors import Damaged
from data.lists.edition import Edition
from data.screenings import Band, Evidence, Finding, PersonCandidate, Screening, State, Traveller

I = TypeVar("I")  # noqa: E741  (an index)


class VersionedIndex(Generic[I]):
    """One index, tied to the version it was built from."""

    def __init__(self, build: Callable[[ListView], I]) -> None:
        self._build = build
        self._lock = Lock()
        self._built: tuple[int, int, I] | None = None

    def of(self, view: ListView, edition: Edition) -> I:
        """The index of exactly this version; built here when another one is in memory.

        Two screenings never build it twice. A build that outlasts a check's deadline leaves that screening
        NOT_DONE and serves the next.
        """
        with self._lock:
            if self._built is None or self._built[:2] != (edition.version, edition.digest):
                self._built = None  # the old one goes before the new one needs its memory
                self._built = (edition.version, edition.digest, self._build(view))
            return self._built[2]


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
        """`withheld` says why details of a version stay locked; empty where they may be shown."""
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
            return Finding(self.name, State.NOT_DONE, "no_name", _describe_no_name(screening.people))
        try:
            with self._list.read() as view:
                return self._answer(screening, view)
        except Damaged:
            return damaged_list_finding(self.name, self._list.name)

    def _answer(self, screening: Screening, view: ListView) -> Finding:
        if view.edition is None:
            return missing_list_finding(self.name, self._list.name)
        index = self._index.of(view, view.edition)
        candidates, why = (
            _best_of_each_record(self._search_everybody(screening, index, view)),
            self._withheld(view.edition),
        )
        if why:
            candidates = [remove_details(candidate, why) for candidate in candidates]
        state, reason, says = search_outcome(self._list.name, candidates)
        evidence = Evidence(candidates=tuple(candidates), facts=edition_facts(view.edition))
        return Finding(self.name, state, reason, says, True, evidence)

    def _search_everybody(self, screening: Screening, index: I, view: ListView) -> Iterator[PersonCandidate]:
        for person in filter(_has_name, screening.people):
            yield from self._search(replace(screening, traveller=person), index, view)


def _best_of_each_record(candidates: Iterable[PersonCandidate]) -> list[PersonCandidate]:
    best: dict[str, PersonCandidate] = {}
    for candidate in sorted(candidates, key=lambda each: (_BEST_FIRST.index(each.band), -each.score)):
        best.setdefault(candidate.record, candidate)
    return list(best.values())[:MOST_SHOWN]


def _has_name(person: Traveller) -> bool:
    """One letter finds nobody and everybody; a name in Chinese characters has a word in each."""
    name = person.surname + person.given
    return sum(map(str.isalpha, name)) > 1 or any("\u3400" <= letter <= "\u9fff" for letter in name)


def _describe_no_name(people: Iterable[Traveller]) -> str:
    has_letter = any(letter.isalpha() for person in people for letter in person.surname + person.given)
    reason = "A single letter is no name" if has_letter else "No name was read or given"
    return f"{reason}, so the person lists were not asked: scan the document or type the name"
