"""Document numbers: one spelling, and neighbours that a reader may have meant."""

import unicodedata
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz.fields import check_digit
from data.documents.number import (
    MOST_NEIGHBOURS,
    clean_number,
    describe_characters,
    is_din,
    legible_part,
    unread_characters,
)
from data.documents.tables.confusable import CONFUSABLE
from tests.data.support.near_numbers import neighbours


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [("l898 902-c3", "L898902C3"), ("987654<BB", "987654BB"), ("D 12/34５６．7(ℂ)", "D1234567C"), ("", "")],
)
def test_a_number_has_one_spelling(typed: str, cleaned: str) -> None:
    assert clean_number(typed) == cleaned


@pytest.mark.parametrize("text", ["A1234567" + " " * 10_000_000, "9" * 10_000_000, " " * 201, "\ud800" * 10_000_000])
def test_text_without_end_is_no_number(text: str) -> None:
    assert clean_number(text) == ""
    assert clean_number(text + "?") == legible_part(text + "?") == ""


UNREAD = [
    ("24FV3?617", ("?",)),
    ("24FV3*6_7", ("*", "_")),
    ("24FV3\ufffd617", ("\ufffd",)),
    ("24FV3\udcfc617", ("\udcfc",)),
    ("\u0410E4471902", ("\u0410",)),
    ("ΑΒ123456", ("Α", "Β")),
    ("AE447١902", ("١",)),
    ("24FV3861ß", ("ß",)),
    ("24FV3861½", ("½",)),
    ("②4FV38617", ("②",)),
    ("24FV3861²", ("²",)),
    ("Ⅰ4FV38617", ("Ⅰ",)),
    ("ı4FV38617", ("ı",)),
    ("ſ4FV38617", ("ſ",)),
    ("Á4FV38617", ("Á",)),
    ("A\u03014FV38617", ("Á",)),
    ("24FV\u202e38617", ("\u202e",)),
    ("24FV38617\x00", ("\x00",)),
    ("24FV\x1d38617", ("\x1d",)),
    ("№ 24FV38617", ("№",)),
    ("24FV386…", ("…",)),
]
PLAIN = [*ascii_letters, *digits, *(chr(ord(char) + 0xFEE0) for char in ascii_letters + digits)]
BETWEEN = [*" -./\\,:'()<‐–—−‘’－／．\u00a0\u3000\u200b\u00ad"]


@pytest.mark.parametrize(("text", "unread"), UNREAD)
def test_a_number_with_a_character_that_was_not_read_is_no_number(text: str, unread: tuple[str, ...]) -> None:
    assert unread_characters(text) == unread
    assert clean_number(text) == ""
    assert len(legible_part(text)) >= 6


@given(st.lists(st.sampled_from([*PLAIN, *BETWEEN]), max_size=40).map("".join))
def test_blanks_and_marks_and_full_width_forms_are_read(text: str) -> None:
    assert unread_characters(text) == ()
    assert clean_number(text) == legible_part(text)
    assert len(clean_number(text)) == sum(char in PLAIN for char in text)


@given(st.text(max_size=30), st.text("ABC123", min_size=5))
def test_nothing_but_a_mark_is_dropped_and_no_character_becomes_others(text: str, plain: str) -> None:
    cleaned = clean_number(plain + text)
    if unread_characters(text):
        assert cleaned == ""
    else:
        kept = [char for char in unicodedata.normalize("NFC", plain + text) if clean_number(char)]
        assert cleaned == "".join(map(clean_number, kept)) and len(cleaned) == len(kept)
        assert all(unicodedata.normalize("NFKC", char).upper() == clean_number(char) for char in kept)


def test_a_character_that_looks_like_another_is_told_with_its_code() -> None:
    unread = ("?", "\u0410", "\ufffd", "\u202e", "½", "²")
    assert describe_characters(unread) == "?, \u0410 (U+0410), U+FFFD, U+202E, ½ (U+00BD)"


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
