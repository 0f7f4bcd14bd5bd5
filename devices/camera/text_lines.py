"""Where long lines of dark text on light ground lie in a picture of about a thousand pixels.

Dark strokes stand out against their surroundings (black-hat), are joined along the line (closing), and what is long
and thin remains (opening). Rows of a zone are the longest such lines of a document.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from devices.camera.picture import Picture

_LONG = 0.24
"""Of the picture's width: a passport that lies small in the picture."""
_THIN = 7.0
"""Times longer than high."""
_LEVEL_DEG = 8.0
_CALM = 1.0
"""Pixels: what is finer is noise."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text, in pixels of the picture that was searched."""

    x: float
    """Centre."""
    y: float
    length: float
    height: float
    angle_deg: float
    """Clockwise from level."""


def text_lines(picture: Picture) -> Iterator[TextLine]:
    """Lines that are long, thin and level within 8 degrees."""
    contours, _ = cv2.findContours(_joined(picture), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        (x, y), (length, height), angle = cv2.minAreaRect(contour)
        if length < height:
            length, height, angle = height, length, angle - 90
        angle = angle + 180 if angle < -90 else angle
        if length > _LONG * picture.shape[1] and height > 3 and length > _THIN * height and abs(angle) < _LEVEL_DEG:
            yield TextLine(x, y, length, height, angle)


def _joined(picture: Picture) -> Picture:
    calm = cv2.GaussianBlur(picture, (0, 0), _CALM)
    strokes = cv2.morphologyEx(calm, cv2.MORPH_BLACKHAT, _box(13, 7))
    edges = np.abs(cv2.Sobel(strokes, cv2.CV_32F, 1, 0, ksize=-1))
    edges = (edges * (255 / max(1.0, float(edges.max())))).astype(np.uint8)
    words = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, _box(21, 5))
    _, marked = cv2.threshold(words, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    lines = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, _box(33, 3))
    # A frame around the zone would join its lines: what is shorter than a few characters goes.
    return cv2.morphologyEx(lines, cv2.MORPH_OPEN, _box(61, 1)).astype(np.uint8, copy=False)


def _box(width: int, height: int) -> Picture:
    return cv2.getStructuringElement(cv2.MORPH_RECT, (width, height)).astype(np.uint8, copy=False)
