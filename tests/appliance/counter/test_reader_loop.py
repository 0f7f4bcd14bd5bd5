"""From a reader to the counter: what lies on it belongs to the next document, and what fails is said."""

import pytest

from appliance.counter.reader_loop import is_chip_reader
from data.documents.barcodes import Barcode, Symbology
from data.errors import InputError
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.reading import RawReading
from tests.ui.support.desk_kit import CLEAR, PaperReader, zone
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
    subject = Fakes(reader=reader).service.wait_for_document("paper:1", 5.0, guidance.append)
    assert subject.codes == CODES[:2] and subject.documents[0].number == CLEAR
    assert (
        guidance[0] == "Place the document on the reader"
        and "Lay the document flat" in guidance[1]
        and len(guidance) == 3
    )


def test_a_reader_that_nothing_is_laid_on_is_said_and_one_that_fails_raises() -> None:
    counter = Fakes(reader=PaperReader()).service
    with pytest.raises(InputError, match="No document was placed on the reader"):
        counter.wait_for_document("paper:1", 0.1, lambda says: None)
    reader = PaperReader()
    reader.waiting.append(DeviceFault(FaultReason.UNPLUGGED, "Page reader is unplugged"))
    with pytest.raises(DeviceFault):
        Fakes(reader=reader).service.wait_for_document("paper:1", 5.0, lambda says: None)
    with pytest.raises(InputError, match="No document reader"):
        Fakes().service.wait_for_document("", 0.1, lambda says: None)


def test_a_url_of_a_chip_reader_is_known_by_its_scheme() -> None:
    assert is_chip_reader("pcsc://Its%20Name") and not is_chip_reader("serial:///dev/ttyS0") and not is_chip_reader("")
