"""Zones in pictures of invented documents: read exactly, or with doubt, never wrong and certain."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.picture import LARGEST_BYTES, LARGEST_PIXELS, decode_picture
from devices.camera.zone_reader import ZoneReader
from devices.faults import DeviceFault, FaultReason
from tests.benchmarks.zone_pictures import FITTING, FONT, ZonePicture, pictures, png

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
SOFT, HARD = 3, 4


@pytest.fixture(scope="module")
def reader() -> Iterator[ZoneReader]:
    zone_reader = ZoneReader()
    yield zone_reader
    zone_reader.close()


def _pictures(count: int) -> list[ZonePicture]:
    return list(islice(pictures(count, FITTING), count))


def test_zones_are_read_exactly_at_every_level_that_a_reader_or_a_steady_hand_gives(reader: ZoneReader) -> None:
    for example in _pictures(2 * 5):
        if example.level < SOFT:
            read = reader.read(decode_picture(png(example.pixels)))
            assert read is not None
            assert (read.text, read.is_valid, read.doubts) == (example.zone, True, ())


def test_a_page_on_its_head_or_side_is_read_as_well(reader: ZoneReader) -> None:
    example = _pictures(1)[0]
    for quarters in (1, 2, 3):
        read = reader.read(decode_picture(png(np.ascontiguousarray(np.rot90(example.pixels, quarters)))))
        assert read is not None
        assert read.text == example.zone


def test_a_changed_digit_is_read_as_it_is_printed_and_judged_wrong(reader: ZoneReader) -> None:
    """Two characters of the number are swapped in the picture: no digit is made right."""
    example = _pictures(1)[0]
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


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0" + b"x" * 100, b"x" * (LARGEST_BYTES + 1)],
)
def test_what_is_no_picture_is_a_bad_read(content: bytes) -> None:
    with pytest.raises(DeviceFault) as caught:
        decode_picture(content)
    assert caught.value.reason is FaultReason.BAD_READ


def test_pictures_of_one_pixel_and_of_a_hundred_million_are_refused() -> None:
    for shape in ((1, 1), (10_000, 10_000)):
        with pytest.raises(DeviceFault) as caught:
            decode_picture(png(np.full(shape, 255, np.uint8)))
        assert caught.value.reason is FaultReason.BAD_READ


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xc0", b"\xff\xd8\xff\xe0", b"BM"]),
)
def test_whatever_a_files_head_says_it_is_a_picture_or_a_bad_read(rest: bytes, head: bytes) -> None:
    try:
        height, width = decode_picture(head + rest).shape
    except DeviceFault as fault:
        assert fault.reason is FaultReason.BAD_READ
    else:
        assert height * width <= LARGEST_PIXELS


def test_a_picture_that_was_cut_off_gives_no_wrong_zone(reader: ZoneReader) -> None:
    example = _pictures(1)[0]
    whole = png(example.pixels)
    for part in (0.3, 0.6, 0.9):
        try:
            read = reader.read(decode_picture(whole[: round(len(whole) * part)]))
        except DeviceFault as fault:
            assert fault.reason is FaultReason.BAD_READ
        else:
            assert read is None or read.text == example.zone or not read.is_valid


def test_noise_and_emptiness_hold_no_zone(reader: ZoneReader) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (600, 800)).astype(np.uint8)
    for picture in (noise, np.zeros((600, 800), np.uint8), np.full((600, 800), 255, np.uint8)):
        assert reader.read(picture) is None


def test_specimens_of_the_shared_data_are_read_or_doubted(shared_data: Path, reader: ZoneReader) -> None:
    import json

    truth = json.loads((shared_data / "images/mrz/truth.json").read_text())
    exact = 0
    for item in truth:
        read = reader.read(decode_picture((shared_data / "images/mrz" / item["file"]).read_bytes()))
        exact += read is not None and read.text.split("\n") == item["mrz"]
    assert exact >= 15
