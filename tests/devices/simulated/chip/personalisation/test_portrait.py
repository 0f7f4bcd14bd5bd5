"""Portraits: the same for a seed, and readable by other makers' decoders."""

import cv2
import numpy as np
import pytest

from devices.simulated.chip.personalisation.portrait import SIZE, draw_portrait, encode_jpeg, read_portrait_jpeg2000
from devices.simulated.chip.personalisation.tables.jpeg import AC_VALUES, DC_VALUES

_WAVES = ((3.0, 40.0), (9.0, 5.0), (20.0, 2.0))


def test_a_portrait_follows_from_its_seed() -> None:
    draw_portrait.cache_clear()
    first = draw_portrait("a")
    draw_portrait.cache_clear()
    assert draw_portrait("a") == first != draw_portrait("b")
    assert first.startswith(b"\xff\xd8\xff\xe0") and first.endswith(b"\xff\xd9")


def test_a_picture_of_one_colour_is_one_coefficient_a_block() -> None:
    """Grey of 128 is nothing at all: size 0, end of block, for each of three components (T.81, F.1.2)."""
    jpeg = encode_jpeg(np.full((8, 8, 3), 128, np.uint8))
    scan = jpeg[jpeg.index(b"\xff\xda") + 14 : -2]
    assert scan == int("00" + "1010" + "00" + "1010" + "00" + "1010" + "1" * 6, 2).to_bytes(3, "big")
    assert len(set(AC_VALUES)) == len(AC_VALUES) == 162 and len(DC_VALUES) == 12


@pytest.mark.parametrize("quality", [20, 60, 100])
def test_another_maker_s_decoder_sees_what_was_drawn(quality: int) -> None:
    rows, columns = np.mgrid[0:37, 0:50]
    waves = np.stack([128 + 120 * np.sin(rows / high) * np.cos(columns / wide) for high, wide in _WAVES], axis=2)
    noise = np.random.default_rng(7).integers(-6, 7, waves.shape)
    drawn = np.clip(np.round(waves) + noise, 0, 255).astype(np.uint8)
    seen = cv2.imdecode(np.frombuffer(encode_jpeg(drawn, quality), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.abs(seen.astype(int) - drawn.astype(int)).mean() < {20: 12, 60: 7, 100: 1.5}[quality]


def test_the_face_in_jpeg_2000_can_be_decoded() -> None:
    seen = cv2.imdecode(np.frombuffer(read_portrait_jpeg2000(), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert seen.shape == (SIZE[1], SIZE[0], 3)
