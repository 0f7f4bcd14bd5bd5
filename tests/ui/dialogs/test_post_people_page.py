"""The people of the post at the desk: two people unlock, give a first PIN, and add somebody; one alone does nothing."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from textual.widgets import OptionList

from appliance.people.proof import PersonEvent
from data.journal.history import read_events
from data.journal.journal import Journal
from data.people.countersign_code import RemoteAnswer, compute_code
from data.people.sign_in_tries import MOST_OF_A_KIT
from data.store_key import StoreKey
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.staff import COUNTERSIGN_KEY, OFFICER, PIN, SUPERVISOR
from tests.ui.support.desk_kit import Counter
from ui.screens.app import DeskApp


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A supervisor works at the desk."""
    with closing(Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")) as journal:
        yield Counter(person=SUPERVISOR, journal=journal)


async def at_people(officer: Officer) -> None:
    await officer.sees("READY")
    await officer.press("f9")
    await officer.sees("Lists and link")
    await officer.press("right")
    await officer.sees("Travellers")
    await officer.press("right")
    await officer.sees("People of the post", "O-2 M. Example")


async def choose(officer: Officer, words: str) -> None:
    rows = officer.top.query_one(OptionList)
    for place in range(rows.option_count):
        if words in str(rows.get_option_at_index(place).prompt):
            rows.highlighted = place
    await officer.press("enter")


async def fill(officer: Officer, *values: str) -> None:
    for value in values:
        await officer.type(value)
        await officer.press("tab")
    await officer.press("enter")


def lock(counter: Counter, number: str) -> None:
    for _time in range(5):
        counter.people.tries.begin(number)


async def test_two_people_unlock_a_third(counter: Counter) -> None:
    lock(counter, "O-1")
    async with at_desk(counter, size=(120, 36)) as officer:
        await at_people(officer)
        await officer.sees("works since", "S. Supervisor", "O-1 K. Sample officer, LOCKED")
        await choose(officer, "O-1")
        await officer.sees("O-1 was locked after wrong PINs")
        await fill(officer, PIN, "O-2", PIN)
        await officer.sees("O-1 has all tries again")
        assert counter.people.tries.left("O-1") == 5
        (event,) = read_events(counter.people.home.journal, PersonEvent.UNLOCKED)
        assert (event.person, event.outcome, event.detail["second"]) == ("S-1", "O-1", "O-2")
        await officer.press("escape")
        await officer.sees("People of the post")
        assert "LOCKED" not in officer.text


async def test_a_first_pin_is_shown_once_and_headquarters_may_agree_by_radio(counter: Counter) -> None:
    async with at_desk(counter, size=(120, 36)) as officer:
        await at_people(officer)
        await choose(officer, "O-2")
        shown = await officer.sees("O-2 gets a new first PIN", "read to headquarters")
        case, nonce = re.findall(r"case (\S+ \S+), code (\w+)", shown)[0]
        code = compute_code(COUNTERSIGN_KEY, "kit-1", case, RemoteAnswer.AGREES, nonce)
        await fill(officer, PIN, "", "", code)
        shown = await officer.sees("First PIN of O-2:")
        pin = re.findall(r"First PIN of O-2: (\d{6})", shown)[0]
        assert counter.people.prove("O-2", pin).must_change_secret
        await officer.press("escape")
        await officer.sees("People of the post")
        assert pin not in officer.text


async def test_somebody_is_added_for_some_days(counter: Counter) -> None:
    async with at_desk(counter, size=(120, 36)) as officer:
        await at_people(officer)
        await choose(officer, "somebody else")
        await fill(officer, "X-1", "Relief Officer", "t", "30", PIN, "O-2", PIN)
        await officer.sees("at most 7 days")
        days = officer.top.query_one("#days")
        days.focus()
        await officer.press("backspace", "backspace", "3")
        for name in ("own_pin", "second_pin"):
            officer.top.query_one(f"#{name}").focus()
            await officer.type(PIN)
        await officer.press("enter")
        await officer.sees("First PIN of X-1:")
        person = counter.people.read_people().find("X-1")
        assert person and [role.value for role in person.roles] == ["trainee"]


async def test_whoever_may_not_is_told_which_role_may(counter: Counter) -> None:
    counter.person = OFFICER
    async with at_desk(counter, size=(120, 36)) as officer:
        await at_people(officer)
        await choose(officer, "O-2")
        await fill(officer, PIN, "S-1", PIN)
        await officer.sees("needs one of these roles: supervisor")
        assert read_events(counter.people.home.journal, PersonEvent.FIRST_PIN_GIVEN) == []


@pytest.mark.parametrize("values", [(PIN, "S-1", PIN), ("111222", "O-2", PIN), (PIN, "O-2", "111222"), (PIN, "", "")])
async def test_one_alone_or_a_wrong_pin_does_nothing(counter: Counter, values: tuple[str, ...]) -> None:
    async with at_desk(counter, size=(120, 36)) as officer:
        await at_people(officer)
        await choose(officer, "O-2")
        await fill(officer, *values)
        await officer.until(lambda: bool(str(officer.top.query_one(".error").render()).strip()), "the error")
        await officer.until(lambda: "One moment" not in officer.text, "the answer")
        assert read_events(counter.people.home.journal, PersonEvent.FIRST_PIN_GIVEN) == []


async def test_where_travellers_may_see_the_screen_nothing_is_asked(counter: Counter) -> None:
    async with at_desk(counter, size=(120, 36)) as officer:
        await officer.sees("READY")
        await officer.press("f3")
        await at_people(officer)
        await officer.press("enter")
        await officer.sees("press F3 first")


async def test_on_a_locked_kit_two_people_unlock_it_before_anybody_signs_in(counter: Counter) -> None:
    for number in range(MOST_OF_A_KIT):
        counter.people.tries.begin(f"X-{number}")
    async with DeskApp(counter.start()).run_test(size=(80, 24)) as pilot:
        officer = Officer(pilot, counter)
        await officer.sees("This kit is locked", "F9")
        await officer.press("f9")
        await officer.sees("Unlock the kit")
        await fill(officer, "O-1", PIN, "O-2", PIN)
        await officer.sees("This kit is locked after 20 wrong tries")
        await officer.press("escape", "f9")
        await fill(officer, "S-1", PIN, "O-2", PIN)
        await officer.sees("People can sign in on this kit again")
        await officer.unlocks()
        await officer.sees("Your shift")
