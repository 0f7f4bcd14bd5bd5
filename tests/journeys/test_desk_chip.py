"""The chip at the desk: read beside the other checks, guidance while it is laid, its answer and its details by key."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from textual.events import Paste

from appliance.chips.reader_service import ChipReaderService, ChipTimeouts
from data.kit.settings import ChipExpectation
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.chip_tray import PATIENT, RIGHT, ChipTray, chip_of, norwegian_trust, reader_service
from tests.ui.support.desk_kit import CLEAR, Counter, PaperReader, zone
from ui.widgets.mrz_line import SCANNERS_OWN_S

WRONG_BIRTH = RIGHT.replace("7408122", "7408132")


def at_post(tray: ChipTray, waits: ChipTimeouts | None = None) -> AbstractContextManager[ChipReaderService]:
    return reader_service(tray, waits, norwegian_trust())


GOOD: dict[str, Any] = {"active_authentication": "none"}


async def test_a_genuine_chip_is_told_and_its_details_stand_under_why() -> None:
    tray = ChipTray()
    with at_post(tray, PATIENT) as chips:
        async with at_desk(Counter(chips=chips)) as officer:
            await officer.scan(RIGHT)
            await officer.sees("WORKING 7/9", "Chip: place the document on the chip reader")
            tray.chips.append(chip_of(RIGHT, **GOOD))
            await officer.sees("The chip is genuine and not a copy")
            await officer.press("f4")
            await officer.sees(
                "Checked against: signers (updated", "✓ signature:", "kept in memory only, for the face check"
            )
            await officer.press("escape")


async def test_a_copy_is_referred_with_what_to_do() -> None:
    with at_post(ChipTray(chip_of(RIGHT, faults=["cloned_ca"])), PATIENT) as chips:
        async with at_desk(Counter(chips=chips), (120, 40)) as officer:
            await officer.scan(RIGHT)
            await officer.sees("■ REFER", "The chip is a copy: it does not have the key", "Keep the document in sight")


async def test_a_document_lifted_too_early_is_asked_for_and_then_read() -> None:
    torn = chip_of(RIGHT, faults=["tear_off"], at=14)
    tray = ChipTray(torn)
    with at_post(tray, PATIENT) as chips:
        async with at_desk(Counter(chips=chips)) as officer:
            await officer.scan(RIGHT)
            await officer.sees("lifted too early; put it back and keep it still")
            tray.chips.append(torn)
            await officer.sees("The chip is genuine")


async def test_a_chip_that_does_not_open_is_cannot_say_until_its_number_is_typed() -> None:
    held = chip_of(RIGHT, can="204815")
    tray = ChipTray(held)
    with at_post(tray, PATIENT) as chips:
        async with at_desk(Counter(chips=chips), (120, 40)) as officer:
            await officer.scan(WRONG_BIRTH)
            await officer.sees("◆ CANNOT SAY", "type the card access number under F7")
            tray.chips.append(held)
            await officer.press("f7", *["down"] * 8)
            await officer.type("204815")
            await officer.press("enter")
            await officer.sees("▲ CHECK", "The chip is genuine", "Chip and print differ: date of birth")
            await officer.press("f4")
            await officer.sees("# differs: date of birth: chip 1974-08-12, print 1974-08-13")


async def test_an_access_number_does_not_take_a_refer_from_the_screen() -> None:
    held = chip_of(RIGHT, faults=["cloned_ca"], can="204815")
    with at_post(ChipTray(held), PATIENT) as chips:
        async with at_desk(Counter(chips=chips), (120, 40)) as officer:
            await officer.scan(RIGHT)
            await officer.sees("■ REFER")
            await officer.press("f7", *["down"] * 8)
            await officer.type("204815")
            await officer.press("enter")
            await officer.sees("■ REFER", "The chip was not read again")
            assert len(officer.counter.screened) == 1


async def test_an_access_number_is_tried_on_no_chip_that_came_while_it_was_typed() -> None:
    held = chip_of(WRONG_BIRTH, can="204815")
    with at_post(ChipTray(held), PATIENT) as chips:
        counter = Counter(chips=chips)
        async with at_desk(counter, (120, 40)) as officer:
            await officer.press("f7", *["down"] * 8)
            officer.pilot.app.post_message(Paste(RIGHT))
            await officer.until(lambda: len(counter.screened) == 1)
            await asyncio.sleep(SCANNERS_OWN_S + 0.1)
            await officer.type("204815")
            await officer.press("enter")
            said = "The access number was not tried: another document came to the desk"
            await officer.until(lambda: said in officer.words or len(counter.screened) > 1)
            assert [subject.can for subject in counter.screened] == [""]


async def test_an_access_number_without_a_document_is_told_so() -> None:
    with at_post(ChipTray()) as chips:
        async with at_desk(Counter(chips=chips)) as officer:
            await officer.press("f7", *["down"] * 8)
            await officer.type("204815")
            await officer.press("enter")
            await officer.sees("scan the document first")


@pytest.mark.parametrize(
    ("expected", "verdict"),
    [(ChipExpectation.PASSPORTS, "◆ CANNOT SAY: Chip: No chip answered"), (ChipExpectation.NEVER, "● CLEAR")],
)
async def test_a_passport_without_a_chip(expected: ChipExpectation, verdict: str) -> None:
    with at_post(ChipTray()) as chips:
        async with at_desk(Counter(chips=chips, expected=expected)) as officer:
            await officer.scan(zone(CLEAR))
            await officer.sees(verdict)


async def test_the_next_traveller_ends_the_reading_without_a_late_alarm() -> None:
    tray = ChipTray()
    with at_post(tray, PATIENT) as chips:
        counter = Counter(chips=chips)
        async with at_desk(counter) as officer:
            await officer.scan(zone(CLEAR))
            await officer.sees("Chip: place the document on the chip reader")
            await officer.press("f2", "enter")
            await officer.sees("○ READY")
            await officer.until(lambda: len(counter.journal.revisions) == 1)
            assert "LATE" not in officer.text
            tray.chips.append(chip_of(RIGHT, **GOOD))
            await officer.scan(RIGHT)
            await officer.sees("The chip is genuine")


async def test_no_document_is_read_while_a_chip_is() -> None:
    reader, tray = PaperReader(), ChipTray()
    with at_post(tray, PATIENT) as chips:
        async with at_desk(Counter(chips=chips, reader=reader)) as officer:
            reader.waiting += [RIGHT, zone(CLEAR)]
            await officer.sees("Chip: place the document on the chip reader")
            assert reader.waiting == [zone(CLEAR)]
            tray.chips.append(chip_of(RIGHT, **GOOD))
            await officer.sees("The chip is genuine", "The next document has been read")


async def test_a_hung_chip_reader_leaves_the_desk_responsive(monkeypatch: pytest.MonkeyPatch) -> None:
    tray = ChipTray()
    tray.hang.set()
    with at_post(tray, ChipTimeouts(lay_s=0.1, read_s=0.2)) as chips:
        async with at_desk(Counter(chips=chips)) as officer:
            await officer.scan(zone(CLEAR))
            await officer.press("f1")
            await officer.sees("Show every key")
            await officer.press("escape")
            await officer.sees("◆ CANNOT SAY", "Chip")


async def _quiet(officer: Officer, tray: ChipTray, said: Callable[[str], bool]) -> None:
    await officer.press("f3")
    await officer.scan(RIGHT)
    await officer.sees("steps done", "Chip: place the document")
    tray.chips.append(chip_of(RIGHT, faults=["cloned_ca"]))
    await officer.sees("9 steps done")
    assert not said(officer.text.casefold())


async def test_quiet_shows_what_to_do_and_no_reason() -> None:
    tray = ChipTray()
    words = ("copy", "genuine", "refer", "issuer")
    with at_post(tray, PATIENT) as chips:
        async with at_desk(Counter(chips=chips)) as officer:
            await _quiet(officer, tray, lambda text: any(word in text for word in words))
