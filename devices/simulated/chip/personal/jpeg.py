"""A small JPEG writer (ITU-T T.81, baseline, no subsampling): the demonstration draws faces without an image library.

One quantisation table and one pair of Huffman tables serve all three components.
"""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from devices.simulated.chip.personal.tables.jpeg import (
    AC_LENGTHS,
    AC_VALUES,
    DC_LENGTHS,
    DC_VALUES,
    LUMINANCE,
    ZIGZAG,
)

_TO_YCBCR = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
_END_OF_BLOCK, _SIXTEEN_ZEROS = 0x00, 0xF0
_Codes = dict[int, tuple[int, int]]
"""Code and its number of bits by symbol."""


def jpeg(pixels: NDArray[np.uint8], quality: int = 85) -> bytes:
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
    found = (basis @ cut @ basis.T).reshape(-1, 3, 64)
    rounded: NDArray[np.int64] = np.round(found / table).astype(np.int64)
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
            bits += list(_coded(values, values[0] - before[component], dc, ac))
            before[component] = values[0]
    text = "".join(f"{code:0{count}b}" for code, count in bits if count)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")


def _coded(values: list[int], difference: int, dc: _Codes, ac: _Codes) -> Iterator[tuple[int, int]]:
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
    found: _Codes = {}
    code, at = 0, 0
    for bits, count in enumerate(lengths, start=1):
        for value in values[at : at + count]:
            found[value] = (code, bits)
            code += 1
        at += count
        code <<= 1
    return found
