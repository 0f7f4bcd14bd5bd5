"""Lines of a zone drawn stroke by stroke: no font needs to be installed where a camera is simulated."""

import re
from collections.abc import Iterator
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from devices.camera.picture import Picture
from devices.simulated.camera.tables.ocr_b import HIGH, STROKE, STROKES

_CURVE = np.linspace(0, 1, 9)[1:, None]
_FINE = 4
"""Bits behind the point in which OpenCV takes places."""
Points = npt.NDArray[np.float64]


def write(page: Picture, text: str, left: float, top: float, step: float, high: float, ink: int) -> None:
    """Write one line: `step` pixels from character to character, capitals `high` pixels high."""
    scale = high / HIGH
    for place, character in enumerate(text):
        origin = np.array([left + place * step, top])
        lines = [np.rint((line * scale + origin) * 2**_FINE).astype(np.int32) for line in _lines(character)]
        cv2.polylines(page, lines, isClosed=False, color=ink, thickness=round(STROKE * scale), lineType=cv2.LINE_AA,
                      shift=_FINE)  # fmt: skip


@lru_cache(maxsize=64)
def _lines(character: str) -> tuple[Points, ...]:
    """The strokes of one character, shape (points, 2) each, in the table's measure."""
    return tuple(np.array(line) for line in _drawn(STROKES.get(character, "")))


def _drawn(path: str) -> Iterator[list[Points]]:
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
