"""Hostile text comes out as one harmless line."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.text import _
from tests.support.pseudo_locale import pseudo_locale
from ui.text.sanitize import safe, shorten


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


@given(st.lists(st.text("abc12-", min_size=1, max_size=12), min_size=1), st.integers(2, 60))
def test_no_word_number_or_date_is_cut_but_a_first_one_that_is_too_long(words: list[str], most: int) -> None:
    line = " ".join(words)
    shown = shorten(line, most)
    assert len(shown) <= most
    kept = shown.removesuffix("…").split()
    assert shown == line or kept == words[: len(kept)] or (len(kept) == 1 and words[0].startswith(kept[0]))


def test_a_message_is_translated_before_it_is_made_harmless(tmp_path: Path) -> None:
    with pseudo_locale(tmp_path):
        assert safe(_("{name} (cut off)", name="\x1b[31mRED")) == "⟦[31mRED (çúţ óƒƒ) ····⟧"
        assert safe(_("Nothing was recorded")) == "⟦Ñóţĥíñĝ ŵáš ŕéçóŕðéð ·····⟧"


@given(st.text(max_size=300), st.integers(1, 60))
def test_nothing_that_moves_or_hides_text_comes_through(text: str, most: int) -> None:
    shown = safe(text, most)
    assert len(shown) <= most
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
