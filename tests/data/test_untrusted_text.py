"""Hostile text is made safe, and its words stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.untrusted_text import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (None, ""),
        ("  two\n\twords ", "two words"),
        ("a\x00b\x1b[0mc", "a b [0mc"),
        ("a\u202eb\u2066c", "a b c"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("e\u0301", "é"),
        ("\ud800", "\ufffd"),
    ],
)
def test_clean(text: str | None, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 20, 10) == "x" * 9 + "…"


@given(st.text())
def test_cleaned_text_can_be_stored_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean(text, 50)
    assert len(cleaned.encode()) <= 200
    assert clean(cleaned, 50) == cleaned
