"""Asking the lists of persons: who fits, what is no question, and which index is asked."""

import gc
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from appliance.checks.person_list import PersonListCheck, PersonLists
from appliance.matching.index.list_index import LiveIndex
from appliance.matching.index.person_index import IndexGroup
from appliance.matching.query import PersonQuery
from data.documents.travel_document import MrzName
from data.lists.kinds.persons import rows
from data.lists.rows import Row
from data.screenings import Band, PersonCandidate, State, Traveller
from tests.appliance.support.people import notice
from tests.support.sample import PaperList, candidate, document, edition, screening


def persons(*candidates: PersonCandidate, listed: PaperList | None = None) -> PersonListCheck:
    return PersonListCheck(listed or PaperList("wanted"), find=lambda *_, **__: candidates)


def test_a_traveller_without_a_name_is_not_nobody_fits() -> None:
    finding = persons().run(screening(document(name=None), traveller=None))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_name")


@pytest.mark.parametrize("name", ["—", "'", "1234", "\u200b", "\u0301", "X", "X 1", "😀"])
def test_a_name_without_two_letters_is_not_nobody_fits(name: str) -> None:
    unnamed = document(name=None)
    finding = persons().run(screening(unnamed, traveller=Traveller(name)))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "no_name")


@pytest.mark.parametrize("name", ["FNU LNU", "XXX", "Lnu"])
def test_words_for_a_missing_name_are_no_name(name: str) -> None:
    finding = persons().run(screening(document(name=None), traveller=Traveller(name)))
    assert (finding.state, finding.reason) == (State.NOT_DONE, "name_unknown")


def test_a_chinese_name_of_one_character_is_asked() -> None:
    finding = persons().run(screening(document(name=None), traveller=Traveller("李")))
    assert finding.reason == "not_listed"


def test_a_typed_name_never_stands_in_for_the_one_on_the_document() -> None:
    searched: list[str] = []

    def find(query: PersonQuery, *_: object, **__: object) -> Iterable[PersonCandidate]:
        searched.append(query.surname)
        return [candidate(Band.STRONG if query.surname == "LISTED" else Band.WEAK)]

    check = PersonListCheck(PaperList("wanted"), find=find)
    finding = check.run(screening(document(name=MrzName("LISTED", "")), traveller=Traveller("TYPED")))
    assert sorted(searched) == ["LISTED", "TYPED"]
    assert [document_searched.band for document_searched in finding.evidence.candidates] == [Band.STRONG]


@pytest.mark.parametrize(
    ("bands", "state", "reason"),
    [
        ((Band.WEAK, Band.POSSIBLE, Band.STRONG), State.HIT, "person_strong"),
        ((Band.WEAK, Band.POSSIBLE), State.HIT, "person_possible"),
        ((Band.WEAK,), State.PASS, "person_weak"),
        ((), State.PASS, "not_listed"),
    ],
)
def test_persons_by_their_best_band(bands: tuple[Band, ...], state: State, reason: str) -> None:
    finding = persons(*[replace(candidate(band), record=band) for band in bands]).run(screening())
    assert (finding.state, finding.reason) == (state, reason)
    assert [document_searched.band for document_searched in finding.evidence.candidates] == list(bands[::-1])


def test_an_index_of_another_version_is_never_asked() -> None:
    listed, searched = PaperList("wanted", edition("wanted", 1)), list[str]()

    def find(query: PersonQuery, index: LiveIndex, *_: object, **__: object) -> Iterable[PersonCandidate]:
        searched.extend(listed_notice.record for part in index.parts for listed_notice in part.notices)
        return ()

    check = PersonListCheck(listed, find=find)
    for version in (1, 1, 2, 1):
        listed.edition = edition("wanted", version)
        listed.content = {row.key: row.body for row in rows([notice(f"in-{version}", "Jane DOE")], b"")}
        check.prepare()
        check.run(screening())
    assert searched == ["in-1", "in-1", "in-2", "in-1"]


def test_an_index_is_built_once_a_version_and_again_after_a_failure() -> None:
    built: list[int] = []

    class FailingAtFirst(PaperList):
        def changes(self) -> tuple[Sequence[Row], Sequence[bytes]]:
            built.append(1)
            if len(built) == 1:
                raise MemoryError
            return super().changes()

    check = PersonListCheck(FailingAtFirst("wanted"))
    with pytest.raises(MemoryError):
        check.prepare()
    check.prepare()
    check.run(screening())
    assert len(built) == 2


def test_a_traveller_is_prepared_once_for_all_lists_and_forgotten_with_the_screening() -> None:
    asked = list[PersonQuery]()

    def find(query: PersonQuery, *_: object, **__: object) -> Iterable[PersonCandidate]:
        asked.append(query)
        return ()

    shared = PersonLists()
    checks = [PersonListCheck(PaperList(f"list {number}"), find=find, shared=shared) for number in range(3)]
    traveller = screening(document(name=MrzName("LISTED", "ADA")), traveller=None)
    assert {check.run(traveller).reason for check in checks} == {"not_listed"}
    assert len(asked) == 3 and len({id(query) for query in asked}) == 1
    query = weakref.ref(asked.pop())
    asked.clear()
    assert query() is not None
    del traveller
    gc.collect()
    assert query() is None


def test_a_list_that_came_after_the_others_were_joined_is_searched_as_they_are() -> None:
    shared = PersonLists()
    lists = [
        PaperList(name, edition(name), dict(rows([notice("r1", "Esteban QUORRILLO")], b"salt")))
        for name in ("a", "b", "late")
    ]
    checks = [PersonListCheck(listed, shared=shared) for listed in lists[:2]]
    for check in checks:
        check.prepare()
    for check in checks:
        check.combine()
    checks.append(PersonListCheck(lists[2], shared=shared))
    traveller = screening(document(name=MrzName("QUORRILLO", "ESTEBAN")), traveller=None)
    assert [check.run(traveller).reason for check in checks] == 3 * [checks[0].run(traveller).reason]
    assert checks[2].run(traveller).evidence.candidates


def test_what_was_joined_is_freed_when_another_version_is() -> None:
    """A base stays in memory with its changes, but not the lists that it was searched with without them."""
    groups = list[weakref.ref[IndexGroup]]()

    def find(query: PersonQuery, index: LiveIndex, *_: object, **__: object) -> Iterable[PersonCandidate]:
        groups.extend(weakref.ref(part.joined[0]) for part in index.parts if part.joined)
        return ()

    shared, lists = PersonLists(), [PaperList(name, edition(name)) for name in ("a", "b")]
    checks = [PersonListCheck(listed, find=find, shared=shared) for listed in lists]
    for version in (1, 2):
        for check in checks:
            check.prepare()
        for check in checks:
            check.combine()
        checks[0].run(screening())
        lists[0].edition = edition("a", version + 1)
        lists[0].content = {row.key: row.body for row in rows([notice("new", "Jane DOE")], b"")}
    assert [group() is None for group in groups] == [True, False, False]
