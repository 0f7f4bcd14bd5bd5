"""Boarding passes and seals at the desk: they belong to the traveller who is there, and to nobody else."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from threading import current_thread

import pytest

from data.documents.barcodes import Barcode, MissingCode, Symbology
from data.errors import StoreError
from data.journal.journal import Journal
from data.journal.unscreened import UnscreenedContent, UnscreenedDocument, UnscreenedLog
from data.store_key import StoreKey
from devices.reading import RawReading
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.ui.support.desk_kit import CHECK, CLEAR, NOW, REFER, SLOW, Counter, PaperReader, zone
from ui.desk import traveller_session
from ui.screens import desk_queue
from ui.screens.desk import SEEN_AFTER_S


def presented(name: str) -> Barcode:
    return Barcode(Symbology.AZTEC, f"M1{name:<20}EABC123 AAABBBXY 0123 183Y012A0025 100".encode())


OURS, OTHERS = presented("SAMPLE/ADA"), presented("HALLINGDAL/BOB")


async def test_a_pass_read_with_the_document_is_told() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader, reads_codes=True)) as officer:
        reader.waiting.append(RawReading(zone(CLEAR), codes=(OURS,)))
        await officer.sees("● CLEAR", "Also scanned: boarding pass")
        await officer.press("f4")
        await officer.sees("Boarding pass", "Passenger: SAMPLE/ADA", "Booking: ABC123", "XY 123, AAA to BBB")


async def test_a_pass_of_somebody_else_is_something_to_ask_about() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader, reads_codes=True)) as officer:
        reader.waiting.append(RawReading(zone(CLEAR), codes=(OTHERS,)))
        await officer.sees("▲ CHECK", "made out to HALLINGDAL/BOB")


async def test_a_pass_laid_down_first_waits_for_its_document() -> None:
    reader, counter = PaperReader(), Counter(reads_codes=True)
    counter.reader = reader
    async with at_desk(counter) as officer:
        reader.waiting.append(RawReading("", codes=(OURS,)))
        await officer.sees("Boarding pass read: now scan the document", "READY")
        assert counter.screened == []
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR", "Also scanned: boarding pass")
        assert counter.screened[0].codes == (OURS,)


async def test_a_pass_laid_down_second_joins_the_open_traveller_and_only_that_one() -> None:
    reader, counter = PaperReader(), Counter(reads_codes=True)
    counter.reader = reader
    async with at_desk(counter) as officer:
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR")
        reader.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("▲ CHECK", "A boarding pass was added to this traveller")
        await asyncio.sleep(SEEN_AFTER_S)
        await officer.press("f6")
        await officer.sees("Recorded: SAMPLE")
        reader.waiting.append(zone(REFER))
        await officer.sees("■ REFER")
        assert counter.screened[-1].codes == ()


async def test_the_same_pass_again_changes_nothing() -> None:
    reader, counter = PaperReader(), Counter(reads_codes=True)
    counter.reader = reader
    async with at_desk(counter) as officer:
        reader.waiting += [RawReading(zone(CLEAR), codes=(OURS,)), RawReading("", codes=(OURS,)), zone(REFER)]
        await officer.sees("● CLEAR", "The next document has been read")
        assert [subject.codes for subject in counter.screened] == [(OURS,)]


async def test_a_pass_whose_traveller_went_on_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, counter = PaperReader(), Counter(reads_codes=True)
    counter.reader = reader
    async with at_desk(counter) as officer:
        reader.waiting.append(RawReading("", codes=(OURS,)))
        await officer.sees("now scan the document")
        await officer.press("f2")
        await officer.sees("The code that was read was dropped")
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR")
        assert counter.screened[0].codes == ()
    monkeypatch.setattr(traveller_session, "PENDING_CODES_S", -1.0)
    async with at_desk(Counter(reader=reader, reads_codes=True)) as officer:
        reader.waiting.append(RawReading("", codes=(OURS,)))
        await officer.sees("no document came within a minute: the code was dropped")
    kept = traveller_session.PendingCodes()
    kept.keep((OURS,))
    assert kept.take(()) == ()


# ── documents wait ───────────────────────────────────────────────────────────────────────────────────────


class HoldingReader(PaperReader):
    """A reader whose sources stay until it hears that they may go."""

    def __init__(self) -> None:
        super().__init__()
        self.gone, self.left = 0, 0

    async def acknowledge(self) -> None:
        self.gone += 1

    async def leave_unread(self) -> None:
        self.left += 1


@pytest.fixture
def holding() -> HoldingReader:
    return HoldingReader()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


def kept_codes(journal: Journal) -> list[tuple[MissingCode, ...]]:
    return [document.content.codes for document in UnscreenedLog(journal).read()]


THEIRS = (MissingCode.of(OTHERS),)


async def _is_open(officer: Officer) -> None:
    await officer.meets(CHECK, "▲ CHECK")


async def _is_refer(officer: Officer) -> None:
    await officer.meets(REFER, "■ REFER")


async def _works(officer: Officer) -> None:
    await officer.scan(zone(SLOW))
    await officer.sees("WORKING")


async def _failed(officer: Officer) -> None:
    officer.counter.broken = StoreError("Nothing answers")  # type: ignore[arg-type]
    await officer.scan(zone(CHECK))
    await officer.sees("Nothing answers")
    officer.counter.broken = None


@pytest.mark.parametrize("before", [_is_open, _is_refer, _works, _failed])
async def test_a_code_read_after_a_document_that_waits_is_that_documents(
    before: object, holding: HoldingReader, journal: Journal
) -> None:
    assert callable(before)
    async with at_desk(Counter(reader=holding, reads_codes=True, journal=journal)) as officer:
        await before(officer)
        holding.waiting.append(zone(CLEAR))
        await officer.sees("waits 1")
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("A boarding pass was added to the document that was read last and waits")
        await officer.until(lambda: (holding.gone, holding.left) == (2, 0), "both sources gone")
        assert THEIRS in kept_codes(journal), "it is on the disk before its source goes"
        assert all(not subject.codes for subject in officer.counter.screened)
        officer.counter.go.set()
        await officer.press("f2", "enter")
        await officer.sees("C1234567", "▲ CHECK", "HALLINGDAL/BOB")


@pytest.mark.parametrize("is_slow", [False, True])
async def test_so_it_is_while_a_decision_is_written_and_shown(
    is_slow: bool, holding: HoldingReader, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_queue, "RECORD_SHOWN_S", 2.0)
    counter = Counter(reader=holding, reads_codes=True, journal=journal, decides_when_told=is_slow)
    async with at_desk(counter) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        holding.waiting.append(zone(CLEAR))
        await officer.sees("waits 1")
        await officer.press("f5")
        await officer.sees("Writing it to the journal" if is_slow else "Recorded: SAMPLE")
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.until(lambda: holding.gone == 2, "the code with the document that waits")
        counter.go.set()
        await officer.sees("C1234567", "▲ CHECK", "HALLINGDAL/BOB")
        assert (holding.gone, holding.left) == (2, 0)


async def test_documents_from_before_get_none_of_what_is_read_now(holding: HoldingReader, journal: Journal) -> None:
    UnscreenedLog(journal).keep(UnscreenedDocument("1", NOW, "", UnscreenedContent(zone(REFER))))
    async with at_desk(Counter(reader=holding, reads_codes=True, journal=journal)) as officer:
        await officer.sees("unscreened 1")
        await officer.meets(CLEAR, "● CLEAR")
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("▲ CHECK", "A boarding pass was added to this traveller")
        await officer.until(lambda: kept_codes(journal) == [()], "the verdict has taken the one that was screened")


@pytest.mark.parametrize("is_refer", [True, False])
async def test_the_source_of_a_code_that_is_not_added_stays(
    is_refer: bool, holding: HoldingReader, journal: Journal
) -> None:
    async with at_desk(Counter(reader=holding, reads_codes=True, journal=journal, decides_when_told=True)) as officer:
        await officer.meets(REFER if is_refer else CHECK, "■ REFER" if is_refer else "▲ CHECK")
        if not is_refer:
            await officer.press("f5")
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("The code was not added")
        await officer.until(lambda: (holding.gone, holding.left) == (0, 1), "the source left where it is")


async def test_a_code_that_cannot_be_kept_is_screened_and_its_source_stays(
    holding: HoldingReader, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full")  # type: ignore[arg-type]

    async with at_desk(Counter(reader=holding, reads_codes=True, journal=journal)) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        holding.waiting.append(zone(CLEAR))
        await officer.sees("waits 1")
        monkeypatch.setattr(UnscreenedLog, "change", full)
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("A code could not be kept with its document", "The disk is full")
        await officer.until(lambda: (holding.gone, holding.left) == (1, 1), "the source left where it is")
        await officer.press("f6")
        await officer.sees("C1234567", "▲ CHECK", "HALLINGDAL/BOB")


async def test_a_code_of_a_document_without_an_answer_is_screened_with_it(
    holding: HoldingReader, journal: Journal
) -> None:
    async with at_desk(Counter(reader=holding, reads_codes=True, journal=journal)) as officer:
        await _failed(officer)
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("▲ CHECK", "HALLINGDAL/BOB")
        await officer.until(lambda: kept_codes(journal) == [], "nothing unscreened")


async def test_the_same_document_read_again_keeps_its_codes(holding: HoldingReader, journal: Journal) -> None:
    counter = Counter(reader=holding, reads_codes=True, journal=journal, broken=StoreError("Nothing answers"))  # type: ignore[arg-type]
    async with at_desk(counter) as officer:
        holding.waiting.append(RawReading(zone(CLEAR), codes=(OTHERS,)))
        await officer.sees("Nothing answers")
        counter.broken = None
        holding.waiting.append(zone(CLEAR))
        await officer.sees("▲ CHECK", "HALLINGDAL/BOB")
        await officer.until(lambda: kept_codes(journal) == [], "nothing unscreened")


async def test_a_code_added_while_checks_run_is_not_forgotten_by_a_kill(
    holding: HoldingReader, journal: Journal
) -> None:
    async with at_desk(Counter(reader=holding, reads_codes=True, journal=journal)) as officer:
        await _works(officer)
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("A boarding pass was added to this traveller")
        await officer.until(lambda: kept_codes(journal) == [THEIRS], "the code in the journal")
        officer.counter.go.set()
        await officer.sees("▲ CHECK", "HALLINGDAL/BOB")
        await officer.until(lambda: kept_codes(journal) == [], "nothing unscreened")


async def test_a_code_that_waited_for_its_document_is_kept_with_it_however_slow_the_disk_is(
    holding: HoldingReader, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = UnscreenedLog.keep

    def keep_slowly(log: UnscreenedLog, document: UnscreenedDocument) -> None:
        if current_thread().name == "passport reader":
            time.sleep(0.5)
        keep(log, document)

    monkeypatch.setattr(UnscreenedLog, "keep", keep_slowly)
    async with at_desk(Counter(reader=holding, reads_codes=True, journal=journal)) as officer:
        holding.waiting.append(RawReading("", codes=(OTHERS,)))
        await officer.sees("now scan the document")
        holding.waiting.append(zone(SLOW))
        await officer.sees("▲ CHECK")  # the pass is somebody else's; the slow check still runs
        await asyncio.sleep(1.0)
        await officer.until(lambda: kept_codes(journal) == [THEIRS], "the code kept with its document")


async def test_a_verdict_faster_than_the_disk_leaves_nothing_unscreened(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = UnscreenedLog.keep

    def keep_slowly(log: UnscreenedLog, document: UnscreenedDocument) -> None:
        time.sleep(0.5)
        keep(log, document)

    monkeypatch.setattr(UnscreenedLog, "keep", keep_slowly)
    async with at_desk(Counter(journal=journal)) as officer:
        await officer.meets(CLEAR, "● CLEAR")
        await asyncio.sleep(1.0)
        assert kept_codes(journal) == []
