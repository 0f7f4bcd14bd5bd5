"""A document that is read again is the same traveller if the officer says so; nothing replaces an answer by itself."""

import pytest

from tests.journeys.support.desk_driver import Officer, at_desk
from tests.ui.support.desk_kit import CHECK, CLEAR, REFER, Counter, zone

QUESTION = "Is this the same traveller? Enter screens what was read now"


async def reads_again(officer: Officer, first: str, verdict: str, second: str) -> None:
    await officer.scan(first)
    await officer.sees(verdict)
    await officer.scan(second)
    await officer.sees("waits 1")


@pytest.mark.parametrize(
    ("number", "again", "counter", "verdict"),
    [
        (CHECK, CHECK, {}, "▲ CHECK"),
        (CHECK, CLEAR, {}, "▲ CHECK"),  # the same name: the number was misread
        (CLEAR, CLEAR, {"expired_after_h": 48.0}, "◆ CANNOT SAY"),
    ],
)
async def test_enter_screens_what_was_read_again(
    number: str, again: str, counter: dict[str, float], verdict: str
) -> None:
    async with at_desk(Counter(**counter)) as officer:  # type: ignore[arg-type]
        await reads_again(officer, zone(number), verdict, zone(again))
        await officer.sees(QUESTION)
        await officer.press("enter")  # perhaps the scanner's
        assert len(officer.counter.screened) == 1
        await officer.looks()
        await officer.press("enter")
        await officer.until(lambda: len(officer.counter.screened) == 2)
        assert "waits" not in await officer.sees(again, "Next:" if again == CHECK else "is")
        assert officer.counter.decisions == []


async def test_whoever_is_another_traveller_waits() -> None:
    async with at_desk(Counter(expired_after_h=48)) as officer:
        await reads_again(officer, zone(CLEAR), "◆ CANNOT SAY", zone(CLEAR, "HANSEN"))
        await officer.sees(QUESTION)
        await officer.press("f2", "enter")
        await officer.sees("HANSEN", "◆ CANNOT SAY")


async def test_enter_asks_again_where_the_question_is_no_longer_shown() -> None:
    async with at_desk() as officer:
        await reads_again(officer, zone(CHECK), "▲ CHECK", zone(CHECK))
        await officer.press("escape")
        await officer.sees("press 1 to 9")
        await officer.press("f3", "f3")
        await officer.looks()
        await officer.press("enter")
        await officer.sees(QUESTION)
        assert len(officer.counter.screened) == 1


@pytest.mark.parametrize(("number", "verdict"), [(REFER, "■ REFER"), (CLEAR, "● CLEAR")])
async def test_no_refer_is_replaced_and_enter_on_clear_admits(number: str, verdict: str) -> None:
    async with at_desk() as officer:
        await reads_again(officer, zone(number), verdict, zone(number))
        await officer.sees("This document has been read once more: it waits")
        await officer.looks()
        await officer.press("enter")
        await officer.sees("Recorded:" if number == CLEAR else "Enter admits only on CLEAR")
        assert len(officer.counter.screened) == 1


async def test_another_document_of_somebody_else_is_the_next_one() -> None:
    async with at_desk() as officer:
        await reads_again(officer, zone(CHECK), "▲ CHECK", zone(CLEAR, "HANSEN"))
        await officer.sees("The next document has been read")
