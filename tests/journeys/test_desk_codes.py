"""Boarding passes and seals at the desk: they belong to the traveller who is there, and to nobody else."""

import asyncio

import pytest

from data.documents.barcodes import Barcode, Symbology
from devices.reading import RawReading
from tests.journeys.support.desk_driver import at_desk
from tests.ui.support.desk_kit import CLEAR, REFER, Counter, PaperReader, zone
from ui.desk import traveller_session
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
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR")
        assert counter.screened[0].codes == ()
    monkeypatch.setattr(traveller_session, "PENDING_CODES_S", -1.0)
    kept = traveller_session.PendingCodes()
    kept.keep((OURS,))
    assert kept.take(()) == ()
