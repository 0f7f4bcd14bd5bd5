"""A drawn face of nobody: round shapes whose sizes and colours depend on a seed, as JPEG.

The JPEG writer (ITU-T T.81, baseline, no subsampling) needs no image library. One quantisation table and one pair of
Huffman tables serve all three components.
"""

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from devices.simulated.chip.personalisation.tables.jpeg import (
    AC_LENGTHS,
    AC_VALUES,
    DC_LENGTHS,
    DC_VALUES,
    LUMINANCE,
    ZIGZAG,
)
from devices.simulated.chip.randomness import seeded_randomness

_TO_YCBCR = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
_END_OF_BLOCK, _SIXTEEN_ZEROS = 0x00, 0xF0
_Codes = dict[int, tuple[int, int]]
"""Code and its number of bits by symbol."""

SIZE = (354, 455)
"""Width and height in pixels: 35 by 45 mm at 257 dpi (Doc 9303-9 asks for about 90 between the eyes)."""
_SKINS = ((242, 210, 189), (222, 178, 146), (193, 142, 107), (150, 103, 73), (103, 68, 48))
_HAIRS = ((34, 28, 25), (70, 47, 33), (121, 84, 53), (181, 148, 100), (150, 150, 152), (128, 58, 34))
_CLOTHES = ((46, 64, 87), (94, 54, 62), (60, 82, 66), (70, 70, 78), (120, 106, 84))
_BACKGROUND = (205, 211, 216)

Pixels = NDArray[np.float64]
Colour = tuple[int, int, int]

JPEG_2000 = Path(__file__).parent / "portrait.jp2"
"""One such face as JPEG 2000, which takes a library to write: drawn here, packed once, kept as a file."""


def encode_jpeg(pixels: NDArray[np.uint8], quality: int = 85) -> bytes:
    """The picture of shape (height, width, 3), red green blue; `quality` from 1 to 100."""
    height, width, _ = pixels.shape
    table = _table(quality)
    components = _blocks(pixels, table)
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xDB, b"\x00" + bytes(int(table[at]) for at in ZIGZAG)),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + b"\x01\x11\x00\x02\x11\x00\x03\x11\x00"),
            _segment(0xC4, b"\x00" + bytes(DC_LENGTHS) + DC_VALUES),
            _segment(0xC4, b"\x10" + bytes(AC_LENGTHS) + AC_VALUES),
            _segment(0xDA, b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"),
            _scan(components),
            b"\xff\xd9",
        )
    )


def read_portrait_jpeg2000() -> bytes:
    """The face in JPEG 2000, the same for every holder."""
    return JPEG_2000.read_bytes()


@lru_cache(maxsize=64)
def draw_signature(seed: str) -> bytes:
    """A scribble that is nobody's name, as JPEG."""
    randomness = seeded_randomness("signature", seed)
    waves = [(1 + randomness(1)[0] / 40, randomness(1)[0] / 40, 4 + randomness(1)[0] / 20) for _ in range(3)]
    rows, columns = np.mgrid[0:60, 0:200].astype(np.float64)
    line = 30 + sum(high * np.sin(columns / 200 * 6.28 * often + shift) for often, shift, high in waves)
    ink = np.clip(np.abs(rows - line) - 1, 0, 1) * 200 + 40
    return encode_jpeg(np.repeat(np.round(ink)[..., None], 3, axis=2).astype(np.uint8), quality=60)


@lru_cache(maxsize=64)
def draw_portrait(seed: str) -> bytes:
    """The face of a seed, as JPEG of some 15 KB."""
    return encode_jpeg(np.clip(np.round(_face(seed)), 0, 255).astype(np.uint8), quality=88)


def _segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def _table(quality: int) -> NDArray[np.int64]:
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    return np.clip((np.array(LUMINANCE) * scale + 50) // 100, 1, 255).astype(np.int64)


def _blocks(pixels: NDArray[np.uint8], table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Quantised coefficients in zigzag order, of shape (blocks, components, 64)."""
    height, width, _ = pixels.shape
    padded = np.pad(pixels, ((0, -height % 8), (0, -width % 8), (0, 0)), mode="edge").astype(np.float64)
    planes = padded @ _TO_YCBCR.T
    planes[..., 0] -= 128
    rows, columns = padded.shape[0] // 8, padded.shape[1] // 8
    cut = planes.reshape(rows, 8, columns, 8, 3).transpose(0, 2, 4, 1, 3).reshape(-1, 3, 8, 8)
    basis = _cosines()
    coefficients = (basis @ cut @ basis.T).reshape(-1, 3, 64)
    rounded: NDArray[np.int64] = np.round(coefficients / table).astype(np.int64)
    return rounded[..., list(ZIGZAG)]


def _cosines() -> NDArray[np.float64]:
    at = np.arange(8)
    basis = np.cos((2 * at[None, :] + 1) * at[:, None] * np.pi / 16) / 2
    basis[0] /= np.sqrt(2)
    return basis


def _scan(blocks: NDArray[np.int64]) -> bytes:
    dc, ac = _codes(DC_LENGTHS, DC_VALUES), _codes(AC_LENGTHS, AC_VALUES)
    before = [0, 0, 0]
    bits = []
    for block in blocks.tolist():
        for component, values in enumerate(block):
            bits += list(_encode_block(values, values[0] - before[component], dc, ac))
            before[component] = values[0]
    text = "".join(f"{code:0{count}b}" for code, count in bits if count)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")


def _encode_block(values: list[int], difference: int, dc: _Codes, ac: _Codes) -> Iterator[tuple[int, int]]:
    """Codes and their bits of one block: the first value as a difference, the others as runs (T.81, F.1.2)."""
    size = difference.bit_length()
    yield dc[size]
    yield _amplitude(difference, size)
    zeros = 0
    for value in values[1:]:
        if value == 0:
            zeros += 1
            continue
        for _ in range(zeros // 16):
            yield ac[_SIXTEEN_ZEROS]
        size = value.bit_length()
        yield ac[(zeros % 16) << 4 | size]
        yield _amplitude(value, size)
        zeros = 0
    if zeros:
        yield ac[_END_OF_BLOCK]


def _amplitude(value: int, size: int) -> tuple[int, int]:
    return (value if value >= 0 else value + (1 << size) - 1), size


def _codes(lengths: tuple[int, ...], values: bytes) -> _Codes:
    """Codes of each length in ascending order (T.81, annex C)."""
    codes: _Codes = {}
    code, at = 0, 0
    for bits, count in enumerate(lengths, start=1):
        for value in values[at : at + count]:
            codes[value] = (code, bits)
            code += 1
        at += count
        code <<= 1
    return codes


class _Sheet:
    """What is drawn on; places and sizes are shares of the width, from the middle of the eyes."""

    def __init__(self) -> None:
        width, height = SIZE
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
        self._x, self._y = columns / width - 0.5, (rows - 0.42 * height) / width
        self.pixels: Pixels = np.empty((height, width, 3))
        self.pixels[:] = _BACKGROUND
        self.pixels *= (1.06 - 0.1 * (self._y + 0.5))[..., None]

    def oval(self, at: tuple[float, float], size: tuple[float, float], colour: Colour, soft: float = 0.006) -> None:
        """An oval with an edge of `soft`, lighter from above left."""
        x, y = (self._x - at[0]) / size[0], (self._y - at[1]) / size[1]
        distance = np.sqrt(x * x + y * y)
        cover = np.clip((1 - distance) * min(size) / soft + 0.5, 0, 1)[..., None]
        light = (1.04 - 0.05 * x - 0.05 * y)[..., None]
        self.pixels = (1 - cover) * self.pixels + cover * np.array(colour) * light


def _face(seed: str) -> Pixels:
    randomness = seeded_randomness("face", seed)

    def vary(middle: float, by: float) -> float:
        return middle + by * (int.from_bytes(randomness(2), "big") / 32768 - 1)

    skin, hair, clothes, eyes = (_pick(randomness(1)[0], colours) for colours in (_SKINS, _HAIRS, _CLOTHES, _HAIRS))
    dark: Colour = (skin[0] * 3 // 4, skin[1] * 2 // 3, skin[2] * 2 // 3)
    wide, long, apart = vary(0.215, 0.025), vary(0.30, 0.02), vary(0.092, 0.008)
    sheet = _Sheet()
    sheet.oval((0, 0.02), (wide + 0.045, long + vary(0.05, 0.045)), hair)
    sheet.oval((0, 0.74), (0.46, 0.32), clothes)
    sheet.oval((0, 0.36), (wide * 0.55, 0.17), dark)
    for side in (-1, 1):
        sheet.oval((side * wide, 0.06), (0.03, 0.06), dark)
    sheet.oval((0, 0.05), (wide, long), skin, soft=0.01)
    sheet.oval((0, -long + vary(0.06, 0.02)), (wide * 0.9, vary(0.1, 0.03)), hair, soft=0.02)
    for side in (-1, 1):
        sheet.oval((side * apart, -0.055), (0.05, vary(0.010, 0.003)), hair)
        sheet.oval((side * apart, 0), (0.036, 0.018), (245, 245, 243))
        sheet.oval((side * apart, 0), (0.016, 0.016), eyes)
        sheet.oval((side * apart, 0), (0.008, 0.008), (15, 15, 15))
    sheet.oval((0, vary(0.10, 0.01)), (vary(0.03, 0.008), 0.045), dark, soft=0.03)
    sheet.oval((0, vary(0.205, 0.012)), (vary(0.065, 0.012), vary(0.016, 0.005)), (168, 84, 80))
    return sheet.pixels


def _pick(byte: int, colours: tuple[Colour, ...]) -> Colour:
    return colours[byte % len(colours)]
