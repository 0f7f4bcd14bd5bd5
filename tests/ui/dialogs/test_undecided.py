"""The pages about a traveller say who it is, what came out, and who is signed in; a key that does nothing says so."""

import pytest

from tests.journeys.support.desk_driver import at_desk
from tests.ui.support.desk_kit import REFER, Counter

SIGNED_IN = "You are K. Sample (O-1)."


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
@pytest.mark.parametrize(
    ("key", "words"), [("f2", ("stays undecided",)), ("f6", ("A second person must agree", SIGNED_IN))]
)
async def test_a_page_names_the_traveller_and_the_verdict(
    key: str, words: tuple[str, ...], size: tuple[int, int]
) -> None:
    async with at_desk(size=size) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press(key)
        await officer.sees("SAMPLE, ADA MARIA: ■ REFER", *words)


@pytest.mark.parametrize("key", ["f2", "f6"])
async def test_where_travellers_see_it_the_verdict_is_a_digit(key: str) -> None:
    async with at_desk() as officer:
        await officer.press("f3")
        await officer.meets(REFER, "4 F4 shows more")
        await officer.press(key)
        assert "REFER" not in await officer.sees("SAMPLE, ADA MARIA: 4")


async def test_why_names_the_traveller() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f4")
        await officer.sees("Why REFER: SAMPLE, ADA MARIA")


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
@pytest.mark.parametrize(
    ("opens", "key"),
    [("f1", "f5"), ("f2", "f5"), ("f2", "f6"), ("f4", "f6"), ("f6", "f5"), ("f7", "f2"), ("f9", "f6")],
)
async def test_a_key_that_does_nothing_on_a_page_says_so(opens: str, key: str, size: tuple[int, int]) -> None:
    async with at_desk(Counter(), size) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press(opens, key)
        await officer.sees(f"{key.upper()} does nothing here · Esc closes this page")
        await officer.press("escape")
        await officer.sees("■ REFER")
        assert officer.counter.decisions == []


async def test_a_letter_by_hand_says_so_too() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f2", "k")
        await officer.sees("k does nothing here · Esc closes this page")
