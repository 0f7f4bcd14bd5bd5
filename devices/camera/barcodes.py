"""Two-dimensional codes in a picture, by zxing-cpp: QR, Aztec, DataMatrix, PDF417.

- All of them have check symbols, so one reading is enough for the first three. It is not for PDF417: if its rows are
  mixed up, the check symbols may correct it to another code, so two readings at two sizes must agree.
- zxing-cpp finds PDF417 only within about ten degrees of level. Places that may have a code of bars (edges in one
  direction, close together, over a large area) are turned level for it.
- Without the extra, zones are read, but no codes.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from data.documents.barcodes import LARGEST_BYTES, MOST_CODES, Barcode, Symbology
from devices.camera.picture import GreyImage

_SIDE = 1_200
"""Pixels of the longer side while looking for places: bars are then at least two wide."""
_NEAR = 31
"""Pixels of that picture over which edges are averaged."""
_ONE_WAY = 0.3
"""Share of the edges' strength in one direction, 0 to 1; in print it is less."""
_STRONG = 0.35
"""Share of the strength of the strongest place."""
_SMALLEST = 0.01
"""Share of the picture's area."""
_MOST_PLACES = 2
_AROUND = 0.12
"""Margin around a place, as a share of its size: a code has a blank margin."""
_WIDE = 1_400
"""Most pixels of a place that is turned level."""
_LEVEL_DEG = 3.0

Floats = npt.NDArray[np.float32]

_FORMATS = {
    "QRCode": Symbology.QR,
    "Aztec": Symbology.AZTEC,
    "PDF417": Symbology.PDF417,
    "DataMatrix": Symbology.DATA_MATRIX,
}

_OTHER_SIZE = 0.8


def find_striped_places(picture: GreyImage) -> Iterator[GreyImage]:
    """Places turned level, the largest first; each by its outline, and by its bars' direction if that differs."""
    scale = min(1.0, _SIDE / max(picture.shape))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    along, across, both = _edges(small)
    strength = along + across
    one_way = np.hypot(along - across, 2 * both) / np.maximum(strength, 1.0)
    marked = ((one_way > _ONE_WAY) & (strength > _STRONG * float(strength.max()))).astype(np.uint8)
    joined = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((_NEAR, _NEAR), np.uint8))
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:_MOST_PLACES]:
        if cv2.contourArea(outline) < _SMALLEST * small.size:
            return
        inside = cv2.drawContours(np.zeros(small.shape, np.uint8), [outline], -1, 1, -1).astype(bool)
        bars_deg = _direction_deg(float(along[inside].sum() - across[inside].sum()), float(both[inside].sum()))
        yield from _level(picture, scale, outline, bars_deg)


class BarcodeReader:
    """Reads codes in pictures; finds none if zxing-cpp is not installed."""

    @property
    def is_installed(self) -> bool:
        """Whether zxing-cpp is installed."""
        return find_spec("zxingcpp") is not None

    def read(self, picture: GreyImage) -> tuple[Barcode, ...]:
        """Different codes in the picture, at most MOST_CODES, without empty and too long ones."""
        if self._library is None:
            return ()
        codes = tuple(self._codes(picture, self._formats))
        stacked = [code for code in codes if code.symbology is Symbology.PDF417]
        confirmed = self._again(picture, stacked) or self._askew(picture)
        by_content = {code.content: code for code in (*codes, *confirmed) if code in confirmed or code not in stacked}
        return tuple(by_content.values())[:MOST_CODES]

    def _askew(self, picture: GreyImage) -> tuple[Barcode, ...]:
        read = (self._again(place, tuple(self._codes(place, self._pdf417))) for place in find_striped_places(picture))
        return next(filter(None, read), ())

    def _again(self, picture: GreyImage, codes: Sequence[Barcode]) -> tuple[Barcode, ...]:
        """Those that are read the same at another size."""
        if not codes:
            return ()
        smaller = cv2.resize(picture, None, fx=_OTHER_SIZE, fy=_OTHER_SIZE, interpolation=cv2.INTER_AREA)
        again = set(self._codes(np.ascontiguousarray(smaller, np.uint8), self._pdf417))
        return tuple(code for code in codes if code in again)

    def _codes(self, picture: GreyImage, formats: Any) -> Iterator[Barcode]:
        for result in self._library.read_barcodes(picture, formats=formats):
            if result.valid and 0 < len(result.bytes) <= LARGEST_BYTES:
                yield Barcode(_symbology(result.format), bytes(result.bytes))

    @cached_property
    def _library(self) -> Any:
        try:
            import zxingcpp
        except ImportError:
            return None
        return zxingcpp

    @cached_property
    def _formats(self) -> Any:
        return self._library.barcode_formats_from_str(",".join(_FORMATS))

    @cached_property
    def _pdf417(self) -> Any:
        return self._library.barcode_formats_from_str("PDF417")


def _edges(picture: Floats) -> tuple[Floats, Floats, Floats]:
    """The structure of a picture at each place: squares of its gradients along and across, and their product."""
    right, down = cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3)
    window = (_NEAR, _NEAR)
    parts = (cv2.boxFilter(product, cv2.CV_32F, window) for product in (right * right, down * down, right * down))
    along, across, both = (np.asarray(part, np.float32) for part in parts)
    return along, across, both


def _direction_deg(difference: float, product: float) -> float:
    """The direction across the edges, clockwise from level, -90 to 90."""
    return math.degrees(0.5 * math.atan2(2 * product, difference))


def _level(picture: GreyImage, scale: float, outline: cv2.typing.MatLike, bars_deg: float) -> Iterator[GreyImage]:
    (x, y), (width, height), angle = cv2.minAreaRect(outline)
    turned = min((angle, angle + 90, angle - 90, angle + 180), key=lambda way: abs(_angle_between(way, bars_deg)))
    for way in (turned, bars_deg) if abs(_angle_between(turned, bars_deg)) > _LEVEL_DEG else (turned,):
        yield _turn(picture, (x / scale, y / scale), max(width, height) / scale, min(width, height) / scale, way)


def _angle_between(one_deg: float, other_deg: float) -> float:
    return (one_deg - other_deg + 90) % 180 - 90


def _turn(picture: GreyImage, centre: tuple[float, float], long: float, short: float, way_deg: float) -> GreyImage:
    """The place around `centre`, turned so that its rows are level."""
    wide, high = long * (1 + 2 * _AROUND), max(short * (1 + 2 * _AROUND), long / 3)
    size = min(2.0, _WIDE / wide)
    turn = cv2.getRotationMatrix2D(centre, way_deg, size)
    turn[:, 2] = turn[:, 2] + np.array([wide, high]) * size / 2 - centre
    level = cv2.warpAffine(
        picture, turn, (round(wide * size), round(high * size)), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(level, np.uint8)


def _symbology(format: Any) -> Symbology:
    return _FORMATS.get(str(format.name), Symbology.UNKNOWN)
