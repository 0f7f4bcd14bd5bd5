"""Document numbers: one spelling, and neighbours that a reader may have meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz.fields import check_digit
from data.documents.number import MOST_NEIGHBOURS, clean_number, is_din
from data.documents.tables.confusable import CONFUSABLE
from tests.data.support.near_numbers import neighbours


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [("l898 902-c3", "L898902C3"), ("987654<BB", "987654BB"), ("№ 12/34５６", "NO123456"), ("АВ12", "12"), ("", "")],
)
def test_a_number_has_one_spelling(typed: str, cleaned: str) -> None:
    assert clean_number(typed) == cleaned


@pytest.mark.parametrize("text", ["A1234567" + " " * 10_000_000, "9" * 10_000_000, " " * 201, "\ud800" * 10_000_000])
def test_text_without_end_is_no_number(text: str) -> None:
    assert clean_number(text) == ""
    assert clean_number("A1234567\ud800\u202e\x00") == "A1234567"


def test_lengths_the_list_can_hold() -> None:
    assert [is_din("A" * length) for length in (4, 5, 25, 26)] == [False, True, True, False]


def test_swaps_that_no_digit_sees_come_first() -> None:
    assert neighbours("L7G") == ["17G", "L76", "176"]


def test_two_swaps_that_cancel_are_found() -> None:
    # Under weights 7-3-1-7-3-1-7-3-1-7, O for 0 adds 8 at weight 7 and 2 at weight 3.
    assert "OO34" in neighbours("0034")
    assert "O034" not in neighbours("0034")


def test_fillers_keep_their_place_in_the_weights() -> None:
    assert "OO<4" in neighbours("00<4")


def test_numbers_are_bounded() -> None:
    assert len(neighbours("0" * 9)) < MOST_NEIGHBOURS
    assert 0 < len(neighbours("0" * 25)) <= MOST_NEIGHBOURS


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<", min_size=1, max_size=12))
def test_neighbours_are_confusable_equal_in_digit_and_distinct(number: str) -> None:
    near_numbers = neighbours(number)
    assert len(set(near_numbers)) == len(near_numbers) and number not in near_numbers
    for near in near_numbers:
        changed = [(old, new) for old, new in zip(number, near, strict=True) if old != new]
        assert 1 <= len(changed) <= 3
        assert all(new in CONFUSABLE[old] for old, new in changed)
        assert check_digit(near) == check_digit(number)


def test_what_is_confused_is_confused_both_ways() -> None:
    assert all(char in CONFUSABLE[other] for char, others in CONFUSABLE.items() for other in others)
