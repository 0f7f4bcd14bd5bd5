"""Where a zone is in a picture: on its head, on its side, or nowhere."""

import numpy as np
import pytest

from devices.camera.picture import decode_picture
from devices.camera.zone_reader import ZoneReader
from tests.benchmarks.zone_pictures import FONT, png
from tests.devices.support.page_pictures import pictures_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")


def test_a_page_on_its_head_or_side_is_read_as_well(reader: ZoneReader) -> None:
    example = pictures_of(1)[0]
    for quarters in (1, 2, 3):
        read = reader.read(decode_picture(png(np.ascontiguousarray(np.rot90(example.pixels, quarters)))))
        assert read is not None
        assert read.text == example.zone


def test_noise_and_emptiness_hold_no_zone(reader: ZoneReader) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (600, 800)).astype(np.uint8)
    for picture in (noise, np.zeros((600, 800), np.uint8), np.full((600, 800), 255, np.uint8)):
        assert reader.read(picture) is None
