"""Finds where a machine-readable zone may be: two or three similar lines, close below each other (Doc 9303-3, 4.1).

- Lines of text are found in a picture of about a thousand pixels: dark strokes are separated from their background
  (black-hat), joined along the line (closing), and long, thin shapes remain (opening). Rows of a zone are the longest
  such lines of a document.
- The picture is searched upright and on its side, level and slanted. Whether it is upside down shows when it is read.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

import cv2
import numpy as np
import numpy.typing as npt

from devices.camera.picture import GreyImage

_LONG = 0.24
"""Share of the picture's width, for a passport that is small in the picture."""
_THIN = 7.0
"""Least length, in heights."""
_LEVEL_DEG = 8.0
_CALM = 1.0
"""Pixels; anything finer is noise."""

Matrix = npt.NDArray[np.float64]

WORK_SIDE = 1_000
"""Pixels of the longer side while looking for lines: a zone's characters are then 10 to 30 high."""
PITCH = 60
"""Pixels from line to line in a straightened zone: characters are then about 26 high, best for reading."""
_MOST_LINES = 3
_PLAIN = 450.0
"""Likeliness above which the picture was certainly level."""
_MARGIN = 0.03
"""Share of a line's length, left and right."""
_FADED = 0.05
"""Share of a line's length; a line that is shorter by more has lost an end."""
_SLANTS_DEG = (-12.0, 12.0)
"""Lines are found within eight degrees of level."""
_APART = (1.05, 4.5)
"""Distance from line to line, in heights."""
_ALIKE = 0.3
"""Share of a line's length by which lengths and starts may differ, because fillers fade."""


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


def find_text_lines(picture: GreyImage) -> Iterator[TextLine]:
    """Lines that are long, thin and level within 8 degrees."""
    contours, _ = cv2.findContours(_join_strokes(picture), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        (x, y), (length, height), angle = cv2.minAreaRect(contour)
        if length < height:
            length, height, angle = height, length, angle - 90
        angle = angle + 180 if angle < -90 else angle
        if length > _LONG * picture.shape[1] and height > 3 and length > _THIN * height and abs(angle) < _LEVEL_DEG:
            yield TextLine(x, y, length, height, angle)


Group = Sequence[TextLine]


@dataclass(frozen=True, slots=True)
class ZoneCandidate:
    """A place that may be a zone, cut out and straightened."""

    picture: GreyImage
    lines: int
    pixels: float
    """From line to line in the original picture."""


def find_zones(picture: GreyImage) -> Iterator[ZoneCandidate]:
    """Places that may be a zone, the likeliest first."""
    scale = WORK_SIDE / max(picture.shape)
    reduced = cv2.resize(
        picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    )
    small = reduced.astype(np.uint8, copy=False)
    level, slanted = _search(small, _orientations(small, (0.0,))), []
    if not level or _likeliness(level[0][0]) < _PLAIN:
        slanted = _search(small, _orientations(small, _SLANTS_DEG))
    for group, way in _rank([*level, *slanted]):
        yield _cut(picture, scale, way, group)


def even_out_light(picture: GreyImage) -> GreyImage:
    """The picture without light and shadow: dark ink on a white background."""
    ground = cv2.medianBlur(cv2.dilate(picture, np.ones((7, 7), np.uint8)), PITCH // 2 + 1)
    flat = 255 - cv2.absdiff(picture, ground.astype(np.uint8, copy=False))
    return np.ascontiguousarray(cv2.normalize(flat, flat, 0, 255, cv2.NORM_MINMAX), np.uint8)


def _join_strokes(picture: GreyImage) -> GreyImage:
    calm = cv2.GaussianBlur(picture, (0, 0), _CALM)
    strokes = cv2.morphologyEx(calm, cv2.MORPH_BLACKHAT, _box(13, 7))
    edges = np.abs(cv2.Sobel(strokes, cv2.CV_32F, 1, 0, ksize=-1))
    edges = (edges * (255 / max(1.0, float(edges.max())))).astype(np.uint8)
    words = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, _box(21, 5))
    _, marked = cv2.threshold(words, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    lines = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, _box(33, 3))
    # A frame around the zone would join its lines, so anything shorter than a few characters is removed.
    return cv2.morphologyEx(lines, cv2.MORPH_OPEN, _box(61, 1)).astype(np.uint8, copy=False)


def _box(width: int, height: int) -> GreyImage:
    return cv2.getStructuringElement(cv2.MORPH_RECT, (width, height)).astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True)
class _Orientation:
    """One orientation of the picture while looking for lines."""

    matrix: Matrix
    """From the reduced picture's pixels to those of the searched one, shape (3, 3)."""
    size: tuple[int, int]
    """Width and height of the searched one."""


def _search(picture: GreyImage, ways: Iterable[_Orientation]) -> list[tuple[Group, _Orientation]]:
    return _rank([(group, way) for way in ways for group in _groups(_lines(picture, way))])


def _rank(candidates: list[tuple[Group, _Orientation]]) -> list[tuple[Group, _Orientation]]:
    return sorted(candidates, key=lambda candidate: -_likeliness(candidate[0]))


def _orientations(picture: GreyImage, slants_deg: Sequence[float]) -> Iterator[_Orientation]:
    """Upright and on its side, each with these slants."""
    height, width = picture.shape
    for angle_deg in (turn + slant for turn in (0.0, 90.0) for slant in slants_deg):
        cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
        new_width, new_height = width * abs(cos) + height * abs(sin), width * abs(sin) + height * abs(cos)
        turned = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
        turned[:2, 2] = np.array([new_width, new_height]) / 2 - turned[:2, :2] @ [width / 2, height / 2]
        yield _Orientation(turned, (round(new_width), round(new_height)))


def _lines(picture: GreyImage, way: _Orientation) -> list[TextLine]:
    searched = cv2.warpAffine(picture, way.matrix[:2], way.size, borderMode=cv2.BORDER_REPLICATE)
    return sorted(find_text_lines(searched.astype(np.uint8, copy=False)), key=lambda line: line.y)


def _likeliness(group: Group) -> float:
    """How likely the lines are a zone: long, of similar length, and three rather than two."""
    lengths = [line.length for line in group]
    uneven = (max(lengths) - min(lengths)) / max(lengths)
    return fmean(lengths) * (1 - uneven) * (1.1 if len(group) == _MOST_LINES else 1.0)


def _groups(lines: Sequence[TextLine]) -> Iterator[tuple[TextLine, ...]]:
    """Runs of lines from top to bottom; a run of three is also offered without its first and its last line."""
    for place, first in enumerate(lines):
        group: tuple[TextLine, ...] = (first,)
        for line in lines[place + 1 :]:
            if len(group) < _MOST_LINES and _follows(group[-1], line):
                group = (*group, line)
        if len(group) > 1:
            yield group
        if len(group) == _MOST_LINES:
            yield group[:2]


def _follows(above: TextLine, below: TextLine) -> bool:
    angle = math.radians((above.angle_deg + below.angle_deg) / 2)
    right, down = below.x - above.x, below.y - above.y
    along = right * math.cos(angle) + down * math.sin(angle)
    across = down * math.cos(angle) - right * math.sin(angle)
    height, length = (above.height + below.height) / 2, max(above.length, below.length)
    return (
        _APART[0] * height < across < _APART[1] * height
        and abs(above.length - below.length) < _ALIKE * length
        and abs(along) < _ALIKE / 2 * length
    )


def _cut(picture: GreyImage, scale: float, way: _Orientation, group: Group) -> ZoneCandidate:
    """The lines, each turned level and scaled to the same length, because a page seen at an angle distorts each."""
    pitch = median(math.dist((above.x, above.y), (below.x, below.y)) for above, below in itertools.pairwise(group))
    longest = max(group, key=lambda line: line.length)
    width = round(longest.length * (1 + 2 * _MARGIN) * PITCH / pitch)
    way_there = way.matrix @ np.diag([scale, scale, 1.0])
    strips = [_strip(picture, way_there, _whole(line, longest), width, pitch) for line in group]
    return ZoneCandidate(even_out_light(np.vstack(strips)), len(group), pitch / scale)


def _whole(line: TextLine, longest: TextLine) -> TextLine:
    """The line; if its end was not found, as long as the longest one."""
    missing = longest.length - line.length
    if missing < _FADED * longest.length:
        return line
    left, right = (side * (longest.x - line.x) + missing / 2 for side in (-1, 1))
    return replace(line, x=line.x + (missing / 2 if left < right else -missing / 2), length=longest.length)


def _strip(picture: GreyImage, way: Matrix, line: TextLine, width: int, pitch: float) -> GreyImage:
    """One line with the space above and below it, `PITCH` pixels high."""
    along = width / (line.length * (1 + 2 * _MARGIN))
    angle = math.radians(line.angle_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    level = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    level[:2, 2] = -level[:2, :2] @ [line.x, line.y]
    to_strip = np.array([[along, 0.0, width / 2], [0.0, PITCH / pitch, PITCH / 2], [0.0, 0.0, 1.0]])
    matrix = (to_strip @ level @ way)[:2]
    strip = cv2.warpAffine(picture, matrix, (width, PITCH), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return strip.astype(np.uint8, copy=False)
