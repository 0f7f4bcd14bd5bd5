"""A document that is scanned while a page with fields is open is screened, and the page keeps what was typed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.widgets import Input

from data.journal.journal import Journal
from data.store_key import StoreKey
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.ui.support.desk_kit import CLEAR, REFER, Counter, zone
from ui.desk.typed_zone import NEXT_CHARACTER_S
from ui.dialogs.prompts import TypeInDialog
from ui.dialogs.two_people import TwoPeopleDialog
from ui.widgets.mrz_line import SCANNERS_OWN_S

SWISS_LICENCE = "ABC123001\nFACHE305142128097<<800126<<<<<\nMUSTER<<ANNA<<<<<<<<<<<<<<<<<<"
PAGES: dict[type[Screen[object]], tuple[str, ...]] = {
    TypeInDialog: ("f7",),
    TwoPeopleDialog: ("f6",),
    CommandPalette: ("ctrl+p",),
}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


async def opens(officer: Officer, page: type[Screen[object]]) -> Input:
    """The page, with a word typed into its first field."""
    await officer.press(*PAGES[page])
    await officer.until(lambda: isinstance(officer.top, page))
    field = officer.top.query(Input).first()
    await officer.until(lambda: officer.top.focused is field)
    await officer.type("ka")
    await officer.until(lambda: field.value == "ka")
    await asyncio.sleep(NEXT_CHARACTER_S + 0.05)
    return field


async def sends(officer: Officer, text: str, how: str) -> None:
    if how == "keys":
        for character in text:
            name = {"\r": "enter", "\n": "ctrl+j", "\x03": "ctrl+c"}.get(character) or _character_to_key(character)
            officer.pilot.app.post_message(Key(name, character))
    else:
        officer.pilot.app.post_message(Paste(text))
    await asyncio.sleep(SCANNERS_OWN_S + 0.1)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\x03", ""])
@pytest.mark.parametrize("how", ["keys", "paste"])
@pytest.mark.parametrize("page", PAGES)
async def test_a_scan_waits_at_the_desk_and_what_was_typed_stays(
    journal: Journal, page: type[Screen[object]], how: str, end: str
) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        field = await opens(officer, page)
        await sends(officer, zone(CLEAR).replace("\n", end.strip("\x03") or "\r") + end, how)
        assert officer.top is field.screen and field.value == "ka"
        await officer.type("ri")
        await officer.until(lambda: field.value == "kari")
        if page is not CommandPalette:
            await officer.sees("What was scanned is at the desk")
        await officer.press("escape", "escape") if page is CommandPalette else await officer.press("escape")
        await officer.sees("■ REFER", "waits 1")
        assert len(officer.counter.screened) == 1


@pytest.mark.parametrize("how", ["keys", "paste"])
async def test_a_scan_without_a_traveller_is_screened_under_the_page(how: str) -> None:
    async with at_desk() as officer:
        field = await opens(officer, TypeInDialog)
        await sends(officer, zone(CLEAR) + "\n", how)
        await officer.until(lambda: len(officer.counter.screened) == 1)
        assert officer.counter.screened[0].documents[0].raw == zone(CLEAR)
        assert field.value == "ka"


@pytest.mark.parametrize("text", [SWISS_LICENCE, "@ID1\n" + zone(CLEAR)])
async def test_a_short_first_line_submits_no_form(text: str) -> None:
    async with at_desk() as officer:
        field = await opens(officer, TypeInDialog)
        await sends(officer, text + "\n", "keys")
        await officer.until(lambda: len(officer.counter.screened) == 1)
        assert officer.counter.screened[0].documents[0].format is not None
        assert isinstance(officer.top, TypeInDialog) and field.value == "ka"


async def test_enter_after_quick_typing_submits_the_form() -> None:
    async with at_desk() as officer:
        await officer.press("f7")
        await officer.until(lambda: isinstance(officer.top, TypeInDialog))
        officer.top.query_one("#country", Input).value = "NOR"
        await officer.send_keys("AB1234567\n")
        await officer.sees("Read it back")
        assert officer.counter.screened == []


async def test_what_a_hand_types_stays_however_long() -> None:
    text = "featherstonehaugh cholmondeley marjoribanks"
    async with at_desk() as officer:
        field = await opens(officer, TypeInDialog)
        for character in text:
            officer.pilot.app.post_message(Key("space" if character == " " else character, character))
            await asyncio.sleep(0.06)
        await officer.until(lambda: field.value == f"ka{text}")


async def test_two_scans_are_two_documents() -> None:
    async with at_desk() as officer:
        await opens(officer, TypeInDialog)
        await sends(officer, zone(CLEAR) + "\n", "keys")
        await officer.until(lambda: len(officer.counter.screened) == 1)
        await asyncio.sleep(SCANNERS_OWN_S + 0.1)  # on a busy machine, the first has only now come to its end
        await sends(officer, zone(REFER) + "\n", "keys")
        await officer.press("escape")
        await officer.sees("waits 1")
