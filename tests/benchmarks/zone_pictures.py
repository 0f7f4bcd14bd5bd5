"""Pictures of invented documents with a zone in OCR-B, in five levels of harm: for tests and for the bench.

The same seed always gives the same pictures. Seeds below 1,000 are for fitting, from 1,000 on for reporting: a figure
is never measured on what something was tuned to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from data.documents.travel_document import MrzFormat
from tests.data.support.mrz_zones import zones

Pixels = npt.NDArray[np.uint8]

FONT = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
"""Of Debian's fonts-ocr-b (provisioning/host-packages.sh)."""
FITTING, REPORTING = 1, 1_000
LEVELS = ("flat scan", "page reader", "held still", "held in a hand", "hurried telephone")
FORMATS = (MrzFormat.TD3, MrzFormat.TD1, MrzFormat.TD2, MrzFormat.MRV_A, MrzFormat.MRV_B)
_TODAY = date(2026, 7, 1)
_SIZE_MM = {MrzFormat.TD1: (85.6, 54.0), MrzFormat.TD2: (105.0, 74.0), MrzFormat.MRV_B: (105.0, 74.0)}
_PASSPORT_MM = (125.0, 88.0)
_CHARACTER_MM, _PITCH_MM = 2.54, 6.35
"""Doc 9303-3, 4.3 and 4.1: ten characters an inch; lines 6.35 mm apart."""
_DOTS_A_MM = 12.0


@dataclass(frozen=True, slots=True)
class ZonePicture:
    """One picture and what is printed in it."""

    pixels: Pixels
    zone: str
    """Lines joined by line feeds."""
    level: int
    """0 to 4, as in `LEVELS`."""


def pictures(count: int, seed: int) -> Iterator[ZonePicture]:
    """`count` pictures, levels by turns."""
    random, noise = Random(seed), np.random.default_rng(seed)
    for number, zone in enumerate(islice(zones(seed, _TODAY, FORMATS), count)):
        level = number % len(LEVELS)
        page = _page(zone.text, zone.format, random, noise)
        yield ZonePicture(_HARM[level](page, random, noise), zone.text, level)


def flat_page(zone: str, format: MrzFormat) -> Pixels:
    """A page with this zone, scanned without harm."""
    return _scaled(_page(zone, format, Random(1), np.random.default_rng(1)), 0.7)


def png(pixels: Pixels) -> bytes:
    """The picture as a file."""
    return bytes(cv2.imencode(".png", pixels)[1])


def _page(text: str, format: MrzFormat, random: Random, noise: np.random.Generator) -> Pixels:
    """The page of a document: tinted ground with fine curves, a dark portrait, lines of print, the zone below."""
    width, height = (round(side * _DOTS_A_MM) for side in _SIZE_MM.get(format, _PASSPORT_MM))
    page = Image.new("L", (width, height), random.randrange(215, 250))
    draw = ImageDraw.Draw(page)
    _guilloche(draw, width, height, random)
    if format is not MrzFormat.TD1:  # a card's zone is on its back
        _print(draw, width, height, random)
    _zone(draw, text.split("\n"), width, height, random)
    pixels = np.asarray(page).copy()
    if format is not MrzFormat.TD1:
        pixels[_portrait(width, height)] = noise.integers(60, 160)
    return pixels


def _guilloche(draw: ImageDraw.ImageDraw, width: int, height: int, random: Random) -> None:
    for line in range(0, height, random.randrange(18, 40)):
        phase, swing = random.random() * 6, random.randrange(4, 20)
        points = [(x, line + swing * np.sin(x / 60 + phase)) for x in range(0, width, 12)]
        draw.line(points, fill=random.randrange(185, 215), width=1)


def _print(draw: ImageDraw.ImageDraw, width: int, height: int, random: Random) -> None:
    face = ImageFont.truetype(str(FONT), 26)
    for row in range(6):
        label = "".join(random.choices("ABCDEFGHIKLMNOPRSTU ", k=random.randrange(6, 18)))
        draw.text((width * 0.38, height * (0.08 + 0.1 * row)), label, font=face, fill=random.randrange(20, 90))


def _portrait(width: int, height: int) -> tuple[slice, slice]:
    return slice(round(height * 0.12), round(height * 0.62)), slice(round(width * 0.05), round(width * 0.32))


def _zone(draw: ImageDraw.ImageDraw, lines: list[str], width: int, height: int, random: Random) -> None:
    face = ImageFont.truetype(str(FONT), round(3.4 * _DOTS_A_MM))
    step, pitch = _CHARACTER_MM * _DOTS_A_MM, (_PITCH_MM if len(lines) == 2 else 5.5) * _DOTS_A_MM
    left = (width - step * len(lines[0])) / 2
    top = height - pitch * len(lines) - 4.5 * _DOTS_A_MM
    ink = random.randrange(10, 60)
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            draw.text((left + step * column, top + pitch * row), char, font=face, fill=ink)


def _flat(page: Pixels, random: Random, noise: np.random.Generator) -> Pixels:
    return _scaled(page, random.uniform(0.6, 1.0))


def _reader(page: Pixels, random: Random, noise: np.random.Generator) -> Pixels:
    turned = _laid(page, random, turn_deg=3, lean=0.0)
    return _noisy(_blurred(_scaled(turned, random.uniform(0.5, 0.8)), 0.6), noise, 4)


def _still(page: Pixels, random: Random, noise: np.random.Generator) -> Pixels:
    laid = _laid(page, random, turn_deg=8, lean=0.02)
    lit = _lit(_scaled(laid, random.uniform(0.4, 0.6)), random, 0.25)
    return _jpeg(_noisy(_blurred(lit, 0.8), noise, 6), 75)


def _held(page: Pixels, random: Random, noise: np.random.Generator) -> Pixels:
    laid = _laid(page, random, turn_deg=12, lean=0.035)
    lit = _glare(_lit(_scaled(laid, random.uniform(0.42, 0.65)), random, 0.4), random)
    return _jpeg(_noisy(_blurred(lit, 1.0), noise, 8), 60)


def _hurried(page: Pixels, random: Random, noise: np.random.Generator) -> Pixels:
    laid = _laid(page, random, turn_deg=15, lean=0.05)
    lit = _glare(_lit(_scaled(laid, random.uniform(0.4, 0.6)), random, 0.5), random)
    harmed = _jpeg(_noisy(_blurred(lit, 1.4), noise, 10), 50)
    return np.ascontiguousarray(np.rot90(harmed, random.randrange(4)))


_HARM: tuple[Callable[[Pixels, Random, np.random.Generator], Pixels], ...] = (
    _flat, _reader, _still, _held, _hurried,
)  # fmt: skip


def _laid(page: Pixels, random: Random, *, turn_deg: float, lean: float) -> Pixels:
    """The page on a dark table, turned and seen from a slant."""
    height, width = page.shape
    side = round(1.25 * max(height, width))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.radians(random.uniform(-turn_deg, turn_deg))
    spun = (corners - (width / 2, height / 2)) @ np.array(
        [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    )
    seen = spun + side / 2 + [[random.uniform(-lean, lean) * width, random.uniform(-lean, lean) * width] for _ in spun]
    way = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    table = random.randrange(30, 90)
    return _u8(cv2.warpPerspective(page, way, (side, side), flags=cv2.INTER_AREA, borderValue=table))


def _scaled(page: Pixels, scale: float) -> Pixels:
    return _u8(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _blurred(page: Pixels, sigma: float) -> Pixels:
    return _u8(cv2.GaussianBlur(page, (0, 0), sigma))


def _noisy(page: Pixels, noise: np.random.Generator, sigma: float) -> Pixels:
    return _u8(np.clip(page + noise.normal(0, sigma, page.shape), 0, 255))


def _lit(page: Pixels, random: Random, fall: float) -> Pixels:
    """Light that falls off to one side."""
    ramp = np.linspace(1, 1 - random.uniform(0, fall), page.shape[1])
    return _u8(page * (ramp if random.random() < 0.5 else ramp[::-1]))


def _glare(page: Pixels, random: Random) -> Pixels:
    """A soft bright spot, in half of the pictures."""
    if random.random() < 0.5:
        return page
    height, width = page.shape
    spot = np.zeros(page.shape, np.float32)
    centre = (random.randrange(width), random.randrange(height))
    cv2.circle(spot, centre, round(0.08 * width), random.uniform(40, 110), -1)
    return _u8(np.clip(page + cv2.GaussianBlur(spot, (0, 0), 0.04 * width), 0, 255))


def _jpeg(page: Pixels, quality: int) -> Pixels:
    return _u8(cv2.imdecode(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE))


def _u8(pixels: npt.NDArray[np.generic] | cv2.typing.MatLike | None) -> Pixels:
    return np.ascontiguousarray(pixels, np.uint8)
