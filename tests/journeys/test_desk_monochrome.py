"""Every state of the desk can be told from its text alone, and nothing is cut at 80 by 24."""

import pytest

from tests.journeys.support.desk_driver import at_desk
from tests.ui.support.desk_kit import CHECK, CLEAR, REFER, SLOW, Counter
from ui.desk.actions import FOOTER
from ui.verdict_style import STYLES
from ui.widgets.banner import draw_large


@pytest.mark.parametrize(
    ("number", "shown", "expired_after_h"),
    [
        (CLEAR, "● CLEAR", 240),
        (CHECK, "▲ CHECK", 240),
        (REFER, "■ REFER", 240),
        (CLEAR, "◆ CANNOT SAY", 48),
        (SLOW, "… WORKING 6/7", 240),
    ],
)
async def test_one_state_and_only_that_one_is_on_the_screen(number: str, shown: str, expired_after_h: float) -> None:
    async with at_desk(Counter(expired_after_h=expired_after_h)) as officer:
        await officer.meets(number, shown)
        assert [f"{style.shape} {style.word}" for style in STYLES if f"{style.shape} {style.word}" in officer.text] == [
            shown.removesuffix(" 6/7")
        ]
        assert all(row.strip() in officer.text for row in draw_large(shown))


async def test_nothing_is_cut_at_eighty_by_twenty_four() -> None:
    async with at_desk(Counter(expired_after_h=48)) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f6", "escape")
        text = await officer.sees("Nothing was recorded")
        assert len(officer.lines) == 24
        for words in ("! the list wanted has expired", "R1234567 is on sltd as stolen", "born 1990-02-03", "MRZ>"):
            assert words in text
        assert all(f"{action.key.upper()} {action.label}" in officer.lines[-1] for action in FOOTER)


async def test_a_larger_terminal_shows_more() -> None:
    async with at_desk(size=(120, 40)) as officer:
        await officer.meets(REFER, "■ REFER")
        assert all(row.strip() in officer.text for row in draw_large("■ REFER", 2))
        assert "To do" in officer.text


async def test_a_word_that_does_not_fit_twice_as_large_is_drawn_at_its_normal_size() -> None:
    async with at_desk(Counter(expired_after_h=48), (120, 40)) as officer:
        await officer.meets(CLEAR, "◆ CANNOT SAY")
        assert all(row.strip() in officer.text for row in draw_large("◆ CANNOT SAY"))
