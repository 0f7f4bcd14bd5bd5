"""The pages of signing in: what stays on them, what F10 does, and what is chosen."""

import pytest
from textual.widgets import Input

from data.people.staff import StaffRole
from data.screenings import Direction
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.staff import PIN
from tests.ui.support.desk_kit import REFER, Counter
from ui.desk.desk_start import IdleLimits
from ui.dialogs.prompts import EndShiftDialog
from ui.dialogs.sign_in import ShiftPage, SignInPage
from ui.screens.app import DeskApp
from ui.screens.sign_in_flow import SignInFlow


def typed(officer: Officer) -> dict[str, str]:
    return {str(field.id): field.value for field in officer.top.query(Input)}


@pytest.mark.parametrize("again", [("O-1", "tab", PIN), (PIN,), ("tab", "tab", PIN)])
async def test_whatever_is_typed_after_a_refusal_no_pin_is_in_clear(again: tuple[str, ...]) -> None:
    async with at_desk() as officer:
        await officer.press("f10")
        await officer.sees("Service number")
        await officer.unlocks("O-1", "111222")
        await officer.sees("PIN is wrong")
        assert typed(officer) == {"number": "O-1", "pin": ""}
        for part in again:
            await (officer.press("tab") if part == "tab" else officer.type(part))
        assert typed(officer)["number"] == "O-1" and PIN not in officer.text


async def test_somebody_else_types_another_number_over_the_one_that_stayed() -> None:
    async with at_desk() as officer:
        await officer.press("f10")
        await officer.unlocks("O-1", "111222")
        await officer.sees("PIN is wrong")
        await officer.press("up")
        await officer.type("O-2")
        assert typed(officer)["number"] == "O-2"


async def test_f10_on_a_locked_desk_ends_the_shift_and_can_be_taken_back() -> None:
    async with at_desk() as officer:
        await officer.press("f10")
        await officer.sees("Enter unlocks", "F10 ends the shift")
        for back in ("f10", "escape"):
            await officer.press("f10")
            await officer.sees("Enter ends the shift", "end the shift now")
            await officer.press(back)
            await officer.sees("Enter unlocks")
        await officer.press("f10")
        await officer.unlocks("O-1", "111222")
        await officer.sees("PIN is wrong", "Enter unlocks")
        await officer.unlocks()
        await officer.sees("○ READY")


async def test_on_an_empty_kit_f10_leaves() -> None:
    counter = Counter()
    async with DeskApp(counter.start()).run_test(size=(80, 24)) as pilot:
        officer = Officer(pilot, counter)
        await officer.sees("Enter signs in", "F10 leaves")
        assert "ends the shift" not in officer.text
        await officer.press("f10")
        await officer.until(lambda: not pilot.app.is_running or pilot.app._exit, "the end")


async def test_the_question_about_the_end_of_the_shift_does_not_stay_when_nobody_answers_it() -> None:
    now_s = [1000.0]
    async with at_desk(Counter(idle=IdleLimits(600, 900), seconds=lambda: now_s[0])) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f10", "f10")
        await officer.unlocks()
        await officer.until(lambda: isinstance(officer.top, EndShiftDialog), "the question")
        now_s[0] += 901
        app = officer.pilot.app
        assert isinstance(app, SignInFlow)
        app.look_at_idle()
        await officer.until(lambda: isinstance(officer.top, SignInPage), "the lock")
        assert "SAMPLE" not in officer.text


async def at_shift_page(officer: Officer, number: str) -> None:
    await officer.unlocks(number)
    await officer.until(lambda: isinstance(officer.top, ShiftPage), "the shift")


async def test_a_supervisor_begins_as_supervisor_and_chooses_by_arrows_and_letters() -> None:
    counter = Counter()
    async with DeskApp(counter.start()).run_test(size=(80, 24)) as pilot:
        officer = Officer(pilot, counter)
        await at_shift_page(officer, "S-1")
        await officer.sees("supervisor · officer")
        assert typed(officer)["role"] == "supervisor"
        await officer.press("right")
        assert typed(officer)["role"] == "officer"
        await officer.press("right", "x", "backspace", "s")
        assert typed(officer)["role"] == "supervisor"
        await officer.press("down", "down", "t")
        assert typed(officer)["direction"] == "transit"
        await officer.press("left")
        assert typed(officer)["direction"] == "exit"
        await officer.press("enter")
        await officer.sees("○ READY")
        (session,) = counter.people.sessions.open_sessions()
        assert (session.role, session.place.direction) == (StaffRole.SUPERVISOR, Direction.EXIT)


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (120, 36)])
async def test_the_pages_fit(size: tuple[int, int]) -> None:
    counter = Counter()
    async with DeskApp(counter.start()).run_test(size=size) as pilot:
        officer = Officer(pilot, counter)
        await officer.sees("Service number", "PIN", "F10 leaves")
        await at_shift_page(officer, "S-1")
        await officer.sees("Role", "Lane", "Direction", "Shift")
