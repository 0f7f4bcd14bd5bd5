"""Boarding passes and seals at the desk: they belong to the traveller who is there, and to nobody else."""

import asyncio
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.counter.subject import Subject
from data.documents.barcodes import Barcode, Symbology
from data.errors import StoreError
from data.journal.journal import Journal
from data.journal.unread import UnreadLog
from data.store_key import StoreKey
from devices.reading import RawReading
from tests.journeys.support.desk_driver import at_desk
from tests.ui.support.desk_kit import CHECK, CLEAR, REFER, Counter, PaperReader, zone
from ui.desk import traveller_session
from ui.screens import desk_queue
from ui.screens.desk import SEEN_AFTER_S

VERDICTS = {CHECK: "▲ CHECK", REFER: "■ REFER"}


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
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR")
        assert counter.screened[0].codes == ()
    monkeypatch.setattr(traveller_session, "PENDING_CODES_S", -1.0)
    kept = traveller_session.PendingCodes()
    kept.keep((OURS,))
    assert kept.take(()) == ()


class HoldingReader(PaperReader):
    """One whose sources stay until it hears that they are safe."""

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: list[str] = []

    async def acknowledge(self) -> None:
        self.outcomes.append("safe")

    async def leave_unread(self) -> None:
        self.outcomes.append("stays")


@pytest.mark.parametrize("first", [CHECK, REFER])
async def test_a_pass_read_after_a_document_that_waits_is_screened_and_kept_with_it(first: str, tmp_path: Path) -> None:
    reader = HoldingReader()
    with closing(Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")) as journal:
        counter = Counter(reader=reader, reads_codes=True, journal=journal)
        async with at_desk(counter) as officer:
            await officer.meets(first, VERDICTS[first])
            reader.waiting += [zone(CLEAR, "HALLINGDAL", "BOB"), RawReading("", codes=(OURS,))]
            await officer.sees("A boarding pass was added to the last document that waits")
            await officer.until(lambda: reader.outcomes == ["safe", "safe"], "two sources that may go")
            (kept,) = UnreadLog(journal).read()
            assert [code.kind for code in kept.content.codes] == [OURS.kind]
            await officer.press("f5")
            await officer.sees("▲ CHECK", "made out to SAMPLE/ADA")
            assert [subject.codes for subject in counter.screened] == [(), (OURS,)]


async def test_a_pass_after_a_recorded_decision_joins_the_document_that_waits_not_the_one_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk_queue, "RECORD_SHOWN_S", 60.0)
    reader = HoldingReader()
    counter = Counter(reader=reader, reads_codes=True)
    async with at_desk(counter) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        reader.waiting.append(zone(CLEAR))
        await officer.sees("waits 1")
        await officer.press("f5")
        await officer.sees("Recorded:")
        reader.waiting.append(RawReading("", codes=(OURS,)))
        await officer.sees("added to the last document that waits")
        reader.waiting.append(zone(REFER))
        await officer.sees("waits 2")
        await officer.press("f2")
        await officer.sees("● CLEAR")
        assert counter.screened[-1].codes == (OURS,)
        await officer.looks()
        await officer.press("enter")
        await officer.sees("Recorded: SAMPLE")
        await officer.press("f2")
        await officer.sees("■ REFER")
        assert counter.screened[-1].codes == ()


async def test_a_code_that_may_be_anybodys_is_added_to_nobody_and_its_source_stays() -> None:
    reader = HoldingReader()
    counter = Counter(reader=reader, reads_codes=True)
    async with at_desk(counter) as officer:
        await officer.meets(REFER, "■ REFER")
        reader.waiting.append(RawReading("", codes=(OURS,)))
        await officer.sees("The code was not added")
        await officer.until(lambda: reader.outcomes == ["stays"], "a source that stays")
        reader.waiting += [RawReading(zone(CLEAR), codes=(OURS,)), RawReading("", codes=(OTHERS,))]
        await officer.sees("nobody knows whose it is")
        await officer.until(lambda: reader.outcomes == ["stays", "safe", "stays"], "a source that stays")
        await officer.press("f5")
        await officer.sees("● CLEAR")
        assert counter.screened[-1].codes == (OURS,)


async def test_a_code_that_comes_while_a_decision_is_recorded_is_added_to_nobody() -> None:
    reader = HoldingReader()
    counter = Counter(reader=reader, reads_codes=True, decides_s=3.0)
    async with at_desk(counter) as officer:
        await officer.meets(CHECK, "▲ CHECK")
        await officer.press("f5")
        reader.waiting.append(RawReading("", codes=(OURS,)))
        await officer.until(lambda: reader.outcomes == ["stays"], "a source that stays")
        await officer.sees("Recorded:")
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR")
        assert counter.screened[-1].codes == ()


async def test_the_source_of_a_code_stays_where_the_journal_cannot_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(subject: Subject, device: str) -> None:
        if subject.codes:
            raise StoreError("The disk is full")

    reader = HoldingReader()
    counter = Counter(reader=reader, reads_codes=True)
    port = replace(counter.port(), keep=keep, discard=lambda unread: None)
    monkeypatch.setattr(counter, "port", lambda: port)
    async with at_desk(counter) as officer:
        await officer.meets(REFER, "■ REFER")
        reader.waiting += [zone(CLEAR), RawReading("", codes=(OURS,))]
        await officer.until(lambda: reader.outcomes == ["safe", "stays"], "a source that stays")
