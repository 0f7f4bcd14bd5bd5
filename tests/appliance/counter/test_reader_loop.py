"""From a reader to the counter: what lies on it belongs to the next document, and what fails is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.counter.reader_loop import is_chip_reader
from appliance.counter.subject import ScreeningRequest
from data.documents.barcodes import Barcode, Symbology
from data.errors import InputError, StoreError
from data.journal.journal import Journal
from data.journal.unscreened import UnscreenedLog
from data.screenings import Verdict
from data.store_key import StoreKey
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.reading import RawReading
from tests.support.staff import make_actor
from tests.ui.support.desk_kit import CLEAR, REFER, PaperReader, zone
from tests.ui.support.desk_kit import Counter as Fakes

CODES = tuple(Barcode(Symbology.AZTEC, bytes([number])) for number in range(6))


def test_what_was_laid_on_a_reader_before_the_document_belongs_to_it() -> None:
    reader, guidance = PaperReader(), list[str]()
    reader.waiting += [
        RawReading("", codes=CODES[:1]),
        Retry(Guidance.LAY_FLAT),
        DeviceFault(FaultReason.BAD_READ, "Page reader: bad read"),
        RawReading(zone(CLEAR), codes=CODES[1:2]),
    ]
    subject = Fakes(asks_who=False, reader=reader).service.wait_for_document("paper:1", 5.0, guidance.append)
    assert subject.codes == CODES[:2] and subject.documents[0].number == CLEAR
    assert (
        guidance[0] == "Place the document on the reader"
        and "Lay the document flat" in guidance[1]
        and len(guidance) == 3
    )


def test_a_reader_that_nothing_is_laid_on_is_said_and_one_that_fails_raises() -> None:
    counter = Fakes(asks_who=False, reader=PaperReader()).service
    with pytest.raises(InputError, match="No document was placed on the reader"):
        counter.wait_for_document("paper:1", 0.1, lambda says: None)
    reader = PaperReader()
    reader.waiting.append(DeviceFault(FaultReason.UNPLUGGED, "Page reader is unplugged"))
    with pytest.raises(DeviceFault):
        Fakes(asks_who=False, reader=reader).service.wait_for_document("paper:1", 5.0, lambda says: None)
    with pytest.raises(InputError, match="No document reader"):
        Fakes(asks_who=False).service.wait_for_document("", 0.1, lambda says: None)


def test_a_url_of_a_chip_reader_is_known_by_its_scheme() -> None:
    assert is_chip_reader("pcsc://Its%20Name") and not is_chip_reader("serial:///dev/ttyS0") and not is_chip_reader("")


class HoldingReader(PaperReader):
    """Says which documents it let go, and which stay with it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    async def acknowledge(self) -> None:
        self.calls.append("acknowledge")

    async def leave_unread(self) -> None:
        self.calls.append("leave_unread")


@pytest.fixture
def full_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """Takes screenings and no document that waits, as on a disk that has just become full, or has room again."""

    def refuse(*_: object) -> None:
        raise StoreError("The disk is full")

    monkeypatch.setattr(UnscreenedLog, "keep", refuse)
    monkeypatch.setattr(UnscreenedLog, "discard", refuse)
    journal = Journal(tmp_path / "journal.db", StoreKey(bytes(32)), "desk")
    yield journal
    journal.close()


def test_a_document_that_cannot_be_kept_is_screened_and_stays_with_the_reader(full_journal: Journal) -> None:
    reader = HoldingReader()
    reader.waiting.append(zone(REFER))
    service = Fakes(asks_who=False, reader=reader, journal=full_journal).service
    subject = service.wait_for_document("paper:1", 5.0, lambda says: None)
    assert reader.calls == ["leave_unread"]
    result = service.screen(ScreeningRequest(subject, make_actor("officer-1")))
    assert (result.verdict, result.is_recorded) == (Verdict.REFER, True), (
        "also where it cannot be taken from what waits"
    )
