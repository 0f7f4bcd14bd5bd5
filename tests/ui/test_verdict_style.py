"""The states can be told apart without colour, and read with it: on any terminal."""

import pytest
from rich.color import Color, ColorSystem
from rich.palette import Palette
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from ui.verdict_style import COLOUR_PAIRS, STYLES, contrast
from ui.widgets.banner import draw_large


@pytest.mark.parametrize(("ink", "paper"), COLOUR_PAIRS)
def test_contrast_is_at_least_seven(ink: str, paper: str) -> None:
    assert contrast(ink, paper) >= 7


@pytest.mark.parametrize(("ink", "paper"), COLOUR_PAIRS)
def test_sixteen_colours_keep_ink_and_paper_far_apart(ink: str, paper: str) -> None:
    shown = [_of_sixteen(colour) for colour in (ink, paper)]
    assert contrast(*shown) >= 4.5


def _of_sixteen(colour: str) -> str:
    number = Color.parse(colour).downgrade(ColorSystem.STANDARD).number
    palette: Palette = DEFAULT_TERMINAL_THEME.ansi_colors
    assert number is not None
    return "#{:02x}{:02x}{:02x}".format(*palette[number])


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_state_has_its_own_word_shape_and_large_picture() -> None:
    assert len({style.word for style in STYLES}) == len({style.shape for style in STYLES}) == len(STYLES)
    assert len({tuple(draw_large(f"{style.shape} {style.word}")) for style in STYLES}) == len(STYLES)
