"""Pages of invented documents as a camera would see them flat and well lit: portrait, lines of print, zone, codes.

- Sizes are those of Doc 9303-3 (4.1, 4.3): ten characters an inch, lines 6.35 mm apart, of cards with three lines
  5.5.
- Characters are drawn stroke by stroke: no font needs to be installed where a camera is simulated.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from data.documents.barcodes import Barcode, BarcodeKind, Symbology
from devices.camera.picture import GreyImage
from devices.simulated.camera.tables.ocr_b import HIGH, STROKE, STROKES

_CURVE = np.linspace(0, 1, 9)[1:, None]
_FINE = 4
"""Bits behind the point in which OpenCV takes places."""
Points = npt.NDArray[np.float64]

DOTS_A_MM = 8.0
_STEP_MM, _HIGH_MM, _PITCH_MM, _CARD_PITCH_MM = 2.54, 2.4, 6.35, 5.5
_BELOW_MM = 4.5
_SIZE_MM = {30: (85.6, 54.0), 36: (105.0, 74.0), 44: (125.0, 88.0)}
"""By characters of a line: card, visa and older card, passport."""
_PAPER, _INK = 232, 35
_SHEET_MM = (125.0, 88.0)
_CODE_MM = 42.0
_AROUND_MM = 4.0
_WHITE = 244
"""Grey of the paper under a code; anything whiter is a reflection."""


def write_line(page: GreyImage, text: str, left: float, top: float, step: float, high: float, ink: int) -> None:
    """Write one line: `step` pixels from character to character, capitals `high` pixels high."""
    scale = high / HIGH
    for place, character in enumerate(text):
        origin = np.array([left + place * step, top])
        lines = [np.rint((line * scale + origin) * 2**_FINE).astype(np.int32) for line in _strokes(character)]
        cv2.polylines(page, lines, isClosed=False, color=ink, thickness=round(STROKE * scale), lineType=cv2.LINE_AA,
                      shift=_FINE)  # fmt: skip


def draw_page(zone: str, codes: Sequence[Barcode]) -> GreyImage:
    """A page with this zone (lines joined by line feeds; may be empty), and the codes below it."""
    parts = ([_draw_document(zone)] if zone else []) + ([_draw_codes(codes)] if codes else [])
    wide = max((part.shape[1] for part in parts), default=round(_SHEET_MM[0] * DOTS_A_MM))
    padded = [np.pad(part, ((0, 0), (0, wide - part.shape[1])), constant_values=_PAPER) for part in parts]
    return np.ascontiguousarray(np.vstack(padded) if padded else _blank(_SHEET_MM))


@lru_cache(maxsize=64)
def _strokes(character: str) -> tuple[Points, ...]:
    """The strokes of one character, shape (points, 2) each, in the table's measure."""
    return tuple(np.array(line) for line in _parse_path(STROKES.get(character, "")))


def _parse_path(path: str) -> Iterator[list[Points]]:
    line: list[Points] = []
    for kind, numbers in re.findall(r"([MLQ])([^MLQ]*)", path):
        points = np.array([float(number) for number in numbers.split()]).reshape(-1, 2)
        if kind == "M":
            if line:
                yield line
            line = [points[0]]
        elif kind == "L":
            line.append(points[0])
        else:
            start, (control, end) = line[-1], points
            line += list((1 - _CURVE) ** 2 * start + 2 * _CURVE * (1 - _CURVE) * control + _CURVE**2 * end)
    if line:
        yield line


def _draw_document(zone: str) -> GreyImage:
    lines = zone.split("\n")
    size_mm = _SIZE_MM.get(len(lines[0]), _SHEET_MM)
    drawn = _blank(size_mm)
    height, width = drawn.shape
    for y in range(0, height, 24):  # a pattern of fine lines under everything
        cv2.line(drawn, (0, y), (width, y + 40), 205, 1, cv2.LINE_AA)
    if len(lines) == 2:  # a card's zone is on its back
        cv2.rectangle(
            drawn, (round(width * 0.05), round(height * 0.12)), (round(width * 0.3), round(height * 0.6)), 110, -1
        )
        for row, words in enumerate(lines[0].replace("<", " ").split()[:5]):
            write_line(drawn, words, width * 0.38, height * (0.1 + 0.1 * row), 16.0, 14.0, 70)
    pitch = (_PITCH_MM if len(lines) == 2 else _CARD_PITCH_MM) * DOTS_A_MM
    step = _STEP_MM * DOTS_A_MM
    left, top = (width - step * len(lines[0]) + 0.4 * step) / 2, height - pitch * len(lines) - _BELOW_MM * DOTS_A_MM
    for row, line in enumerate(lines):
        write_line(drawn, line, left, top + row * pitch, step, _HIGH_MM * DOTS_A_MM, _INK)
    return drawn


def _draw_codes(codes: Sequence[Barcode]) -> GreyImage:
    """The codes side by side, each with the blank margin it needs."""
    around = round(_AROUND_MM * DOTS_A_MM)
    drawn = [np.pad(_draw_code(code), around, constant_values=_WHITE) for code in codes]
    high = max(image.shape[0] for image in drawn)
    return np.hstack([np.pad(image, ((0, high - image.shape[0]), (0, 0)), constant_values=_WHITE) for image in drawn])


def _draw_code(code: Barcode) -> GreyImage:
    """One code, four pixels to its smallest part or wider where that stays small."""
    import zxingcpp

    kinds = {
        Symbology.QR: zxingcpp.BarcodeFormat.QRCode,
        Symbology.AZTEC: zxingcpp.BarcodeFormat.Aztec,
        Symbology.PDF417: zxingcpp.BarcodeFormat.PDF417,
        Symbology.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    }
    # Text as text: an encoder marks bytes, and readers of text alone would stumble over the mark.
    content = code.content.decode() if code.content.isascii() else code.content
    usual = Symbology.PDF417 if code.kind is BarcodeKind.BOARDING_PASS else Symbology.QR
    barcode = zxingcpp.create_barcode(content, kinds.get(code.symbology, kinds[usual]))
    small = np.asarray(barcode.to_image(scale=1, add_quiet_zones=True), np.uint8)
    scale = max(3, round(_CODE_MM * DOTS_A_MM / max(small.shape)))
    return np.asarray(np.minimum(np.kron(small, np.ones((scale, scale), np.uint8)), _WHITE), np.uint8)


def _blank(size_mm: tuple[float, float]) -> GreyImage:
    width, height = (round(side * DOTS_A_MM) for side in size_mm)
    return np.full((height, width), _PAPER, np.uint8)
