"""A picture of each state of the desk. Look at the report before accepting a change: `pytest --snapshot-update`."""

from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from data.journal.journal import Journal
from data.people.kit_roster import keep_roster
from data.people.staff import StaffRole
from data.store_key import StoreKey
from tests.journeys.support.desk_driver import Officer
from tests.support.chip_tray import RIGHT, ChipTray, chip_of, norwegian_trust, reader_service
from tests.support.staff import PIN, STAFF, make_person, make_roster
from tests.ui.support.desk_kit import CHECK, CLEAR, REFER, SLOW, Counter, PaperReader
from ui.screens.app import DeskApp

Snap = Callable[..., bool]
Before = Callable[[Pilot[None]], Awaitable[None]]


def _meets(counter: Counter, number: str, sees: str, *keys: str, then: str = "") -> Before:
    async def before(pilot: Pilot[None]) -> None:
        officer = Officer(pilot, counter)
        await officer.sees("Lists:")
        if number:
            await officer.meets(number, sees)
        await officer.press(*keys)
        await officer.sees(then)
        pilot.app.screen.set_focus(None)  # a blinking cursor is no state
        await pilot.pause()

    return before


STATES = {
    "ready": ("", "○ READY", (), ""),
    "working": (SLOW, "WORKING 6/7", (), ""),
    "clear": (CLEAR, "● CLEAR", (), ""),
    "check": (CHECK, "▲ CHECK", (), ""),
    "refer": (REFER, "■ REFER", (), ""),
    "admitted": (CLEAR, "● CLEAR", ("f6",), "Recorded:"),
    "quiet": (REFER, "■ REFER", ("f3",), "7 steps done"),
    "why": (CHECK, "▲ CHECK", ("f4",), "Why CHECK"),
    "lists": ("", "", ("f9",), "Lists and link"),
    "type_in": ("", "", ("f7",), "Document number"),
    "help": ("", "", ("f1",), "Show every key"),
}


@pytest.mark.parametrize("state", STATES)
def test_state(state: str, snap_compare: Snap) -> None:
    number, sees, keys, then = STATES[state]
    counter = Counter()
    assert snap_compare(counter.app(), run_before=_meets(counter, number, sees, *keys, then=then))


def test_cannot_say(snap_compare: Snap) -> None:
    counter = Counter(expired_after_h=48)
    assert snap_compare(counter.app(), run_before=_meets(counter, CLEAR, "◆ CANNOT SAY"))


def test_device(snap_compare: Snap) -> None:
    from devices.faults import DeviceFault, FaultReason

    reader = PaperReader()
    reader.waiting += [DeviceFault(FaultReason.UNPLUGGED, "Page reader is unplugged")] * 1000
    counter = Counter(reader=reader)
    then = "the reader Page reader does not work"
    assert snap_compare(counter.app(), run_before=_meets(counter, "", "", then=then))


GENUINE: dict[str, Any] = {"active_authentication": "none"}
CHIPS: dict[str, tuple[dict[str, Any] | None, str]] = {
    "genuine": (GENUINE, "✓ 7 checks"),
    "not_genuine": ({"faults": ["cloned_ca"]}, "✓ 7 checks"),
    "not_done": (None, "◆ CANNOT SAY"),
    "reading": ({"longest_read": 1000, "faults": ["stall"], "at": 36, "delay_s": 30}, "reading the picture, 85 %"),
}


@pytest.mark.parametrize(
    ("state", "keys"),
    [(state, keys) for state in CHIPS for keys in ("", "f3", "f4") if (state, keys) != ("reading", "f4")],
)
def test_chip(state: str, keys: str, snap_compare: Snap) -> None:
    profile, sees = CHIPS[state]
    tray = ChipTray() if profile is None else ChipTray(chip_of(RIGHT, **profile))
    with reader_service(tray, store=norwegian_trust()) as chips:
        counter = Counter(chips=chips)

        async def before(pilot: Pilot[None]) -> None:
            officer = Officer(pilot, counter)
            await officer.sees("Lists:")
            await officer.scan(RIGHT)
            await officer.sees(sees)
            await officer.press(*filter(None, [keys]))
            pilot.app.screen.set_focus(None)
            await pilot.pause()

        assert snap_compare(counter.app(), run_before=before)


@pytest.mark.parametrize("state", ["clear", "refer"])
def test_no_color(state: str, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    number, sees, keys, then = STATES[state]
    counter = Counter()
    assert snap_compare(counter.app(), run_before=_meets(counter, number, sees, *keys, then=then))


def test_large_terminal(snap_compare: Snap) -> None:
    counter = Counter()
    assert snap_compare(counter.app(), run_before=_meets(counter, REFER, "■ REFER"), terminal_size=(120, 40))


SIGN_IN: dict[str, tuple[tuple[str, ...], str]] = {
    "sign_in": ((), "F10 leaves"),
    "shift": (("S-1", "tab", PIN, "enter"), "Your shift"),
    "first_pin": (("N-2", "tab", PIN, "enter"), "Choose your own PIN"),
    "locked": (("O-1", "tab", PIN, "enter", "=Your shift", "enter", "=READY", "f10"), "F10 ends the shift"),
    "people": (
        (
            *("S-1", "tab", PIN, "enter", "=Your shift", "enter"),
            *("=READY", "f9", "=Lists and", "right", "=Travellers", "right"),
        ),
        "People of the post",
    ),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("page", SIGN_IN)
def test_people(page: str, size: tuple[int, int], snap_compare: Snap, tmp_path: Path) -> None:
    steps, then = SIGN_IN[page]
    with closing(Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")) as journal:
        counter = Counter(journal=journal)
        newcomer = make_person("N-2", "First Day", StaffRole.OFFICER, is_initial=True)
        keep_roster(counter.people.home, make_roster(*STAFF, newcomer, serial=2))

        async def before(pilot: Pilot[None]) -> None:
            officer = Officer(pilot, counter)
            await officer.sees("Service number")
            for step in steps:
                if step.startswith("="):
                    await officer.sees(step[1:])
                elif step in ("tab", "enter", "right", "f9", "f10"):
                    await officer.press(step)
                else:
                    await officer.type(step)
            await officer.sees(then)
            pilot.app.screen.set_focus(None)
            await pilot.pause()

        assert snap_compare(DeskApp(counter.start()), run_before=before, terminal_size=size)
