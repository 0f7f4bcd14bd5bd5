"""What waits is counted, listed and kept: no way out of the desk loses a document, and no message is about another."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from appliance.counter.past_travellers import WaitingSubject
from appliance.counter.subject import ScreeningRequest, Subject
from data.documents.travel_document import Capture
from data.errors import StoreError
from data.journal.journal import Journal
from data.journal.unscreened import UnscreenedLog
from data.store import Connection
from data.store_key import StoreKey
from devices.ports import DriverContext
from devices.registry import reader
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.support.machine import Machine
from tests.support.staff import at_work
from tests.ui.support.desk_kit import CHECK, CLEAR, NOW, REFER, SLOW, Counter, PaperReader, zone
from ui.commands.desk import open_work_lines
from ui.desk import messages, typed_zone
from ui.dialogs.travellers import TravellersDialog
from ui.screens import desk_queue
from ui.screens.desk import Desk
from ui.widgets import mrz_line

SUBJECT = Subject.from_zone(zone(CLEAR), NOW.date())


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Iterator[Journal]:
    journal = open_journal(tmp_path, machine)
    yield journal
    journal.close()


def open_journal(folder: Path, machine: Machine) -> Journal:
    return Journal(folder / "journal.db", StoreKey(bytes(32)), "desk", read_uptime=machine)


def full(*_: object) -> int:
    raise StoreError("The disk is full")  # type: ignore[arg-type]


def unscreened(journal: Journal) -> list[str]:
    return [document.content.zone for document in UnscreenedLog(journal).read()]


async def test_twelve_dropped_files_are_counted_kept_and_gone_from_the_folder(journal: Journal, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    device = reader(f"folder://{inbox}?after=delete&settle=0.1", DriverContext(tmp_path, now=lambda: NOW))
    async with at_desk(Counter(journal=journal, reader=device)) as officer:
        await officer.meets(REFER, "■ REFER")
        for number in range(12):
            (inbox / "page.part").write_text(zone(f"C12345{number:02}", "ZOLTAVERDE"))
            (inbox / "page.part").rename(inbox / f"page{number:02}.txt")
        await officer.sees("waits 12: NOR Z., +11", "12 more documents have been read")
        await officer.until(lambda: len(unscreened(journal)) == 12, "twelve documents in the journal")
        await officer.until(lambda: not [path for path in inbox.rglob("*") if path.is_file()], "an empty folder")
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.sees("12 documents are unscreened since 12:00 UTC", "unscreened 12", "1 undecided")
        await officer.press("f2")
        await officer.sees("ZOLTAVERDE", "C1234500", "unscreened 11")


async def test_a_kept_document_is_screened_once_and_then_forgotten(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.scan(zone(CLEAR))
        await officer.sees("waits 1: NOR S.")
        await officer.until(lambda: unscreened(journal) == [zone(CLEAR)], "the document that waits in the journal")
        await officer.press("f6")
        await officer.sees("● CLEAR")
        await officer.until(lambda: unscreened(journal) == [], "nothing unscreened")
        assert "waits" not in officer.words


async def test_a_second_desk_does_not_list_what_waits_at_the_first(
    journal: Journal, tmp_path: Path, machine: Machine
) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.scan(zone(CLEAR))
        await officer.until(lambda: len(unscreened(journal)) == 1, "the document in the journal")
        other = open_journal(tmp_path, machine)
        async with at_desk(Counter(journal=other)) as colleague:
            await colleague.meets(CHECK, "▲ CHECK")
            assert "unscreened" not in colleague.words
        assert "waits 1" in officer.words
    async with at_desk(Counter(journal=other)) as colleague:
        await colleague.sees("1 document is unscreened since 12:00 UTC")
    other.close()


def test_its_row_goes_in_the_transaction_of_its_verdict(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, writing, counter = list[None](), journal.writing, Counter(journal=journal)

    def counted() -> AbstractContextManager[Connection]:
        begun.append(None)
        return writing()

    subject = replace(SUBJECT, unscreened="1")
    counter.service.past.keep(subject, "Page reader")
    monkeypatch.setattr(journal, "writing", counted)
    assert counter.service.screen(ScreeningRequest(subject, at_work(counter.service))).is_recorded
    with journal.reading() as connection:
        (revisions,) = connection.execute("SELECT count(*) FROM event WHERE kind = 'screening'").fetchone()
    assert (unscreened(journal), len(begun)) == ([], revisions)  # more than one on a busy machine


async def test_who_is_not_answered_yet_is_unscreened_after_a_kill(
    journal: Journal, tmp_path: Path, machine: Machine
) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.scan(zone(SLOW))
        await officer.sees("WORKING")
        await officer.until(lambda: unscreened(journal) == [zone(SLOW)], "the document in the journal")
        killed = open_journal(tmp_path, machine)  # what another process finds now
        assert unscreened(killed) == [zone(SLOW)]
        killed.close()


async def test_what_waits_is_listed_and_taken_by_choice(journal: Journal) -> None:
    log = UnscreenedLog(journal)
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        for number in (CHECK, CLEAR):
            await officer.scan(zone(number))
        await officer.until(lambda: len(log.read()) == 2, "both in the journal")
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.sees("unscreened 2")
        await officer.press("f9", "right")
        await officer.until(lambda: isinstance(officer.top, TravellersDialog), "the travellers")
        assert "Read and not screened yet" in officer.words and "since 12:00" in officer.words
        await officer.press("down", "down", "enter")
        await officer.sees("▲ CHECK", "unscreened 1")


async def test_a_typed_traveller_who_waits_is_kept_too(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.press("f7", "down", "down", "down")
        await officer.type("sample")
        await officer.press("enter")
        await officer.sees("waits 1: S.")
        await officer.until(lambda: len(UnscreenedLog(journal).read()) == 1, "the traveller in the journal")
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.sees("1 document is unscreened since 12:00 UTC")
        await officer.press("f2")
        await officer.sees("none: person typed in", "SAMPLE")


async def test_after_the_shift_they_are_gone_and_the_officer_is_told(journal: Journal, machine: Machine) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(REFER, "■ REFER")
        await officer.scan(zone(CLEAR))
        await officer.until(lambda: len(unscreened(journal)) == 1, "the document in the journal")
    late = machine.run(journal, NOW, timedelta(hours=13))
    async with at_desk(Counter(journal=journal, now=late)) as officer:
        await officer.sees("1 document of an earlier shift was never screened; it was removed")
        assert unscreened(journal) == [] and "unscreened" not in officer.words


async def test_a_document_that_cannot_be_kept_is_said_and_its_file_stays(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnscreenedLog, "keep", full)
    device = reader(f"folder://{tmp_path}?after=delete&settle=0.1", DriverContext(tmp_path, now=lambda: NOW))
    async with at_desk(Counter(journal=journal, reader=device)) as officer:
        (tmp_path / "page.txt").write_text(zone(CLEAR))
        await officer.sees("● CLEAR", "could not be kept. The reader still holds it", "The disk is full")
        await officer.until(lambda: any((tmp_path / "unread").glob("*page.txt")), "the file")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("keep", "It is lost if the desk is left before its answer: The disk is full"),
        ("take_over", "It is still kept: leave the desk and open it again. The disk is full"),
    ],
)
async def test_what_a_failure_of_the_disk_means_is_said_by_its_cause(
    call: str, says: str, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnscreenedLog, call, full)
    async with at_desk(Counter(journal=journal)) as officer:
        if call == "keep":
            await officer.scan(zone(CLEAR))
        await officer.sees(says)


async def test_a_document_of_a_reader_that_holds_nothing_is_called_lost(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnscreenedLog, "keep", full)
    glass = PaperReader()
    async with at_desk(Counter(journal=journal, reader=glass)) as officer:
        glass.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR", "It is lost if the desk is left before its answer: The disk is full")


async def test_a_document_that_is_still_kept_is_not_called_lost(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnscreenedLog, "discard", full)
    counter = Counter(journal=journal, broken=StoreError("Nothing answers"))  # type: ignore[arg-type]
    async with at_desk(counter) as officer:
        await officer.scan(zone(CLEAR))
        await officer.sees("Nothing answers")
        counter.broken = None
        await officer.scan(zone(CLEAR))
        assert "lost" not in await officer.sees("● CLEAR", "still kept, so the desk shows it again when it opens")


async def test_what_was_recorded_about_one_never_stands_on_the_screen_of_another() -> None:
    async with at_desk() as officer:
        await officer.scan(zone(CHECK, "OLSEN"))
        await officer.sees("▲ CHECK")
        await officer.scan(zone(CLEAR, "HANSEN"))
        await officer.press("f5")
        await officer.sees("OLSEN", "Recorded: OLSEN, ADA MARIA referred")
        assert "OLSEN" not in await officer.sees("HANSEN", "● CLEAR")
        await officer.press("f2")
        await officer.sees("○ READY", "HANSEN, ADA MARIA stays undecided")
        await officer.scan(zone(CLEAR, "BERG"))
        assert "HANSEN" not in await officer.sees("BERG", "● CLEAR")


async def test_the_next_begins_only_when_the_record_was_seen_or_a_key_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_queue, "RECORD_SHOWN_S", 3600.0)
    async with at_desk() as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.scan(zone(CLEAR))
        await officer.sees("waits 1")
        await officer.press("f6")
        await officer.sees("▲ CHECK", "Recorded:")
        await officer.scan(zone(REFER))
        await officer.sees("waits 2")
        await pause()  # else it is the end of the scanner's last line
        await officer.press("enter")
        await officer.sees("● CLEAR", "waits 1")


def test_leaving_says_what_is_open(journal: Journal) -> None:
    counter = Counter(journal=journal)
    assert list(open_work_lines(counter.service)) == []
    past = counter.service.past
    for number in ("1", "2"):
        past.keep(replace(SUBJECT, unscreened=number), "Page reader")
    (line,) = open_work_lines(counter.service)
    assert line.startswith("2 documents are unscreened since 12:00 UTC. The kit keeps them until it has run for")


# ── half a zone ──────────────────────────────────────────────────────────────────────────────────────────


async def by_hand(officer: Officer, text: str) -> None:
    """As if slowly enough for a hand."""
    fastest, typed_zone.FASTEST_HAND_S = typed_zone.FASTEST_HAND_S, 0.0
    try:
        await officer.type(text)
        await officer.pilot.pause()
    finally:
        typed_zone.FASTEST_HAND_S = fastest


async def pause() -> None:
    """Longer than a scanner makes between two characters."""
    await asyncio.sleep(mrz_line.SCANNERS_OWN_S + 0.1)


async def test_a_scan_into_a_half_typed_zone_is_one_traveller_and_the_typing_stays() -> None:
    async with at_desk() as officer:
        await by_hand(officer, zone(CHECK)[:30])
        await pause()
        await officer.send_keys(zone(CLEAR) + "\n")
        await officer.sees("● CLEAR", "C1234567", zone(CHECK)[:30])
        (subject,) = officer.counter.screened
        assert subject.documents[0].capture is Capture.MACHINE


async def test_a_scan_after_a_typed_line_is_one_traveller_and_the_line_stays() -> None:
    async with at_desk() as officer:
        await by_hand(officer, zone(CHECK).splitlines()[0] + "\nK12")
        await pause()
        await officer.scan(zone(CLEAR))
        await officer.sees("● CLEAR", "C1234567", "K12")
        assert len(officer.counter.screened) == 1


async def test_half_a_zone_is_nobody_and_the_other_half_typed_makes_it_typed() -> None:
    first, second = zone(CLEAR).splitlines()
    async with at_desk() as officer:
        await officer.send_keys(f"{first}\n")
        await officer.sees("Only a part of the zone came, and nobody was screened", first)
        assert officer.counter.screened == []
        await officer.press("enter")
        await by_hand(officer, f"{second}\n")
        await officer.sees("C1234567", "typed")
        (subject,) = officer.counter.screened
        assert subject.documents[0].capture is Capture.TYPED


async def test_the_next_scan_takes_the_place_of_half_a_scan() -> None:
    async with at_desk() as officer:
        await officer.send_keys(zone(CHECK).splitlines()[0] + "\n")
        await officer.sees("Only a part of the zone came")
        await pause()
        await officer.send_keys(zone(CLEAR) + "\n")
        await officer.sees("● CLEAR", "C1234567")
        assert len(officer.counter.screened) == 1 and "P<NOR" not in officer.lines[-2]


@pytest.mark.parametrize("cut", [10, 30, 44, 60, 75])
async def test_half_a_zone_at_any_place_is_never_a_second_traveller(cut: int) -> None:
    async with at_desk() as officer:
        await officer.send_keys(zone(CHECK)[:cut])
        await asyncio.sleep(mrz_line.BROKEN_OFF_S + 0.2)
        await officer.send_keys(zone(CLEAR) + "\n")
        await officer.sees("● CLEAR", "C1234567")
        assert len(officer.counter.screened) == 1


async def test_what_waits_is_found_where_nothing_can_be_removed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(journal=journal)
    counter.service.past.keep(replace(SUBJECT, unscreened="1"), "Page reader")
    monkeypatch.setattr(UnscreenedLog, "delete_expired_unscreened", full)
    async with at_desk(counter) as officer:
        await officer.sees("1 document is unscreened since 12:00 UTC")


async def test_what_the_reader_kept_before_the_desk_heard_of_it_does_not_wait_from_before(journal: Journal) -> None:
    async with at_desk(Counter(journal=journal)) as officer:
        desk = officer.top
        assert isinstance(desk, Desk)
        subject = replace(SUBJECT, unscreened=str(uuid4()))
        desk.port.keep(subject, "Reader")
        desk.post_message(messages.UnscreenedFound(desk.port.find_unscreened(), 0))
        desk.post_message(messages.DocumentRead(subject))
        await officer.sees("● CLEAR")
        await officer.until(lambda: unscreened(journal) == [], "the verdict has taken its document")
        await officer.looks()
        assert len(desk.waiting) == 0 and "unscreened" not in officer.words


async def test_what_this_desk_took_does_not_wait_from_before(journal: Journal) -> None:
    """The journal is asked what waits while the first document of the shift is on its way through it."""
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(CLEAR, "● CLEAR")
        own = officer.counter.screened[0]
        officer.top.post_message(messages.UnscreenedFound([WaitingSubject(own, NOW, "")], 0))
        await officer.pilot.pause()
        await officer.looks()
        assert "unscreened" not in officer.words
