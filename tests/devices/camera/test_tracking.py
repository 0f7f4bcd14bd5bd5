"""What lies under a camera is told once, until it was away."""

from data.documents.barcodes import Symbology
from devices.camera.barcodes import BarcodeReader
from devices.camera.tracking import CODE_GONE_S, CodeTracker
from tests.benchmarks.code_pictures import drawn


def test_a_code_is_told_once_until_it_was_away() -> None:
    (code,) = BarcodeReader().read(drawn(Symbology.QR, b"a pass"))
    seen = CodeTracker()
    seen.add([code], 0.0)
    assert (seen.take_new(), seen.take_new()) == ((code,), ())
    seen.add([], CODE_GONE_S)
    assert (seen.now, seen.take_new()) == ((code,), ())
    seen.add([], CODE_GONE_S + 0.1)
    assert seen.now == ()
    seen.add([code], CODE_GONE_S + 0.2)
    assert seen.take_new() == (code,)
