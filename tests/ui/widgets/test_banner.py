"""Every word of every state can be drawn large, and the widest fits."""

from ui.verdict_style import STYLES
from ui.widgets.banner import draw_large
from ui.widgets.tables.glyphs import GLYPHS


def test_every_letter_of_every_word_can_be_drawn_large() -> None:
    letters = {letter for style in STYLES for letter in f"{style.shape} {style.word}"} | set("0123456789/")
    assert letters <= set(GLYPHS)


def test_the_widest_word_fits_eighty_columns_and_doubled_a_wide_screen() -> None:
    widest = max((f"{style.shape} {style.word}" for style in STYLES), key=lambda text: len(draw_large(text)[0]))
    assert len(draw_large(widest)[0]) <= 76
    assert len(draw_large(widest, 2)[0]) <= 126
    assert [len(draw_large("REFER", scale)) for scale in (1, 2)] == [3, 6]
