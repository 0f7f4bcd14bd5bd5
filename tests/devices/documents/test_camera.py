"""A camera gives a pass by itself and with the document."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from data.documents.barcodes import Symbology
from data.documents.travel_document import MrzFormat
from devices import registry
from devices.faults import Retry
from devices.ports import DriverContext
from devices.reading import Reading
from tests.benchmarks.code_pictures import drawn, on_page
from tests.benchmarks.zone_pictures import FONT, flat_page
from tests.contract.benches import camera_bench
from tests.contract.benches.port import ZONE
from tests.devices.support.codes import PASS
from tests.support.waiting import GUARD_S


@pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
async def test_a_camera_gives_a_pass_by_itself_and_with_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def jpeg(what: str) -> bytes:
        table = np.full((900, 1300), 60, np.uint8)
        shown = {"pass": drawn(Symbology.QR, PASS), "both": flat_page(ZONE, MrzFormat.TD3)}.get(what)
        if shown is not None:
            page = on_page(shown, drawn(Symbology.QR, PASS)) if what == "both" else shown
            table[50 : 50 + page.shape[0], 100 : 100 + page.shape[1]] = page
        return bytes(cv2.imencode(".jpg", table, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])

    monkeypatch.setattr(camera_bench, "jpeg", cache(jpeg))
    bench = camera_bench.CameraBench(tmp_path)
    bench.plug_in()
    device = registry.reader(bench.url(), DriverContext(tmp_path))
    await device.open()
    got = []
    for what in ("pass", "both"):
        bench.showing = what
        while not isinstance(came := await device.read(GUARD_S), Reading):
            assert came is None or isinstance(came, Retry)
        got.append((came.raw, [code.content for code in came.codes]))
    await device.close()
    bench.ended.set()
    bench.pull_out()
    assert got == [("", [PASS]), (ZONE, [PASS])]
