"""A scanner that types answers no page, and what it sent is not lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.screen import Screen

from data.journal.journal import Journal
from data.store_key import StoreKey
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.ui.support.desk_kit import CLEAR, REFER, Counter, zone
from ui.dialogs.help import HelpDialog
from ui.dialogs.lists import ListsDialog
from ui.dialogs.travellers import TravellersDialog
from ui.dialogs.undecided import GoOnDialog
from ui.dialogs.why import WhyDialog

PAGES: dict[type[Screen[object]], tuple[str, ...]] = {
    GoOnDialog: ("f2",),
    TravellersDialog: ("f9", "right"),
    ListsDialog: ("f9",),
    HelpDialog: ("f1",),
    WhyDialog: ("f4",),
}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


async def opens(officer: Officer, page: type[Screen[object]]) -> None:
    await officer.meets(REFER, "■ REFER")
    for key in PAGES[page]:
        before = officer.top
        await officer.press(key)
        await officer.until(lambda before=before: officer.top is not before, key)  # type: ignore[misc]
    assert isinstance(officer.top, page)


@pytest.mark.parametrize("sent", ["keys", "paste"])
@pytest.mark.parametrize("page", PAGES)
async def test_a_scan_answers_nothing_and_waits(journal: Journal, page: type[Screen[object]], sent: str) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await opens(officer, page)
        if sent == "keys":
            await officer.send_keys(zone(CLEAR) + "\n")
        else:
            await officer.scan(zone(CLEAR))
            await officer.press("enter")
        assert isinstance(officer.top, page)
        officer.waits()
        await officer.press("escape")
        await officer.sees("■ REFER", "waits 1")
        assert len(officer.counter.screened) == 1


@pytest.mark.parametrize("page", PAGES)
async def test_a_letter_by_hand_goes_nowhere(journal: Journal, page: type[Screen[object]]) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await opens(officer, page)
        await officer.press("k", "enter")
        assert isinstance(officer.top, page)
        officer.waits()
        await officer.press("escape")
        assert "MRZ> K" not in await officer.sees("■ REFER")


async def test_enter_counts_again_after_a_moment(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await opens(officer, GoOnDialog)
        await officer.send_keys(zone(CLEAR) + "\n")
        await officer.sees("is no answer: read, then press Enter")
        officer.waits()
        await officer.press("enter")
        await officer.sees("C1234567", "▲ CHECK")


async def test_a_scan_that_begins_with_a_digit_opens_no_work() -> None:
    first, second = zone("112345670").split("\n")
    async with at_desk(Counter(expired_after_h=48)) as officer:
        await officer.press("f9")
        await officer.sees("1 the list wanted has expired")
        await officer.send_keys(f"{second}\n{first}\n")
        await officer.pilot.pause(1.0)
        assert isinstance(officer.top, ListsDialog)
        await officer.press("escape")
        await officer.until(lambda: len(officer.counter.screened) == 1)
        assert officer.counter.screened[0].documents[0].number == "112345670"
