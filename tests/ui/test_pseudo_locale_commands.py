"""Every command in an invented language: what it says in English was never marked for translation."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.pseudo_locale import LONGER, accent, pseudo_locale, untranslated
from ui.cli import waypost


@pytest.mark.parametrize(
    "text",
    ["No", "Try again", "Run `waypost kit init` with --home, then read kit.toml.", "{count} lists\n\nSee {name}"],
)
def test_the_invented_language_is_longer_and_keeps_what_is_no_word(text: str) -> None:
    assert len(accent(text)) >= (1 + LONGER) * len(text)
    assert untranslated(accent(text), ["count", "name"]) == []
    assert untranslated(text, ["count", "name"]) != []


def test_clicks_own_words_are_translated_and_english_comes_back(tmp_path: Path) -> None:
    with pseudo_locale(tmp_path):
        assert "⟦Úšáĝé" in CliRunner().invoke(waypost, ["--help"]).output
    assert "⟦" not in CliRunner().invoke(waypost, ["--help"]).output
