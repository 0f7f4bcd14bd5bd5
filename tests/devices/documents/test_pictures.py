"""Pictures of pages give their zone and their codes."""

import pytest

from data.documents.barcodes import Barcode, Symbology
from data.documents.travel_document import MrzFormat
from devices.documents.pictures import PageImages
from devices.faults import Retry
from devices.reading import RawReading
from tests.benchmarks.code_pictures import drawn, on_page
from tests.benchmarks.zone_pictures import FONT, flat_page, png
from tests.contract.benches.port import ZONE
from tests.devices.support.codes import PASS, SEAL


@pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
def test_a_page_with_a_code_gives_both_and_a_page_with_a_code_only_gives_that() -> None:
    page, code = flat_page(ZONE, MrzFormat.TD3), drawn(Symbology.DATA_MATRIX, SEAL)
    both = PageImages().interpret(png(on_page(page, code)))
    assert isinstance(both, RawReading)
    assert (both.text, both.codes) == (ZONE, (Barcode(Symbology.DATA_MATRIX, SEAL),))
    alone = PageImages().interpret(png(drawn(Symbology.AZTEC, PASS)))
    assert alone == RawReading("", codes=(Barcode(Symbology.AZTEC, PASS),))
    assert isinstance(PageImages().interpret(png(drawn(Symbology.AZTEC, PASS)[:60, :60])), Retry)
