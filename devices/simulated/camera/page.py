"""Pages of invented documents as a camera would see them flat and well lit: portrait, lines of print, zone, codes.

Sizes are those of Doc 9303-3 (4.1, 4.3): ten characters an inch, lines 6.35 mm apart, of cards with three lines 5.5.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from data.documents.codes import Code, CodeKind, Symbology
from devices.camera.picture import Picture
from devices.simulated.camera.lettering import write

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
"""Of paper under a code; what is whiter is a reflection."""


def page(zone: str, codes: Sequence[Code]) -> Picture:
    """A page with this zone, lines joined by line feeds (none where it is empty), and below it the codes."""
    parts = ([_document(zone)] if zone else []) + ([_sheet(codes)] if codes else [])
    wide = max((part.shape[1] for part in parts), default=round(_SHEET_MM[0] * DOTS_A_MM))
    padded = [np.pad(part, ((0, 0), (0, wide - part.shape[1])), constant_values=_PAPER) for part in parts]
    return np.ascontiguousarray(np.vstack(padded) if padded else _blank(_SHEET_MM))


def _document(zone: str) -> Picture:
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
            write(drawn, words, width * 0.38, height * (0.1 + 0.1 * row), 16.0, 14.0, 70)
    pitch = (_PITCH_MM if len(lines) == 2 else _CARD_PITCH_MM) * DOTS_A_MM
    step = _STEP_MM * DOTS_A_MM
    left, top = (width - step * len(lines[0]) + 0.4 * step) / 2, height - pitch * len(lines) - _BELOW_MM * DOTS_A_MM
    for row, line in enumerate(lines):
        write(drawn, line, left, top + row * pitch, step, _HIGH_MM * DOTS_A_MM, _INK)
    return drawn


def _sheet(codes: Sequence[Code]) -> Picture:
    """The codes side by side, each with the blank margin it needs."""
    around = round(_AROUND_MM * DOTS_A_MM)
    drawn = [np.pad(_code(code), around, constant_values=_WHITE) for code in codes]
    high = max(one.shape[0] for one in drawn)
    return np.hstack([np.pad(one, ((0, high - one.shape[0]), (0, 0)), constant_values=_WHITE) for one in drawn])


def _code(code: Code) -> Picture:
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
    usual = Symbology.PDF417 if code.kind is CodeKind.BOARDING_PASS else Symbology.QR
    made = zxingcpp.create_barcode(content, kinds.get(code.symbology, kinds[usual]))
    small = np.asarray(made.to_image(scale=1, add_quiet_zones=True), np.uint8)
    scale = max(3, round(_CODE_MM * DOTS_A_MM / max(small.shape)))
    return np.asarray(np.minimum(np.kron(small, np.ones((scale, scale), np.uint8)), _WHITE), np.uint8)


def _blank(size_mm: tuple[float, float]) -> Picture:
    width, height = (round(side * DOTS_A_MM) for side in size_mm)
    return np.full((height, width), _PAPER, np.uint8)
