"""Lists whose vocabularies are joined: each finds what its own vocabulary finds, in one search for all."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.index.joined_vocabulary import JoinedVocabulary
from appliance.matching.index.person_index import PersonIndex, join_indexes
from appliance.matching.index.vocabulary import UnitLookup, UnitSearch
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.persons.names import Token, tokenize
from tests.appliance.support.people import OTHER_PEOPLE, PEOPLE, TODAY

SLICES = (PEOPLE[:4], PEOPLE[4:], (), OTHER_PEOPLE, PEOPLE)
PLAIN = [PersonIndex(people, f"list {number}") for number, people in enumerate(SLICES)]
JOINED = [PersonIndex(people, f"list {number}") for number, people in enumerate(SLICES)]
join_indexes(JOINED)
WORDS = sorted(
    {word for people in SLICES for each in people for name in each.person.names for word in name.full.upper().split()}
)


@st.composite
def names(draw: st.DrawFn) -> str:
    """Listed words with slips, two of them perhaps written together."""
    text = draw(st.sampled_from(WORDS)) + draw(st.sampled_from(["", *WORDS]))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(["", *"AEHKMRZ"])) + text[place + draw(st.integers(0, 1)) :]
    return text


@settings(max_examples=300, deadline=None)
@given(names())
def test_each_list_finds_the_units_and_grades_of_its_own_vocabulary(name: str) -> None:
    for token in tokenize(name):
        for plain, joined in zip(PLAIN, JOINED, strict=True):
            for search in ("find_similar", "find_similar_alone", "find_close"):
                expected, found = getattr(plain.vocabulary, search)(token), getattr(joined.lookup, search)(token)
                assert [part.tolist() for part in found] == [part.tolist() for part in expected]
            assert _list_pairs(joined.lookup, token) == _list_pairs(plain.vocabulary, token)


def _list_pairs(lookup: UnitLookup, token: Token) -> list[Any]:
    return [[pair.firsts.tolist(), pair.seconds.tolist(), pair.similarity] for pair in lookup.find_pairs(token)]


@settings(max_examples=100, deadline=None)
@given(names(), names())
def test_the_candidates_are_those_of_lists_that_are_not_joined(surname: str, given_name: str) -> None:
    query = PersonQuery(surname, given_name)
    for plain, joined in zip(PLAIN, JOINED, strict=True):
        assert find_candidates(query, joined, today=TODAY) == find_candidates(query, plain, today=TODAY)


def test_a_part_is_searched_once_for_all_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = list[str]()
    find_similar = UnitSearch.find_similar

    def count(search: UnitSearch, token: Token) -> Any:
        searched.append(token.text)
        return find_similar(search, token)

    monkeypatch.setattr(UnitSearch, "find_similar", count)
    indexes = [PersonIndex(people, f"list {number}") for number, people in enumerate(SLICES)]
    join_indexes(indexes)
    for index in indexes:
        find_candidates(PersonQuery("TARVANI", "ESTEBAN"), index, today=TODAY)
    assert sorted(searched) == ["ESTEBAN", "TARVANI"]


def test_a_joined_vocabulary_has_the_spellings_of_all() -> None:
    joined = JoinedVocabulary([index.vocabulary for index in PLAIN])
    spellings = [index.vocabulary.spellings_of(unit) for index in PLAIN for unit in range(len(index.vocabulary))]
    assert [joined.spellings_of(unit) for unit in range(len(spellings))] == spellings
