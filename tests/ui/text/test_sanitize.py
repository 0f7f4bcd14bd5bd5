"""Hostile text comes out as one harmless line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.text.sanitize import safe


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mRED\x07", "[31mRED"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("one\r\ntwo\u2028three\tfour", "one two three four"),
        ("[bold]not markup[/bold]", "[bold]not markup[/bold]"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("محمد", "محمد"),
        ("Nguyễn Thị", "Nguyễn Thị"),
    ],
)
def test_hostile_text_is_made_harmless_and_honest_text_is_kept(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


def test_length_is_bounded_and_shown_to_be() -> None:
    assert safe("A" * 500, 10) == "A" * 9 + "…"


@given(st.text(max_size=300), st.integers(1, 60))
def test_nothing_that_moves_or_hides_text_comes_through(text: str, most: int) -> None:
    shown = safe(text, most)
    assert len(shown) <= most
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
