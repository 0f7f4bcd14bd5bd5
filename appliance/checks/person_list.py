"""Does the traveller fit somebody on a person list.

- A traveller without a name, or with a single letter as a name, is NOT_DONE, never "nobody fits".
- Where details are locked the hit stays, and what the record says about the person is left out.
- Everybody the screening names is searched: a typed name never stands in for the one on the document.
- A screening looks at the list's version first; an index of another version is never searched: it is rebuilt.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Protocol
from weakref import ref

from appliance.answer.disclosure import remove_details, search_outcome
from appliance.checks.list_state import answer_from_list, edition_facts
from appliance.matching.index.list_index import IndexedList, IndexSource
from appliance.matching.index.person_index import PersonIndex, join_indexes
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from appliance.matching.search import TravellerSearch
from appliance.matching.weights import DEFAULT_THRESHOLDS, Thresholds
from appliance.screening.check_ports import ListView, SearchedList
from data.lists.edition import Edition
from data.persons.names import NO_NAME_WORDS, split_words
from data.screenings import Band, Evidence, Finding, PersonCandidate, Screening, State, Traveller
from data.text import _

MOST_SHOWN = 5
"""Candidates of one list in an answer (docs/check.schema.json)."""
_BEST_FIRST = list(Band)

FindCandidates = Callable[..., Iterable[PersonCandidate]]
"""`appliance.matching.matcher.find_candidates`, or a test's own."""


class PersonList(IndexedList, SearchedList, Protocol):
    """A person list of this kit. `appliance.screening.list_access.GuardedList` is one."""

    def withheld(self, edition: Edition) -> str:
        """Why details of this version stay locked; empty where they may be shown."""


class PersonLists:
    """What the checks of all person lists share, so that one traveller is searched once.

    What was found for a screening is forgotten with it.
    """

    def __init__(self) -> None:
        self._sources = list[IndexSource]()
        self._joined: tuple[ref[PersonIndex], ...] = ()
        self._latest: tuple[ref[Screening], tuple[TravellerSearch, ...]] | None = None

    def add(self, source: IndexSource) -> None:
        """One more list."""
        self._sources.append(source)

    def join(self) -> None:
        """Let the indexes in memory be searched together; one that is not among them is searched alone."""
        newest = (source.newest for source in self._sources)
        indexes = [part for index in newest if index for part in index.parts]
        if len(indexes) < 2 or [known() for known in self._joined] == indexes:
            return
        for former in (known() for known in self._joined):
            if former is not None and former not in indexes:  # a base that changes were made to stays in memory
                former.search_in(former.vocabulary)
        join_indexes(indexes)
        self._joined = tuple(map(ref, indexes))

    def searches_of(self, screening: Screening) -> tuple[TravellerSearch, ...]:
        """A search for everybody who is named in the screening."""
        latest = self._latest
        if latest is not None and latest[0]() is screening:
            return latest[1]
        numbers = tuple(document.number for document in screening.documents)
        queries = (PersonQuery.of(person, numbers) for person in screening.people if _has_name(person))
        searches = tuple(map(TravellerSearch, queries))
        self._latest = ref(screening, self._forget), searches
        return searches

    def _forget(self, gone: "ref[Screening]") -> None:
        latest = self._latest
        if latest is not None and latest[0] is gone:
            self._latest = None


class PersonListCheck:
    """One person list, searched through an index of its current version."""

    mandatory = True

    def __init__(
        self,
        listed: PersonList,
        thresholds: Thresholds = DEFAULT_THRESHOLDS,
        find: FindCandidates = find_candidates,
        shared: PersonLists | None = None,
    ) -> None:
        self.name = f"persons:{listed.name}"
        self._list = listed
        self._thresholds = thresholds
        self._find = find
        self._indexes = IndexSource(listed)
        self._shared = shared or PersonLists()
        self._shared.add(self._indexes)

    def prepare(self) -> None:
        """Build the index of the version in force."""
        with self._list.read() as view:
            if view.edition is not None:
                self._indexes.of(view)

    def combine(self) -> None:
        """Search together with the other lists."""
        self._shared.join()

    def run(self, screening: Screening) -> Finding:
        """HIT `person_strong`, `person_possible`; PASS `person_weak`, `not_listed`; NOT_DONE `name_unknown` …"""
        if not self._shared.searches_of(screening):
            return _find_no_name(self.name, screening.people)
        return answer_from_list(self.name, self._list, partial(self._answer, screening))

    def _answer(self, screening: Screening, view: ListView, edition: Edition) -> Finding:
        candidates = _best_of_each_record(self._search_everybody(screening, view, edition))
        locked_reason = self._list.withheld(edition) if candidates else ""
        if locked_reason:
            candidates = [remove_details(candidate, locked_reason) for candidate in candidates]
        state, reason, says = search_outcome(self._list.name, candidates)
        evidence = Evidence(candidates=tuple(candidates), facts=edition_facts(edition))
        return Finding(self.name, state, reason, says, True, evidence)

    def _search_everybody(self, screening: Screening, view: ListView, edition: Edition) -> Iterator[PersonCandidate]:
        index = self._indexes.of(view)
        for search in self._shared.searches_of(screening):
            yield from self._find(
                search.query,
                index,
                self._thresholds,
                today=screening.at.date(),
                signed=edition.published.date(),
                fetch=view.get_many,
                search=search,
            )


def _best_of_each_record(candidates: Iterable[PersonCandidate]) -> list[PersonCandidate]:
    best: dict[str, PersonCandidate] = {}
    for candidate in sorted(candidates, key=lambda each: (_BEST_FIRST.index(each.band), -each.score)):
        best.setdefault(candidate.record, candidate)
    return list(best.values())[:MOST_SHOWN]


def _has_name(person: Traveller) -> bool:
    """Whether there is enough to search: two letters, or one Chinese character, which is a word by itself."""
    name = "".join(split_words(f"{person.surname} {person.given}"))
    return sum(map(str.isalpha, name)) > 1 or any("\u3400" <= letter <= "\u9fff" for letter in name)


def _find_no_name(list_check: str, people: Iterable[Traveller]) -> Finding:
    """NOT_DONE `no_name`; `name_unknown` where the document itself says that it gives none."""
    names = [f"{person.surname} {person.given}" for person in people]
    if any(word in NO_NAME_WORDS for name in names for word in name.upper().split()):
        reason, says = (
            "name_unknown",
            _(
                "The document gives no name, only words that stand for a missing one (FNU, LNU, XXX), so the person "
                "lists were not searched"
            ),
        )
    elif any(map(str.isalpha, "".join(names))):
        reason, says = (
            "no_name",
            _("One letter is not enough to search the person lists: scan the document or type the name"),
        )
    else:
        reason, says = (
            "no_name",
            _("No name was read or typed, so the person lists were not searched: scan the document or type the name"),
        )
    return Finding(list_check, State.NOT_DONE, reason, says)
