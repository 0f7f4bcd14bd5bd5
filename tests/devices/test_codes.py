"""Codes come along with a reading through every wall: a picture, another process, a recording, a simulated kit."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from data.clock import read_system_time
from data.documents.barcodes import LARGEST_BYTES, Barcode, Symbology
from data.documents.travel_document import MrzFormat
from devices import registry
from devices.documents.pictures import PageImages
from devices.faults import DeviceFault, FaultReason, Retry
from devices.isolation.messages import encode_answer, encode_message, parse_message
from devices.ports import DocumentReader, DriverContext
from devices.reading import RawReading, Reading, make_reading
from devices.recording.recorder import RecordedReader, RecordingWriter
from tests.benchmarks.code_pictures import drawn, on_page
from tests.benchmarks.zone_pictures import FONT, flat_page, png
from tests.contract.benches import camera_bench
from tests.contract.benches.port import ZONE
from tests.support.waiting import GUARD_S

PASS = b"M1SAMPLE/ADA          EABC123 AAABBBXY 0123 183Y012A0025 100"
SEAL = b"\xdc\x03" + bytes(range(256))
SCRIPT = f"""
[reader]
[[reader.presents]]
mrz = {ZONE.split(chr(10))}
codes = ["{PASS.decode()}", "hex:{SEAL.hex()}"]
[[reader.presents]]
raw = ""
codes = ["{PASS.decode()}"]
"""


def simulated_reader(folder: Path, script: str = SCRIPT) -> DocumentReader:
    (folder / "kit.toml").write_text(script)
    return registry.reader("simulated://kit.toml#reader", DriverContext(folder, "development"))


async def readings(url: str, folder: Path, count: int) -> list[Reading]:
    device = registry.reader(url, DriverContext(folder, "development"))
    await device.open()
    got = [await device.read(GUARD_S) for _ in range(count)]
    await device.close()
    return [result for result in got if isinstance(result, Reading)]


async def test_a_simulated_kit_presents_codes_with_a_document_and_alone(tmp_path: Path) -> None:
    simulated_reader(tmp_path)
    first, second = await readings("simulated://kit.toml#reader", tmp_path, 2)
    assert (first.raw, [code.content for code in first.codes]) == (ZONE, [PASS, SEAL])
    assert (second.raw, [code.content for code in second.codes]) == ("", [PASS])
    assert first.provenance.raw_hash != second.provenance.raw_hash


@pytest.mark.parametrize("code", ["hex:dc0", "hex:xy", "x" * (2 * LARGEST_BYTES + 1)])
def test_a_script_with_a_code_that_is_none_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(DeviceFault) as raised:
        simulated_reader(tmp_path, f'[reader]\n[[reader.presents]]\nraw = ""\ncodes = ["{code}"]')
    assert raised.value.reason is FaultReason.SETUP


@pytest.mark.parametrize("redact", [False, True])
async def test_a_recording_has_the_codes_and_a_redacted_one_their_lengths(tmp_path: Path, redact: bool) -> None:
    reader = simulated_reader(tmp_path)
    device = RecordedReader(reader, RecordingWriter(tmp_path / "bug.jsonl", reader.info, redact=redact))
    await device.open()
    await device.read(GUARD_S)
    await device.close()
    text = (tmp_path / "bug.jsonl").read_text()
    assert (PASS.hex() in text) is not redact
    (again,) = await readings("replay://bug.jsonl", tmp_path, 1)
    wanted = [bytes(len(PASS)), bytes(len(SEAL))] if redact else [PASS, SEAL]
    assert [code.content for code in again.codes] == wanted


def test_codes_cross_to_another_process_and_too_many_or_too_long_ones_do_not() -> None:
    seen = RawReading(ZONE, codes=(Barcode(Symbology.DATA_MATRIX, SEAL),))
    reading = make_reading("x", "pictures", read_system_time(), seen, simulated=False)
    message = parse_message(encode_message({"answer": encode_answer(reading)}))
    assert message is not None
    assert message.answer is not None
    assert [code.to_barcode() for code in message.answer.codes] == list(reading.codes)
    long = {"symbology": "qr", "content": "00" * (LARGEST_BYTES + 1)}
    assert parse_message(encode_message({"answer": {"raw": "", "codes": [long]}})) is None
    assert (
        parse_message(encode_message({"answer": {"raw": "", "codes": [{"symbology": "qr", "content": "00"}] * 5}}))
        is None
    )
    assert (
        parse_message(encode_message({"answer": {"raw": "", "codes": [{"symbology": "qr", "content": "0g"}]}})) is None
    )


@pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
def test_a_page_with_a_code_gives_both_and_a_page_with_a_code_only_gives_that() -> None:
    page, code = flat_page(ZONE, MrzFormat.TD3), drawn(Symbology.DATA_MATRIX, SEAL)
    both = PageImages().interpret(png(on_page(page, code)))
    assert isinstance(both, RawReading)
    assert (both.text, both.codes) == (ZONE, (Barcode(Symbology.DATA_MATRIX, SEAL),))
    alone = PageImages().interpret(png(drawn(Symbology.AZTEC, PASS)))
    assert alone == RawReading("", codes=(Barcode(Symbology.AZTEC, PASS),))
    assert isinstance(PageImages().interpret(png(drawn(Symbology.AZTEC, PASS)[:60, :60])), Retry)


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


@pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
async def test_codes_of_a_page_reach_the_kit_from_the_drivers_own_process(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    page = on_page(flat_page(ZONE, MrzFormat.TD3), drawn(Symbology.QR, PASS))
    (folder / "one.png").write_bytes(png(page))
    (reading,) = await readings(f"pictures://{folder}?settle=0.2", tmp_path, 1)
    assert (reading.raw, reading.codes) == (ZONE, (Barcode(Symbology.QR, PASS),))
