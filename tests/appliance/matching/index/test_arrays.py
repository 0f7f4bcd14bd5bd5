"""The arrays of an index give back what was put in, and find what a plain loop would find."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from appliance.matching.comparison import allowed_slips
from appliance.matching.index.arrays import GroupedArray, Spellings, TextArray, are_among, sort_distinct
from tests.appliance.support.people import INDEX

WORDS = st.text("abdghiklmnrsStuvz", min_size=1, max_size=14)


@given(st.lists(st.text(max_size=20).filter(lambda text: "\ud800" > max(text, default=""))))
def test_texts_come_back(texts: list[str]) -> None:
    laid = TextArray.of(texts)
    assert [laid[number] for number in range(len(laid))] == texts


@given(st.lists(st.text("ABC", min_size=1, max_size=4), unique=True), st.text("ABC", min_size=1, max_size=3))
def test_texts_in_order_are_found_by_their_beginning(texts: list[str], prefix: str) -> None:
    ordered = TextArray.of(sorted(texts))
    numbered = [ordered[number] for number in ordered.beginning_with(prefix)]
    assert numbered == [text for text in sorted(texts) if text.startswith(prefix)]


@settings(deadline=None)
@given(st.lists(WORDS, unique=True), WORDS)
def test_spellings_near_a_word_are_those_a_plain_comparison_finds(words: list[str], wanted: str) -> None:
    spellings = Spellings.of(words)
    numbers, apart = spellings.find_near(wanted, allowed_slips)
    numbered = {spellings[number]: slips for number, slips in zip(numbers.tolist(), apart.tolist(), strict=True)}
    distances = {word: OSA.distance(wanted, word) for word in words}
    allowed = {word: allowed_slips(len(wanted), len(word)) for word in words}
    assert numbered == {word: far for word, far in distances.items() if far <= allowed[word] and allowed[word]}
    assert all(spellings[spellings.find(word)] == word for word in words)
    assert spellings.texts_of(np.arange(len(words))) == [spellings[number].encode() for number in range(len(words))]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30))),
    st.integers(0, 31),
    st.integers(0, 31),
    st.sets(st.integers(0, 5)),
)
def test_groups_and_stretches_of_them(pairs: list[tuple[int, int]], low: int, high: int, wanted: set[int]) -> None:
    pairs.sort(key=lambda pair: pair[1])
    grouped = GroupedArray.of(np.array([g for g, _ in pairs], np.int64), np.array([v for _, v in pairs], np.int64), 6)
    wanted = np.array(sorted(wanted), np.int64)
    low, high = sorted((low, high))
    begins, ends = grouped.find_within(wanted, np.full(len(wanted), low), np.full(len(wanted), high))
    expected = [value for group in sorted(wanted) for g, value in pairs if g == group and low <= value < high]
    assert grouped.ranges(begins, ends).tolist() == expected
    values, which = grouped.members_with_places(wanted)
    every = [(group, value) for group in sorted(wanted) for g, value in pairs if g == group]
    assert list(zip(wanted[which].tolist(), values.tolist(), strict=True)) == every


def test_units_that_begin_alike_are_found_in_any_of_their_spellings() -> None:
    texts = {INDEX.vocabulary.texts[unit] for unit in INDEX.vocabulary.beginning_with("MU").tolist()}
    assert "MÜLLER" in texts
    assert "MÜLLER" in {INDEX.vocabulary.texts[unit] for unit in INDEX.vocabulary.beginning_with("MULL").tolist()}
    assert not len(INDEX.vocabulary.beginning_with("QQ"))


@given(st.lists(st.integers(0, 50)), st.lists(st.integers(0, 50)))
def test_numbers_once_and_among_others(numbers: list[int], others: list[int]) -> None:
    distinct = sort_distinct(np.array(others, np.int32))
    assert distinct.tolist() == sorted(set(others))
    assert are_among(np.array(numbers, np.int32), distinct).tolist() == [number in others for number in numbers]
