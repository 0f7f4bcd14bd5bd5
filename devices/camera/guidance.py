"""Says what would make the next picture readable, from this picture only."""

import cv2
import numpy as np

from devices.camera.picture import GreyImage
from devices.camera.zone_reader import ZoneReading
from devices.camera.zone_search import find_zones
from devices.faults import Guidance

_DARK = 45.0
"""Of 255; the brightest tenth of a lit page is much brighter."""
_WHITE = 250
_GLARE = 0.04
"""Share of white pixels in spots, where a page should be."""
_FEW_PIXELS = 16.0
"""From line to line: characters are then six pixels high."""
_BLURRED = 60.0
"""Variance of the Laplacian at a thousand pixels; that of a page in focus is in the hundreds."""
_SIDE = 1_000


def guidance_for(picture: GreyImage, reading: ZoneReading | None) -> Guidance | None:
    """Guidance for the officer; None if nothing in the picture looks like a document.

    `reading` is what could be read: nothing, or a zone with wrong digits.
    """
    if float(np.percentile(picture, 90)) < _DARK:
        return Guidance.MORE_LIGHT
    zone = reading.zone if reading else next(find_zones(picture), None)
    if zone is None:
        return _without_zone(picture)
    if zone.pixels < _FEW_PIXELS:
        return Guidance.CLOSER
    if _sharpness(picture) < _BLURRED:
        return Guidance.HOLD_STILL
    return Guidance.LESS_GLARE if _glare(picture) > _GLARE else Guidance.LAY_FLAT


def _without_zone(picture: GreyImage) -> Guidance | None:
    """Guidance if there is no zone: it may be hidden by a reflection, or too small to be found."""
    if _glare(picture) > _GLARE and _sharpness(picture) >= _BLURRED:
        return Guidance.LESS_GLARE
    height, width = picture.shape
    middle = picture[height // 4 : -height // 4, width // 4 : -width // 4]
    return Guidance.CLOSER if next(find_zones(np.ascontiguousarray(middle)), None) is not None else None


def _sharpness(picture: GreyImage) -> float:
    scale = min(1.0, _SIDE / max(picture.shape))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(small, cv2.CV_32F).var())


def _glare(picture: GreyImage) -> float:
    """Share of the picture that is pure white, unless most of it is."""
    white = float(np.mean(picture >= _WHITE))
    return white if white < 0.3 else 0.0
