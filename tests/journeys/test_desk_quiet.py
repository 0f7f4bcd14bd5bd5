"""Where travellers can see the screen, it gives nothing away; and a discreet record never shows on a lane."""

import pytest

from tests.journeys.support.desk_driver import at_desk
from tests.journeys.support.quiet_words import forbidden_in
from tests.ui.support.desk_kit import CHECK, CLEAR, DISCREET, REFER, SLOW, Counter
from ui.dialogs import dialog


@pytest.mark.parametrize(("number", "digit"), [(CLEAR, "1"), (CHECK, "2"), (REFER, "4"), (DISCREET, "1")])
async def test_no_forbidden_word_in_any_verdict(number: str, digit: str) -> None:
    async with at_desk() as officer:
        await officer.press("f3")
        await officer.meets(number, f"{digit} F4 shows more")
        assert forbidden_in(officer.words) == set()
        assert "7 steps done" in officer.words


async def test_no_forbidden_word_with_an_expired_list_and_a_refused_decision() -> None:
    async with at_desk(Counter(expired_after_h=48)) as officer:
        await officer.press("f3")
        await officer.meets(CLEAR, "3 F4 shows more")
        await officer.press("f6")
        text = await officer.sees("Something needs you", "1 notice for the post: F9")
        assert forbidden_in(text) == set()


async def test_no_forbidden_word_while_working_deciding_and_after_it() -> None:
    async with at_desk() as officer:
        await officer.press("f3")
        await officer.meets(SLOW, "WORKING")
        assert forbidden_in(officer.words) == set()
        officer.counter.go.set()
        await officer.sees("1 F4 shows more")
        await officer.press("f5")
        assert forbidden_in(await officer.sees("Recorded at")) == set()


@pytest.mark.parametrize("keys", [("f1",), ("f7",), ("f10",), ("ctrl+p",), ("escape",)])
async def test_no_forbidden_word_on_what_opens_without_being_held(keys: tuple[str, ...]) -> None:
    async with at_desk() as officer:
        await officer.press("f3")
        await officer.meets(REFER, "4 F4 shows more")
        before = officer.text
        await officer.press(*keys)
        await officer.until(lambda: officer.text != before, "a change")
        await officer.pilot.pause(0.2)
        assert forbidden_in(officer.words) == set()


async def test_no_forbidden_word_when_a_second_person_is_asked_for() -> None:
    async with at_desk() as officer:
        await officer.press("f3")
        await officer.meets(REFER, "4 F4 shows more")
        await officer.press("f6")
        assert forbidden_in(await officer.sees("A second person must agree")) == set()


@pytest.mark.parametrize(("key", "words"), [("f4", "Why REFER"), ("f9", "Lists and link")])
async def test_what_tells_reasons_closes_by_itself(key: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialog, "HELD_OPEN_S", 2.0)
    async with at_desk() as officer:
        await officer.press("f3")
        await officer.meets(REFER, "4 F4 shows more")
        await officer.press(key)
        await officer.sees(words)
        await officer.sees("4 F4 shows more")
        assert forbidden_in(officer.words) == set()


def test_it_is_held_open_for_eight_seconds() -> None:
    assert dialog.HELD_OPEN_S == 8


async def test_openly_the_page_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialog, "HELD_OPEN_S", 0.1)
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f4")
        await officer.sees("Why REFER")
        await officer.pilot.pause(0.4)
        assert "Why REFER" in officer.text


async def test_again_shows_everything() -> None:
    async with at_desk() as officer:
        await officer.press("f3")
        await officer.meets(REFER, "4 F4 shows more")
        await officer.press("f3")
        await officer.sees("■ REFER: Listed document")


async def test_a_discreet_record_leaves_the_lane_as_it_is_without_it() -> None:
    screens = []
    for number in (CLEAR, DISCREET):
        async with at_desk() as officer:
            await officer.meets(number, "● CLEAR")
            desk = officer.text
            await officer.press("f4")
            await officer.sees("Why CLEAR")
            screens.append((desk + officer.text).replace(number, "NUMBER"))
    assert screens[0] == screens[1]


def test_the_guard_finds_what_it_looks_for() -> None:
    assert forbidden_in("■ REFER: on SLTD as stolen") == {"■", "refer", "sltd", "stolen"}
