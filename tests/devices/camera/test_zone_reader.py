"""Zones in pictures of invented documents: read exactly, or with doubt, never wrong and certain."""

from pathlib import Path

import pytest

from devices.camera.picture import decode_picture
from devices.camera.zone_reader import ZoneReader
from devices.faults import DeviceFault, FaultReason
from tests.benchmarks.zone_pictures import FONT, png
from tests.devices.support.page_pictures import pictures_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
SOFT, HARD = 3, 4


def test_zones_are_read_exactly_at_every_level_that_a_reader_or_a_steady_hand_gives(reader: ZoneReader) -> None:
    for example in pictures_of(2 * 5):
        if example.level < SOFT:
            read = reader.read(decode_picture(png(example.pixels)))
            assert read is not None
            assert (read.text, read.is_valid, read.doubts) == (example.zone, True, ())


def test_a_changed_digit_is_read_as_it_is_printed_and_judged_wrong(reader: ZoneReader) -> None:
    """Two characters of the number are swapped in the picture: no digit is made right."""
    example = pictures_of(1)[0]
    first = reader.read(decode_picture(png(example.pixels)))
    assert first is not None
    width = example.pixels.shape[1]
    step = round(2.54 * width / 125.0)
    left = round((width - 2.54 * width / 125.0 * 44) / 2)
    swapped = example.pixels.copy()
    rows = slice(round(example.pixels.shape[0] * 0.85), example.pixels.shape[0])
    columns = [slice(left + place * step, left + (place + 1) * step) for place in (13, 14)]
    swapped[rows, columns[0]], swapped[rows, columns[1]] = (
        example.pixels[rows, columns[1]],
        example.pixels[rows, columns[0]],
    )
    read = reader.read(decode_picture(png(swapped)))
    assert read is not None
    birth = example.zone.split("\n")[1][13:15]
    if birth[0] != birth[1]:
        assert not read.is_valid
        assert read.text != example.zone


def test_a_picture_that_was_cut_off_gives_no_wrong_zone(reader: ZoneReader) -> None:
    example = pictures_of(1)[0]
    whole = png(example.pixels)
    for part in (0.3, 0.6, 0.9):
        try:
            read = reader.read(decode_picture(whole[: round(len(whole) * part)]))
        except DeviceFault as fault:
            assert fault.reason is FaultReason.BAD_READ
        else:
            assert read is None or read.text == example.zone or not read.is_valid


def test_specimens_of_the_shared_data_are_read_or_doubted(shared_data: Path, reader: ZoneReader) -> None:
    import json

    truth = json.loads((shared_data / "images/mrz/truth.json").read_text())
    exact = 0
    for item in truth:
        read = reader.read(decode_picture((shared_data / "images/mrz" / item["file"]).read_bytes()))
        exact += read is not None and read.text.split("\n") == item["mrz"]
    assert exact >= 15
