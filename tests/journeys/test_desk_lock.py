"""A locked desk shows nothing of a traveller, reads nothing, loses nothing, and goes on with who proves a PIN."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from appliance.people.proof import PersonEvent
from data.journal.history import read_events
from data.journal.journal import Journal
from data.people.kit_roster import keep_roster
from data.people.sessions import SessionEnd
from data.store_key import StoreKey
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.staff import OFFICER, PIN, STAFF, make_roster
from tests.ui.support.desk_kit import CHECK, CLEAR, REFER, SLOW, Counter, PaperReader, zone
from ui.desk import messages
from ui.desk.desk_start import IdleLimits
from ui.dialogs.sign_in import ShiftPage, SignInPage
from ui.screens.app import DeskApp
from ui.screens.desk import Desk
from ui.screens.sign_in_flow import SignInFlow

LOCKED = "The desk was locked with F10"


class Clock:
    """The seconds by which the desk is idle."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


def _must_show_nobody(officer: Officer) -> None:
    words = ("SAMPLE", "ADA", "1990", "REFER", "CHECK", "sltd", "wanted", "12345")
    assert not [word for word in words if word in officer.text]


def _flow(officer: Officer) -> SignInFlow:
    app = officer.pilot.app
    assert isinstance(app, SignInFlow)
    return app


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (120, 36)])
async def test_a_locked_desk_shows_nothing_of_a_traveller(size: tuple[int, int]) -> None:
    async with at_desk(size=size) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f10")
        await officer.sees(LOCKED, "Service number", "UTC")
        _must_show_nobody(officer)
        await officer.unlocks()
        await officer.sees("■ REFER", "SAMPLE")
        assert officer.counter.decisions == []


async def test_pages_over_the_desk_close_with_what_was_typed_on_them() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f6")
        await officer.sees("A second person must agree")
        await officer.type("4829")
        field = officer.top.query_one("#own_pin", Input)
        _flow(officer).post_message(_ended())
        await officer.sees("You signed out", "Service number")
        _must_show_nobody(officer)
        assert field.value == "" and len(officer.pilot.app.screen_stack) == 3


def _ended() -> Message:
    return messages.SessionEnded(SessionEnd.SIGNED_OUT)


async def test_what_is_scanned_at_a_locked_desk_goes_nowhere(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.press("f10")
        await officer.sees(LOCKED)
        await officer.send_keys(zone(CLEAR) + "\n")
        officer.pilot.app.post_message(Paste(zone(CLEAR)))
        await officer.sees("No document is read here")
        assert officer.top.query_one("#number", Input).value == ""
        await officer.unlocks()
        await officer.sees("○ READY")
        assert officer.counter.screened == []


async def test_a_reader_is_not_read_while_the_desk_is_locked() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        await officer.sees("○ READY")
        await officer.press("f10")
        await officer.sees(LOCKED)
        desk = next(screen for screen in officer.pilot.app.screen_stack if isinstance(screen, Desk))
        assert desk.is_locked
        assert desk._reader is not None and desk._reader._on_hold.is_set()
        reader.waiting.append(zone(CLEAR))
        await officer.pilot.pause(0.2)
        assert reader.waiting and officer.counter.screened == []
        await officer.unlocks()
        await officer.sees("● CLEAR")


async def test_who_waits_still_waits_and_none_begins_behind_the_page(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.scan(zone(CLEAR))
        await officer.sees("waits 1")
        await officer.press("f6")
        await officer.sees("Recorded")
        await officer.press("f10")
        await officer.sees(LOCKED)
        await officer.pilot.pause(2.0)
        assert len(officer.counter.screened) == 1
        await officer.unlocks()
        await officer.sees("● CLEAR")


async def test_an_answer_that_comes_meanwhile_is_recorded_and_seen_after(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.scan(zone(SLOW))
        await officer.sees("WORKING")
        await officer.press("f10")
        await officer.sees(LOCKED)
        officer.counter.go.set()
        await officer.until(lambda: bool(officer.counter.service.past.undecided_ids()), "the verdict")
        _must_show_nobody(officer)
        await officer.unlocks()
        await officer.sees("SAMPLE", "Next:")


async def test_an_idle_desk_warns_and_locks_itself() -> None:
    clock = Clock()
    async with at_desk(Counter(idle=IdleLimits(600, 900), seconds=clock)) as officer:
        await officer.meets(REFER, "■ REFER")
        clock.now_s += 601
        await officer.sees("the desk is locked in 5 minutes")
        await officer.press("f3")
        clock.now_s += 601
        await officer.sees("the desk is locked in 5 minutes")
        clock.now_s += 300
        _flow(officer).look_at_idle()
        await officer.pilot.pause()
        assert isinstance(officer.top, SignInPage)
        await officer.sees("The desk locked itself")
        _must_show_nobody(officer)
        await officer.unlocks()
        await officer.sees("SAMPLE")
        locked = read_events(officer.counter.people.home.journal, PersonEvent.DESK_LOCKED)
        assert [event.outcome for event in locked] == ["idle"]


async def test_a_page_that_somebody_left_open_after_the_proof_closes() -> None:
    clock = Clock()
    counter = Counter(idle=IdleLimits(600, 900), seconds=clock)
    async with DeskApp(counter.start()).run_test(size=(80, 24)) as pilot:
        officer = Officer(pilot, counter)
        await officer.unlocks()
        await officer.until(lambda: isinstance(officer.top, ShiftPage), "the shift")
        clock.now_s += 901
        await officer.until(lambda: isinstance(officer.top, SignInPage), "the page before")
        assert counter.people.sessions.open_sessions() == ()


async def test_a_document_on_the_reader_says_that_somebody_is_there() -> None:
    clock, reader = Clock(), PaperReader()
    async with at_desk(Counter(idle=IdleLimits(600, 900), seconds=clock, reader=reader)) as officer:
        await officer.sees("○ READY")
        clock.now_s += 599
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR")
        clock.now_s += 599
        await officer.pilot.pause(1.5)
        assert "is locked in" not in officer.words


async def test_somebody_else_takes_the_shift_over_and_only_the_person_ends_it() -> None:
    async with at_desk() as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f10", "f10")
        await officer.sees("end the shift now")
        await officer.unlocks("O-2")
        await officer.sees("K. Sample works at this desk, and ends the shift")
        await officer.unlocks("O-2")
        await officer.sees("You take over from K. Sample")
        await officer.press("f10")
        await officer.sees("Service number")
        await officer.unlocks("O-2")
        await officer.sees("You take over from K. Sample")
        await officer.press("enter")
        await officer.sees("▲ CHECK", "M. Example")
        await officer.press("f6")
        await officer.sees("Recorded")
        assert officer.counter.decisions[0].officer.number == "O-2"


async def test_who_may_not_screen_has_nothing_to_do_at_a_desk() -> None:
    counter = Counter()
    async with DeskApp(counter.start()).run_test(size=(80, 24)) as pilot:
        officer = Officer(pilot, counter)
        await officer.unlocks("T-1")
        await officer.sees("Your shift")
        await officer.press("enter")
        await officer.sees("No role of T. Technician allows screening")
        assert counter.people.sessions.open_sessions() == ()


async def test_whom_headquarters_ended_sees_nothing_more_within_seconds() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        others = [each for each in STAFF if each is not OFFICER]
        keep_roster(officer.counter.people.home, make_roster(*others, serial=2))
        await officer.sees("Headquarters or a supervisor ended your session")
        _must_show_nobody(officer)
        await officer.unlocks()
        await officer.sees("Service number or PIN is wrong")


async def test_a_decision_after_the_end_of_the_session_is_not_recorded() -> None:
    async with at_desk() as officer:
        await officer.meets(CLEAR, "● CLEAR")
        people = officer.counter.people
        (session,) = people.sessions.open_sessions()
        people.sessions.end(session.id, SessionEnd.ELSEWHERE)
        await officer.looks()
        await officer.press("enter")
        await officer.sees("You signed in again elsewhere on this kit")
        assert officer.counter.decisions == []
        await officer.unlocks()
        await officer.sees("Your shift")
        await officer.press("enter")
        await officer.sees("● CLEAR")
        await officer.looks()
        await officer.press("enter")
        await officer.sees("Recorded")


async def test_a_pin_is_dots_and_gone_once_it_was_refused() -> None:
    async with at_desk() as officer:
        await officer.press("f10")
        await officer.sees(LOCKED)
        await officer.type("O-1")
        await officer.press("tab")
        await officer.type(PIN)
        assert PIN not in officer.text and "••••••" in officer.text
        await officer.press("enter")
        await officer.sees("○ READY")


async def test_esc_and_function_keys_do_nothing_on_the_page() -> None:
    async with at_desk() as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f10")
        await officer.sees(LOCKED)
        await officer.press("escape", "f1", "f2", "f4", "f5", "f6", "f7", "f9", "ctrl+p", "ctrl+c")
        assert isinstance(officer.top, SignInPage) and officer.counter.decisions == []
        _must_show_nobody(officer)
