"""Ways to treat a straightened zone's picture before it is read: they err differently, so they can vote."""

from collections.abc import Callable

import cv2
import numpy as np

from devices.camera.picture import Picture

_SMALLER = 0.6
"""Of a straightened zone: capitals are then 16 pixels high, which is read as well and takes a sixth less time."""
_NOISE = 1.0
"""Pixels of a straightened zone."""
_STROKE = 3.0
_INK, _GROUND = 2.0, 60.0
"""Percentiles of a zone's pixels that are surely ink and surely ground."""


def as_it_is(picture: Picture) -> Picture:
    """The picture itself."""
    return picture


def plain(picture: Picture) -> Picture:
    """Fine noise gone, ink black and ground white."""
    calm = cv2.GaussianBlur(picture, (0, 0), _NOISE).astype(np.float32)
    ink, ground = np.percentile(calm, (_INK, _GROUND))
    return _bytes((calm - ink) * (255 / max(1.0, float(ground - ink))))


def sharper(picture: Picture) -> Picture:
    """Fine noise gone, strokes stressed."""
    calm = cv2.GaussianBlur(picture, (0, 0), _NOISE).astype(np.float32)
    return _bytes(2 * calm - cv2.GaussianBlur(calm, (0, 0), _STROKE))


def smaller(picture: Picture) -> Picture:
    """`plain`, at the size that is read fastest."""
    return _bytes(cv2.resize(plain(picture), None, fx=_SMALLER, fy=_SMALLER, interpolation=cv2.INTER_AREA))


OTHERS: tuple[Callable[[Picture], Picture], ...] = (sharper, as_it_is, plain)
"""Besides `smaller`."""


def _bytes(values: cv2.typing.MatLike) -> Picture:
    return np.ascontiguousarray(np.clip(values, 0, 255), np.uint8)
