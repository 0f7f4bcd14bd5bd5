"""Lists that are searched together: each gives what it gives alone, whatever happens to the others."""

import gc
import random
import weakref
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching import retrieval, search
from appliance.matching.index import person_index
from appliance.matching.index.list_index import LiveIndex
from appliance.matching.index.person_index import IndexGroup, PersonIndex, group_alone, join_indexes
from appliance.matching.matcher import find_candidates
from appliance.matching.prepared import GroupQuery, prepare_group_query
from appliance.matching.query import PersonQuery
from appliance.matching.search import SearchEffort, TravellerSearch, search_names
from data.persons.names import tokenize
from data.persons.person import PartialDate, Person
from tests.appliance.support.listed_people import PARTS, answers, changed_index, lists, queries
from tests.appliance.support.people import OTHER_PEOPLE, PEOPLE, TODAY, ask, notice


def together(query: PersonQuery, indexes: list[Any]) -> list[Any]:
    one_search = TravellerSearch(query)
    return [find_candidates(query, index, today=TODAY, search=one_search) for index in indexes]


def alone(query: PersonQuery, indexes: list[Any]) -> list[Any]:
    return [find_candidates(query, index, today=TODAY) for index in indexes]


def group_of(index: PersonIndex) -> IndexGroup:
    assert index.joined is not None
    return index.joined[0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(lists, lists), min_size=2, max_size=4), st.lists(queries, min_size=1, max_size=4))
def test_changed_lists_give_together_what_they_give_alone(
    versions: list[tuple[dict[str, Person], dict[str, Person]]], asked: list[PersonQuery]
) -> None:
    apart, joined = ([changed_index(*version) for version in versions] for _ in range(2))
    join_indexes([part for index in joined for part in index.parts])
    for query in asked:
        assert together(query, joined) == alone(query, apart)


NARROW = SearchEffort(names=3, namesakes=3, most_read_whole=2)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(lists, lists), min_size=2, max_size=4), st.lists(queries, min_size=1, max_size=4))
def test_large_lists_of_which_a_part_is_read_give_together_what_they_give_alone(
    versions: list[tuple[dict[str, Person], dict[str, Person]]], asked: list[PersonQuery]
) -> None:
    """Large for these bounds. Names are estimated in several rounds."""
    indexes = [part for version in versions for part in changed_index(*version).parts]
    join_indexes(indexes)
    with patch.object(retrieval, "_FEW", 1), patch.object(search, "_FIRST_ROUND", 2):
        for query in asked:
            compare_names(query, indexes, NARROW)


def compare_names(query: PersonQuery, indexes: list[PersonIndex], effort: SearchEffort) -> None:
    found = search_names(prepare_group_query(query, group_of(indexes[0])), effort=effort)
    for index in indexes:
        assert index.joined is not None
        own = search_names(prepare_group_query(query, group_alone(index)), effort=effort)
        assert found.get(index.joined[1], []) == own.get(0, [])


def crowd(dice: random.Random, count: int, words: Sequence[str]) -> PersonIndex:
    """Invented people with these words as names, most of them common."""
    shares = [1 / place for place in range(1, len(words) + 1)]
    people = []
    for number in range(count):
        name = " ".join(dice.choices(words, shares, k=dice.randint(1, 4)))
        born = f"{dice.randrange(1955, 1965)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        births = dice.choice(((born,), (born,), (born[:4],), (f"~{born[:4]}",), (), (born, "1961")))
        people.append(notice(str(number), name, born=births))
    return PersonIndex(people)


def test_a_crowd_and_small_lists_give_together_what_they_give_alone() -> None:
    """What is rare, common, read in part or left open differs from list to list."""
    dice = random.Random(4)
    words = [word for word in PARTS if word.isascii()]
    indexes = [crowd(dice, count, dice.sample(words, len(words))) for count in (900, 0, 30, 1, 300)]
    join_indexes(indexes)
    for _ in range(150):
        surname, given_names = (" ".join(dice.choices(words, k=dice.randint(1, 2))) for _ in range(2))
        born = PartialDate(dice.randrange(1955, 1965), *dice.choice(((3, 4), (12, 28), (3,), ())))
        truncated = dice.random() < 0.2
        given_names = given_names[: dice.randint(1, 9)] if truncated else given_names
        compare_names(PersonQuery(surname, given_names, truncated, born), indexes, SearchEffort(most_read_whole=20))


def test_a_part_proves_in_each_list_what_it_proves_there_alone() -> None:
    """Of whoever is in the base of a list, in its changes or in both."""
    again = [replace(notice, record=f"again {notice.record}") for notice in PEOPLE]
    changed = LiveIndex(PersonIndex(PEOPLE, "changed"), again, [PEOPLE[0].record])
    indexes = [*changed.parts, PersonIndex(OTHER_PEOPLE, "other")]
    join_indexes(indexes)
    by_number = {index.joined[1]: index for index in indexes if index.joined}
    assert sorted(by_number) == [0, 1, 2]
    group = group_of(indexes[0])
    for word in ("UNLISTED", "AL", *(word for each in PEOPLE for word in each.person.names[0].full.split())):
        token = tokenize(word)[0]
        assert group.bits_of(token).tolist() == [by_number[number].bits_of(token) for number in range(3)]


@settings(max_examples=40, deadline=None)
@given(lists, lists, st.lists(queries, min_size=1, max_size=4))
def test_an_index_in_a_group_is_searched_alone_as_before(
    before: dict[str, Person], after: dict[str, Person], asked: list[PersonQuery]
) -> None:
    apart, joined = ([changed_index(before, after), changed_index(after, before)] for _ in range(2))
    join_indexes([part for index in joined for part in index.parts])
    for plain, index in zip(apart, joined, strict=True):
        assert answers(index, asked) == answers(plain, asked)


def make_lists(*names: str) -> list[PersonIndex]:
    return [PersonIndex(people, name) for name, people in zip(names, (PEOPLE, OTHER_PEOPLE, PEOPLE[:5]), strict=False)]


def test_indexes_and_their_group_are_freed_with_their_last_use() -> None:
    """Without a garbage collection: the Desk excludes what it has loaded from those."""
    joined = make_lists("a", "b", "c")
    join_indexes(joined)
    for find in (together, alone):
        find(LISTED[0], joined)
    known = [*map(weakref.ref, joined), weakref.ref(group_of(joined[0]))]
    gc.disable()
    try:
        joined.clear()
        assert [index() for index in known] == 4 * [None]
    finally:
        gc.enable()


LISTED = [ask(*notice.person.names[0].full.split(" ", 1)[::-1]) for notice in (*PEOPLE, *OTHER_PEOPLE)]


def count_searches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of indexes of each search from here on."""
    sizes, search_names = list[int](), search.search_names

    def count(prepared: GroupQuery, *more: Any) -> dict[int, list[int]]:
        sizes.append(len(prepared.group))
        return search_names(prepared, *more)

    monkeypatch.setattr(search, "search_names", count)
    return sizes


def test_one_pass_searches_all_lists_of_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    joined = make_lists("a", "b", "c")
    join_indexes(joined)
    sizes = count_searches(monkeypatch)
    together(LISTED[0], joined)
    assert sizes == [3]


def test_only_small_lists_are_searched_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is in the group with all its changes, or not at all."""

    def make() -> list[Any]:
        changed = LiveIndex(PersonIndex(PEOPLE, "changed"), OTHER_PEOPLE, [PEOPLE[0].record])
        return [changed, PersonIndex(OTHER_PEOPLE, "a"), PersonIndex(PEOPLE[:5], "b")]

    apart, joined = make(), make()
    monkeypatch.setattr(person_index, "_MOST_PERSONS", len(OTHER_PEOPLE) + 5)
    join_indexes([part for index in joined for part in index.parts])
    assert [[part.joined is None for part in index.parts] for index in joined] == [[True, True], [False], [False]]
    sizes = count_searches(monkeypatch)
    for query in LISTED:
        assert together(query, joined) == alone(query, apart)
    assert {size for size in sizes if size > 1} == {2}


def test_what_fails_for_a_group_is_searched_list_by_list(monkeypatch: pytest.MonkeyPatch) -> None:
    apart, joined = make_lists("a", "b", "c"), make_lists("a", "b", "c")
    expected = [alone(query, apart) for query in LISTED]
    join_indexes(joined)
    search_names, failures = search.search_names, list[str]()

    def fail_for_groups(prepared: GroupQuery, *more: Any) -> dict[int, list[int]]:
        if len(prepared.group) > 1:
            failures.append("group")
            raise IndexError("damaged arrays of one of them")
        return search_names(prepared, *more)

    monkeypatch.setattr(search, "search_names", fail_for_groups)
    assert [together(query, joined) for query in LISTED] == expected
    assert len(failures) == len(LISTED)  # tried once for each traveller, not once for each list


def test_a_list_does_not_wait_for_the_search_of_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """That search may hang in the thread of another check."""
    joined = make_lists("a", "b", "c")
    expected = alone(LISTED[0], joined)
    join_indexes(joined)
    search_names, meanwhile = search.search_names, list[Any]()
    one_search = TravellerSearch(LISTED[0])

    def find_another_first(prepared: GroupQuery, *more: Any) -> dict[int, list[int]]:
        if len(prepared.group) > 1:
            meanwhile.append(find_candidates(LISTED[0], joined[1], today=TODAY, search=one_search))
        return search_names(prepared, *more)

    monkeypatch.setattr(search, "search_names", find_another_first)
    assert find_candidates(LISTED[0], joined[0], today=TODAY, search=one_search) == expected[0]
    assert meanwhile == [expected[1]]
