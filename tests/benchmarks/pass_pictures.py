"""Pictures of invented boarding passes in PDF417, photographed askew: turned by up to 20 degrees, from a slant, soft.

A quarter lies on its head. The same seed always gives the same pictures; seeds as in `zone_pictures`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from data.documents.barcodes import Symbology
from tests.benchmarks.code_pictures import drawn
from tests.benchmarks.zone_pictures import Pixels

_WIDTH, _HEIGHT = 1_600, 1_100
MOST_DEG = 20.0
_LEANS = (0.0, 0.02, 0.05)
"""Of the picture's width, by which a corner may be elsewhere than it should."""
_LETTERS = "ABCDEFGHIKLMNOPRSTU"


@dataclass(frozen=True, slots=True)
class PassPicture:
    """One picture, what its code says, and by how much it is turned."""

    pixels: Pixels
    content: bytes
    askew_deg: float


def pass_pictures(count: int, seed: int) -> Iterator[PassPicture]:
    """`count` pictures, one code each."""
    random, noise = Random(seed), np.random.default_rng(seed)
    for _ in range(count):
        content = _content(random)
        angle = random.uniform(-MOST_DEG, MOST_DEG)
        yield PassPicture(_photographed(_paper(content, random), angle, random, noise), content, abs(angle))


def _content(random: Random) -> bytes:
    surname, given = ("".join(random.choices(_LETTERS, k=random.randrange(3, 9))) for _ in range(2))
    booking = "".join(random.choices("ABCDEFGH123", k=6))
    more = "".join(random.choices("ABC0123456789 ", k=random.choice((2, 40, 70))))
    flight = f"E{booking} AAABBBXY 0{random.randrange(100, 999)} 183Y012A0025 1{more}"
    return (f"M1{surname}/{given}".ljust(22) + flight).encode()


def _paper(content: bytes, random: Random) -> Pixels:
    """A page with lines of print, and the code somewhere over them."""
    page = np.full((_HEIGHT, _WIDTH), random.randrange(200, 246), np.uint8)
    for _ in range(14):
        text, place = "".join(random.choices(_LETTERS, k=18)), (random.randrange(900), random.randrange(40, _HEIGHT))
        cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, random.uniform(0.7, 1.4), 40, 2)
    code = drawn(Symbology.PDF417, content)
    scale = random.uniform(480, 760) / code.shape[1]
    small = cv2.resize(code, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top = random.randrange(150, _HEIGHT - small.shape[0] - 150)
    left = random.randrange(200, _WIDTH - small.shape[1] - 200)
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


def _photographed(page: Pixels, angle_deg: float, random: Random, noise: np.random.Generator) -> Pixels:
    turned = angle_deg + (180 if random.random() < 0.25 else 0)
    lean = random.choice(_LEANS) * _WIDTH
    corners = np.array([[0, 0], [_WIDTH, 0], [_WIDTH, _HEIGHT], [0, _HEIGHT]], np.float32)
    moved = corners + np.array([[random.uniform(-lean, lean) for _ in range(2)] for _ in corners], np.float32)
    turn = np.vstack([cv2.getRotationMatrix2D((_WIDTH / 2, _HEIGHT / 2), turned, 0.85), [0, 0, 1]])
    way = cv2.getPerspectiveTransform(corners, moved.astype(np.float32)) @ turn
    laid = cv2.warpPerspective(page, way, (_WIDTH, _HEIGHT), flags=cv2.INTER_AREA, borderValue=(60.0, 60.0, 60.0))
    scale = random.uniform(0.75, 1.0)
    seen = cv2.resize(laid, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    soft = cv2.GaussianBlur(seen, (0, 0), random.uniform(0.3, 1.1))
    return np.clip(soft + noise.normal(0, random.uniform(1, 7), soft.shape), 0, 255).astype(np.uint8)
