"""One shift at the real desk, by keys only: sign-in, thirty travellers, hand-over, a two-person admission, a second
person by radio, a lockout, an ended person.
"""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from appliance.people.proof import PersonEvent
from data.journal.history import read_events, verify_journal
from data.kit.home import KitHome
from data.people.countersign_code import RemoteAnswer, compute_code
from data.people.kit_roster import keep_roster
from data.persons.person import Sex
from tests.journeys.support.desk_driver import Officer
from tests.journeys.support.travellers import STOLEN, WANTED, passport
from tests.support.deployment import PASSPHRASE
from tests.support.staff import COUNTERSIGN_KEY, PIN, STAFF, SUPERVISOR, make_roster
from tests.ui.support.desk_kit import Counter as FakeCounter
from ui.commands.desk import make_desk_start
from ui.dialogs.two_people import TwoPeopleDialog
from ui.screens.app import DeskApp
from ui.wiring import open_counter

NONCE = "CFGHJM"
SURNAMES = ("Askeladd", "Brekkestad", "Dovrefjell", "Engelsviken", "Fjordheim", "Granlund", "Holmsund")


def _traveller(number: int) -> str:
    surname = f"{SURNAMES[number % len(SURNAMES)]}"
    born = date(1950 + number, 1 + number % 12, 1 + number % 28)
    return passport("NOR", f"CXD{410000 + number}", surname, f"Testa{chr(97 + number % 26)}", born, Sex.FEMALE)


async def _admits(officer: Officer, zone: str) -> None:
    await officer.scan(zone)
    await officer.sees("● CLEAR")
    await officer.looks()
    await officer.press("enter")
    await officer.sees("Recorded:")


async def _asks_for_a_second_person(officer: Officer, zone: str) -> None:
    await officer.scan(zone)
    await officer.sees("■ REFER")
    await officer.press("f6")
    await officer.sees("A second person must agree")


async def test_a_shift(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.people.remote_person.make_nonce", lambda: NONCE)
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        app = DeskApp(make_desk_start(counter, kit))
        async with app.run_test(size=(80, 30)) as pilot:
            officer = Officer(pilot, FakeCounter())

            await officer.unlocks("O-1", "111222")
            await officer.sees("Service number or PIN is wrong", "4 tries left")
            await officer.type(PIN)
            await officer.press("enter")
            await officer.sees("Your shift", "Lists:")
            await officer.press("enter")
            await officer.sees("K. Sample", "READY")
            for number in range(30):
                await _admits(officer, _traveller(number))

            await officer.press("f10")
            await officer.unlocks("S-1")
            await officer.sees("You take over from K. Sample")
            await officer.press("enter")
            await officer.sees("S. Supervisor")

            await _asks_for_a_second_person(officer, STOLEN)
            await officer.signs("S-1")
            await officer.sees("The second person must be somebody else")
            await officer.press("escape", "f6")
            await officer.signs("O-2")
            await officer.sees("second person: M. Example")

            await _asks_for_a_second_person(officer, WANTED)
            page = officer.top
            assert isinstance(page, TwoPeopleDialog) and page.question is not None
            await officer.sees(page.question.case, NONCE)
            code = compute_code(COUNTERSIGN_KEY, "north-1", page.question.case, RemoteAnswer.AGREES, NONCE)
            await officer.type(PIN)
            await officer.press("tab", "tab", "tab")
            await officer.type(code)
            await officer.press("enter")
            await officer.sees("second person: Headquarters")

            await officer.press("f10")
            for tries in ("4 tries", "3 tries", "2 tries", "1 try", "No try"):
                await officer.unlocks("O-2", "111222")
                await officer.sees(tries)
                await _clears(officer)
            await officer.unlocks("O-2")
            await officer.sees("O-2 is locked on this kit")
            await _clears(officer)
            await officer.unlocks("S-1")
            await officer.sees("S. Supervisor", "MRZ>")

            with closing(KitHome.open(kit, PASSPHRASE, "courier")) as courier:
                keep_roster(courier, make_roster(*(each for each in STAFF if each is not SUPERVISOR), serial=9))
            shown = await officer.sees("Service number", "Headquarters or a supervisor ended your session")
            assert "ZOLTAVERDE" not in shown and "REFER" not in shown
            await officer.unlocks("O-1")
            await officer.sees("You take over from S. Supervisor")
            await officer.press("enter")
            await officer.sees("K. Sample", "MRZ>")

        journal = counter.people.home.journal if counter.people else None
        assert journal is not None and verify_journal(journal).faults == ()
        second, first = read_events(journal, PersonEvent.HANDED_OVER)
        assert [(each.person, each.outcome) for each in (first, second)] == [("S-1", "O-1"), ("O-1", "S-1")]
        assert first.detail["screened"] == 30 and first.detail["undecided"] == 0
        assert [event.outcome for event in read_events(journal, PersonEvent.REMOTE_ANSWER)] == ["agrees"]
        assert len(read_events(journal, "decision")) == 32


async def _clears(officer: Officer) -> None:
    """Take the number out of its field again."""
    assert officer.top.focused is not None
    if officer.top.focused.id == "pin":
        await officer.press("shift+tab")
    await officer.press("ctrl+u")
