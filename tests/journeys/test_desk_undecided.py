"""REFER and CANNOT SAY never leave the screen on one key; the undecided are counted, listed and called back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.screening.run import ScreeningLimits
from data.documents.barcodes import Barcode, Symbology
from data.documents.travel_document import TravelDocument
from data.journal.journal import Journal
from data.screenings import Decision, Verdict
from data.store_key import StoreKey
from devices.reading import RawReading
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.journeys.support.quiet_words import forbidden_in
from tests.support.sample import screening
from tests.support.staff import SECOND_OFFICER, make_actor
from tests.ui.support.desk_kit import CHECK, CLEAR, LATE, NOW, REFER, SLOW, Counter, PaperReader, zone
from ui.dialogs.travellers import TravellersDialog
from ui.screens import desk_queue

EXPIRED = {"expired_after_h": 48.0}
PASS = f"M1{'SAMPLE/ADA':<20}EABC123 AAABBBXY 0123 183Y012A0025 100".encode()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


async def list_travellers(officer: Officer) -> str:
    await officer.press("f9")
    await officer.sees("Lists and link")
    await officer.press("right")
    await officer.until(lambda: isinstance(officer.top, TravellersDialog), "the travellers")
    return officer.words


@pytest.mark.parametrize("key", ["f2", "enter", "escape", "f3", "alt+2"])
@pytest.mark.parametrize(("number", "verdict", "counter"), [(REFER, "■ REFER", {}), (CLEAR, "◆ CANNOT SAY", EXPIRED)])
async def test_no_single_key_ends_it(number: str, verdict: str, counter: dict[str, float], key: str) -> None:
    async with at_desk(Counter(**counter)) as officer:  # type: ignore[arg-type]
        await officer.meets(number, verdict)
        await officer.looks()
        await officer.press(key)
        await officer.pilot.pause()
        await officer.press("escape" if key != "f3" else "f3")
        await officer.sees(verdict)
        assert officer.counter.decisions == []


async def test_the_second_key_leaves_it_counted_and_listed(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f2")
        await officer.sees("Go on without a decision?", "stays undecided")
        await officer.press("enter")
        await officer.sees("○ READY", "1 undecided: F9", "SAMPLE, ADA MARIA stays undecided")
        words = await list_travellers(officer)
        assert "Without a decision" in words and "■ REFER SAMPLE, ADA MARIA UNDECIDED" in words
        await officer.press("enter")
        await officer.sees("■ REFER: Listed document", "R1234567 is on sltd as stolen", "called back")
        assert "undecided:" not in officer.words
        await officer.press("f5")
        await officer.sees("Recorded: SAMPLE, ADA MARIA referred")
        await officer.press("enter")
        assert "undecided" not in await officer.sees("○ READY")


async def test_nobody_who_is_called_back_is_admitted_by_enter(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(CLEAR, "● CLEAR")
        await officer.press("f2")
        await officer.sees("○ READY", "1 undecided")
        await list_travellers(officer)
        await officer.press("enter")
        await officer.sees("● CLEAR", "called back")
        await officer.looks()
        await officer.press("enter")
        await officer.sees("press the key for the decision")
        assert officer.counter.decisions == []


async def test_the_undecided_are_there_when_the_desk_is_opened_again(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
    async with at_desk(Counter(journal=journal, person=SECOND_OFFICER)) as officer:
        await officer.sees("1 undecided: F9")
        await list_travellers(officer)
        await officer.press("enter")
        await officer.sees("■ REFER: Listed document")


async def test_who_is_working_is_left_by_two_keys_and_listed_with_what_came_out(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.scan(zone(SLOW))
        await officer.sees("WORKING")
        await officer.press("f2")
        await officer.sees("Go on without a decision?")
        await officer.press("enter")
        await officer.sees("○ READY")
        officer.counter.go.set()
        await officer.sees("1 undecided")


async def test_a_late_refer_after_the_decision_is_undecided_again(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal, limits=ScreeningLimits(check_s=0.3))) as officer:
        await officer.meets(LATE, "◆ CANNOT SAY")
        await officer.press("f5")
        await officer.sees("Recorded:")
        await officer.press("enter")
        await officer.sees("○ READY")
        assert "undecided" not in officer.words
        officer.counter.go.set()
        await officer.sees("LATE: SAMPLE, ADA MARIA is now REFER", "1 undecided: F9")


@pytest.mark.parametrize("verdict", ["■ REFER", "▲ CHECK", "WORKING"])
async def test_another_is_called_back_over_an_open_verdict_by_a_second_key(journal: Journal, verdict: str) -> None:
    number = {"■ REFER": REFER, "▲ CHECK": CHECK, "WORKING": SLOW}[verdict]
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.scan(zone(CLEAR, "HANSEN"))
        await officer.sees("● CLEAR")
        await officer.press("f2")
        await officer.sees("1 undecided")
        await officer.meets(number, verdict)
        for key in ("escape", "enter"):
            await list_travellers(officer)
            await officer.press("enter")
            await officer.sees("stays undecided: F9 shows who is", "Enter shows HANSEN, ADA MARIA, Esc stays")
            await officer.press(key)
            await officer.sees("HANSEN" if key == "enter" else "SAMPLE")
        officer.counter.go.set()
        await officer.sees("● CLEAR", "called back", "1 undecided: F9")
        assert officer.counter.decisions == []


@pytest.mark.parametrize("decided", [True, False])
async def test_somebody_is_called_back_while_the_reader_delivers_one_after_the_other(
    journal: Journal, decided: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_queue, "RECORD_SHOWN_S", 0.1)
    reader = PaperReader()
    async with at_desk(Counter(journal=journal, reader=reader)) as officer:
        await officer.meets(REFER, "■ REFER")
        reader.waiting.append(zone(CHECK, "HANSEN"))
        await officer.sees("waits 1")
        await officer.press("f2", "enter")
        await officer.sees("HANSEN", "▲ CHECK")
        if decided:
            await officer.looks()
            await officer.press("f6")
            await officer.sees("Recorded:")
        await list_travellers(officer)
        reader.waiting.append(zone(CLEAR, "BERG"))
        await officer.until(lambda: not reader.waiting, "the next one read")
        await asyncio.sleep(0.4)
        assert len(officer.counter.screened) == 2
        await officer.press("enter")
        if not decided:
            await officer.sees("stays undecided")
            await officer.press("enter")
        await officer.sees("■ REFER", "SAMPLE, ADA MARIA: called back", "waits 1")
        await officer.press("f5")
        await officer.sees("BERG", "● CLEAR")
        assert officer.counter.decisions[-1].decision is Decision.REFER


async def test_who_was_called_back_stays_until_a_key_is_pressed(journal: Journal) -> None:
    reader = PaperReader()
    async with at_desk(Counter(journal=journal, reader=reader)) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f6")
        await officer.sees("Recorded:")
        await list_travellers(officer)
        await officer.press("enter")
        await officer.sees("F5 or F6 corrects it")
        reader.waiting.append(zone(CLEAR, "BERG"))
        assert "Decide on this" not in await officer.sees("K1234567", "waits 1", "1 document has been read")
        await officer.press("f2")
        await officer.sees("BERG", "● CLEAR")


@pytest.mark.parametrize("key", ["f9"])
async def test_nobody_begins_behind_the_lists_and_the_next_begins_after_them(
    journal: Journal, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_queue, "RECORD_SHOWN_S", 0.1)
    reader = PaperReader()
    async with at_desk(Counter(journal=journal, reader=reader)) as officer:
        desk = officer.top
        await officer.press(key)
        await officer.until(lambda: officer.top is not desk)
        reader.waiting.append(zone(CLEAR))
        await officer.until(lambda: not reader.waiting)
        await asyncio.sleep(0.4)
        assert officer.counter.screened == []
        await officer.press("escape")
        await officer.sees("● CLEAR")


async def test_the_first_line_counts_what_the_list_has(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        for surname in ("HANSEN", "BERG"):
            await officer.scan(zone(CLEAR, surname))
            await officer.sees(surname, "● CLEAR")
            await officer.press("f2")
            await officer.sees("○ READY")
        await officer.meets(REFER, "■ REFER")
        await officer.sees("2 undecided: F9")
        undecided, on_screen = (await list_travellers(officer)).split("On the screen, without a decision so far")
        assert undecided.count("UNDECIDED") == 2 and "SAMPLE" not in undecided
        assert on_screen.count("UNDECIDED") == 1 and "SAMPLE" in on_screen
        await officer.press("escape", "f10", "f10")
        await officer.unlocks()
        await officer.sees(
            "On the screen: SAMPLE, ADA MARIA: ■ REFER", "3 travellers have no decision yet, with the one on the screen"
        )


async def test_whoever_is_on_the_screen_is_not_called_back_again(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        await list_travellers(officer)
        await officer.press("end", "enter")
        await officer.sees("■ REFER", "That is the traveller on the screen")


async def test_nobody_is_called_back_while_a_decision_is_being_recorded(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal, decides_when_told=True)) as officer:
        await officer.scan(zone(CLEAR, "HANSEN"))
        await officer.sees("● CLEAR")
        await officer.press("f2")
        await officer.sees("1 undecided")
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f6")
        await list_travellers(officer)
        await officer.press("enter")
        await officer.sees("SAMPLE", "still being recorded")
        officer.counter.go.set()
        await officer.sees("Recorded: SAMPLE, ADA MARIA admitted")


async def test_a_code_does_not_take_a_refer_from_the_screen() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader, reads_codes=True)) as officer:
        await officer.meets(REFER, "■ REFER")
        reader.waiting.append(RawReading("", codes=(Barcode(Symbology.AZTEC, PASS),)))
        await officer.sees("■ REFER", "The code was not added")
        assert len(officer.counter.screened) == 1


async def test_a_later_scan_of_an_undecided_refer_needs_a_second_person(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f2", "enter")
        await officer.sees("○ READY", "1 undecided")
        await officer.scan(zone(CLEAR))  # the same traveller with another document
        await officer.sees("C1234567", "Next:")
        await officer.looks()
        await officer.press("enter")  # it is CHECK: Enter admits nobody
        assert officer.counter.decisions == []
        await officer.press("f6")
        await officer.sees("A second person must agree")
        assert officer.counter.decisions == []
        await officer.signs()
        await officer.sees("admitted at 12:00:00 UTC, second person: M. Example")
        assert "undecided" not in officer.words


async def test_leaving_the_desk_says_how_much_is_open(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f2")
        await officer.sees("1 undecided")
        await officer.meets(REFER, "■ REFER")
        await officer.scan(zone(CLEAR))
        await officer.sees("waits 1")
        await officer.press("f10", "f10")
        await officer.unlocks()
        await officer.sees(
            "2 travellers have no decision yet",
            "1 document is unscreened. The kit keeps it until it has run for",
        )


@pytest.mark.parametrize("decided", [20, 21])
async def test_the_list_says_when_not_every_decision_is_on_it(journal: Journal, decided: int) -> None:
    for number in range(decided):
        shown = screening(TravelDocument("P", "UTO", f"L{number}"), traveller=None)
        journal.record_screening(shown, [], Verdict.CLEAR, 1)
        journal.record_decision(shown, Decision.ADMIT, NOW, make_actor("O-1"))
    async with at_desk(Counter(journal=journal), (80, 40)) as officer:
        await list_travellers(officer)
        await officer.sees("Your decisions of this shift")
        assert ("Only your newest 20 can be called back" in officer.words) == (decided > 20)


async def test_what_is_typed_before_a_scan_is_said_to_be_kept() -> None:
    async with at_desk() as officer:
        first, _second = zone(CLEAR).split("\n")
        await officer.type(first[:20] + "\n")
        await asyncio.sleep(0.9)
        await officer.send_keys(zone(REFER) + "\n")
        await officer.sees("■ REFER", "still in the input line: P<NORSAMPLE<<ADA<MAR")


async def test_a_decision_is_corrected_after_the_next_traveller_by_another_one(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f6")
        await officer.sees("Recorded:")
        await officer.meets(CLEAR, "● CLEAR")
        await officer.press("f6")
        await officer.sees("C1234567", "Recorded:")
        words = await list_travellers(officer)
        assert "Your decisions of this shift" in words and "▲ CHECK SAMPLE, ADA MARIA admitted 12:00" in words
        await officer.press("down", "enter")
        await officer.sees("K1234567", "admitted at 12:00:00 UTC. F5 or F6 corrects it")
        await officer.press("f6")
        await officer.sees("That is recorded already")
        await officer.press("f5")
        await officer.sees("Recorded: SAMPLE, ADA MARIA referred")
        recorded = [(record.screening.documents[0].number, record.decision) for record in officer.counter.decisions]
        assert recorded == [(CHECK, Decision.ADMIT), (CLEAR, Decision.ADMIT), (CHECK, Decision.REFER)]


async def test_no_forbidden_word_where_travellers_see_the_question(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.press("f3")
        await officer.meets(REFER, "4 F4 shows more")
        await officer.press("f2")
        assert forbidden_in(await officer.sees("Go on without a decision?")) == set()
        await officer.press("enter")
        assert forbidden_in(await officer.sees("○ READY", "1 undecided")) <= {"○"}
