"""Pictures of invented codes, alone or beside a page, in five levels of harm: for tests and for the bench.

The same seed always gives the same pictures; seeds as in `zone_pictures`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import zxingcpp

from data.documents.barcodes import Symbology
from tests.benchmarks.zone_pictures import Pixels

FORMATS = {
    Symbology.QR: zxingcpp.BarcodeFormat.QRCode,
    Symbology.AZTEC: zxingcpp.BarcodeFormat.Aztec,
    Symbology.PDF417: zxingcpp.BarcodeFormat.PDF417,
    Symbology.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
}
_WIDTH, _HEIGHT = 1_600, 1_100
_TURN_DEG, _LEAN, _SCALE = (1, 8, 25, 45, 180), (0.0, 0.01, 0.03, 0.05, 0.06), (1.0, 0.9, 0.8, 0.7, 0.65)
_BLUR, _NOISE = (0.0, 0.5, 0.8, 1.1, 1.4), (0, 3, 5, 8, 10)
_GLARE_FROM = 3


@dataclass(frozen=True, slots=True)
class CodePicture:
    """One picture and the code in it."""

    pixels: Pixels
    symbology: Symbology
    content: bytes
    level: int


def drawn(symbology: Symbology, content: bytes, scale: int = 4) -> Pixels:
    """The code alone, dark on light."""
    # Text as text: an encoder marks bytes, and readers of text alone would stumble over the mark.
    code = zxingcpp.create_barcode(content.decode() if content.isascii() else content, FORMATS[symbology])
    return np.ascontiguousarray(code.to_image(scale=scale, add_quiet_zones=True), np.uint8)


def on_page(page: Pixels, code: Pixels) -> Pixels:
    """The page with the code in its upper right corner."""
    side = min(page.shape) // 3
    small = cv2.resize(code, (side, side), interpolation=cv2.INTER_AREA)
    whole = page.copy()
    whole[10 : 10 + side, page.shape[1] - side - 10 : page.shape[1] - 10] = small
    return whole


def code_pictures(count: int, seed: int) -> Iterator[CodePicture]:
    """`count` pictures, kinds and levels by turns; contents like a boarding pass's or a seal's."""
    random, noise = Random(seed), np.random.default_rng(seed)
    kinds = list(FORMATS)
    for number in range(count):
        symbology, level = kinds[number % len(kinds)], number // len(kinds) % len(_BLUR)
        seal, text = random.randbytes(130), "".join(random.choices("ABCDEFGHIJ0123456789 /", k=60)).encode()
        content = random.choice((seal, text))
        yield CodePicture(_harmed(drawn(symbology, content), level, random, noise), symbology, content, level)


def _harmed(code: Pixels, level: int, random: Random, noise: np.random.Generator) -> Pixels:
    page = np.full((_HEIGHT, _WIDTH), random.randrange(190, 245), np.uint8)
    wide = 2 if code.shape[1] > 2 * code.shape[0] else 1
    scale = wide * random.uniform(300, 400) / max(code.shape)
    small = cv2.resize(code, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (random.randrange(60, side - own - 60) for side, own in zip(page.shape, small.shape, strict=True))
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    laid = cv2.warpPerspective(
        page, _way(level, random), (_WIDTH, _HEIGHT), flags=cv2.INTER_AREA, borderValue=(60.0, 60.0, 60.0)
    )
    seen = cv2.resize(laid, None, fx=_SCALE[level], fy=_SCALE[level], interpolation=cv2.INTER_AREA).astype(np.float32)
    if _BLUR[level]:
        seen = cv2.GaussianBlur(seen, (0, 0), _BLUR[level]).astype(np.float32)
    if level >= _GLARE_FROM and random.random() < 0.5:
        seen = _glare(seen, random)
    return np.clip(seen + noise.normal(0, _NOISE[level], seen.shape), 0, 255).astype(np.uint8)


def _way(level: int, random: Random) -> np.typing.NDArray[np.float64]:
    corners = np.array([[0, 0], [_WIDTH, 0], [_WIDTH, _HEIGHT], [0, _HEIGHT]], np.float32)
    lean = _LEAN[level] * _WIDTH
    moved = corners + np.array([[random.uniform(-lean, lean) for _ in range(2)] for _ in range(4)], np.float32)
    angle = _TURN_DEG[level] * random.uniform(-1, 1)
    turn = np.vstack([cv2.getRotationMatrix2D((_WIDTH / 2, _HEIGHT / 2), angle, 0.8), [0, 0, 1]])
    return cv2.getPerspectiveTransform(corners, moved.astype(np.float32)) @ turn


def _glare(picture: np.typing.NDArray[np.float32], random: Random) -> np.typing.NDArray[np.float32]:
    spot = np.zeros(picture.shape, np.float32)
    centre = (random.randrange(picture.shape[1]), random.randrange(picture.shape[0]))
    cv2.circle(spot, centre, round(0.08 * picture.shape[1]), random.uniform(40, 110), -1)
    return picture + cv2.GaussianBlur(spot, (0, 0), 0.04 * picture.shape[1]).astype(np.float32)
