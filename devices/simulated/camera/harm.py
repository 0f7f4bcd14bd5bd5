"""What stands between a page and a good picture of it, frame by frame; the same number gives the same frame."""

import cv2
import numpy as np

from devices.camera.picture import Picture
from devices.simulated.camera.harms import Harm

TABLE = 55
"""Grey of the table around a page."""
_FRAME = (960, 960)
"""Height and width of a frame."""
_FAR = 0.25
_DARKER = 0.02
_SPOT = (200, 80)
"""Half width and half height of a reflection in pixels."""
_SHAKE = 3.0
"""Pixels a page in a hand is smeared over when it is moved."""


def empty_table() -> Picture:
    """A frame in which nothing lies."""
    return np.full(_FRAME, TABLE, np.uint8)


def frame(page: Picture, harms: frozenset[Harm], number: int) -> Picture:
    """The `number`th frame of a page that lies on the table with these harms."""
    noise = np.random.default_rng(number)
    seen = np.ascontiguousarray(page[::-1, ::-1]) if Harm.UPSIDE_DOWN in harms else page
    laid = _laid(seen, harms, noise)
    if Harm.BLURRED in harms:
        laid = cv2.GaussianBlur(laid, (0, 0), _SHAKE).astype(np.uint8, copy=False)
    if Harm.GLARE in harms:
        laid = _glaring(laid, page)
    grain = noise.normal(0, 3.0 if Harm.HELD in harms else 1.5, laid.shape)
    light = _DARKER if Harm.TOO_DARK in harms else 1.0
    return np.clip(laid * light + grain, 0, 255).astype(np.uint8)


def _laid(page: Picture, harms: frozenset[Harm], noise: np.random.Generator) -> Picture:
    """The page in the middle of the frame, as large as fits or far away."""
    height, width = page.shape
    fits = 0.9 * min(_FRAME[0] / height, _FRAME[1] / width)
    scale = fits * (_FAR if Harm.TOO_FAR in harms else 1.0)
    angle = (8.0 if Harm.SLANTED in harms else 0.0) + (noise.uniform(-2, 2) if Harm.HELD in harms else 0.0)
    way = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    way[:, 2] += (_FRAME[1] / 2 - width / 2, _FRAME[0] / 2 - height / 2)
    seen = cv2.warpAffine(page, way, (_FRAME[1], _FRAME[0]), flags=cv2.INTER_AREA, borderValue=float(TABLE))
    return seen.astype(np.uint8, copy=False)


def _glaring(laid: Picture, page: Picture) -> Picture:
    """A lamp's reflection over the middle of a zone."""
    below = 0.45 * page.shape[0] * min(_FRAME[0] / page.shape[0], _FRAME[1] / page.shape[1])
    spot = np.zeros(laid.shape, np.float32)
    cv2.ellipse(spot, (_FRAME[1] // 2, _FRAME[0] // 2 + round(below) - 30), _SPOT, 0, 0, 360, 400.0, -1)
    lit = np.clip(laid + cv2.GaussianBlur(spot, (0, 0), 12), 0, 255)
    return np.asarray(lit, np.uint8)
