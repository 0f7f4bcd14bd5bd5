"""Follows what is in front of a live camera from frame to frame.

- A frame that shows the same as the one before is not read, so that an empty desk is not read ten times a second.
- A zone becomes a document when two pictures read the same (three if a check digit is wrong). Each document is given
  out once until it has left the picture.
- Each code is given out once until it has been out of the picture for a while.
"""

from collections.abc import Iterable

import cv2
import numpy as np

from data.documents.barcodes import MOST_CODES, Barcode
from devices.camera.picture import GreyImage
from devices.camera.zone_reader import ZoneReading
from devices.reading import RawReading

_THUMBNAIL_SIZE = (64, 48)
_SAME_DIFFERENCE = 2.0
"""Mean difference of thumbnails, of 255; the noise of a dim picture is below one."""

CODE_GONE_S = 2.0
"""Without the code in view, after which it counts as a new one; not every frame of a paper in a hand is sharp."""

AGREE, AGREE_ON_WRONG = 2, 3
"""Pictures that must agree; more if a check digit is wrong, which is more often misread than misprinted."""
ZONE_GONE_S = 1.0
"""Without the zone in view, after which the same document counts as a new one; a hand passes more quickly."""
_ALIKE_SHARE = 0.2
"""Share of positions at which two readings of one document may differ."""


class ChangeDetector:
    """Compares each picture with the last one that was different."""

    def __init__(self) -> None:
        self._last_thumbnail: GreyImage | None = None

    def is_same(self, picture: GreyImage) -> bool:
        """Whether `picture` shows the same as the last different one."""
        small = cv2.resize(picture, _THUMBNAIL_SIZE, interpolation=cv2.INTER_AREA)
        if (
            self._last_thumbnail is not None
            and float(np.mean(cv2.absdiff(small, self._last_thumbnail))) < _SAME_DIFFERENCE
        ):
            return True
        self._last_thumbnail = small.astype(np.uint8, copy=False)
        return False

    def forget(self) -> None:
        """Treat the next picture as different."""
        self._last_thumbnail = None


class CodeTracker:
    """The codes in front of one camera."""

    def __init__(self) -> None:
        self._last_seen_s: dict[Barcode, float] = {}
        self._given_out: set[Barcode] = set()

    @property
    def now(self) -> tuple[Barcode, ...]:
        """The codes in view, in the order in which they appeared, at most MOST_CODES."""
        return tuple(self._last_seen_s)[:MOST_CODES]

    def add(self, codes: Iterable[Barcode], now_s: float) -> None:
        """Note the codes in the newest frame; `now_s` is from a monotonic clock."""
        for code in codes:
            self._last_seen_s[code] = now_s
        self._last_seen_s = {code: at for code, at in self._last_seen_s.items() if now_s - at <= CODE_GONE_S}
        self._given_out &= self._last_seen_s.keys()

    def take_new(self) -> tuple[Barcode, ...]:
        """All codes in view if one of them is new, else none; marks them as given out."""
        if self._given_out.issuperset(self.now):
            return ()
        self._given_out.update(self.now)
        return self.now

    def reset(self) -> None:
        """Forget what was seen."""
        self._last_seen_s.clear()
        self._given_out.clear()


class ZoneTracker:
    """The readings of one camera."""

    def __init__(self) -> None:
        self._unconfirmed: list[ZoneReading] = []
        self._last_text = ""
        self._last_seen_s = 0.0

    @property
    def has_unconfirmed(self) -> bool:
        """Whether a zone was read that no other picture has confirmed yet."""
        return bool(self._unconfirmed)

    @property
    def is_in_view(self) -> bool:
        """Whether the document that was given out is in view, or was a moment ago."""
        return bool(self._last_text)

    def add(self, reading: ZoneReading | None, now_s: float) -> RawReading | None:
        """The document that this reading confirms, or None; `now_s` is from a monotonic clock."""
        if reading is None:
            if now_s - self._last_seen_s > ZONE_GONE_S:
                self.reset()
            return None
        self._last_seen_s = now_s
        if self._last_text and _alike(reading.text, self._last_text):
            return None
        same = [seen for seen in self._unconfirmed if seen.text == reading.text]
        self._unconfirmed = [*[seen for seen in self._unconfirmed if _alike(seen.text, reading.text)][-8:], reading]
        if len(same) + 1 < (AGREE if reading.is_valid else AGREE_ON_WRONG):
            return None
        self._unconfirmed, self._last_text = [], reading.text
        return RawReading(reading.text, _doubts([*same, reading]), len(same) + 1)

    def reset(self) -> None:
        """Forget what was seen."""
        self._unconfirmed, self._last_text = [], ""


def _doubts(readings: list[ZoneReading]) -> tuple[int, ...]:
    """Positions that are uncertain in every reading: one certain reading is enough."""
    return tuple(sorted(set.intersection(*(set(reading.doubts) for reading in readings))))


def _alike(text: str, other_text: str) -> bool:
    if len(text) != len(other_text):
        return False
    return sum(a != b for a, b in zip(text, other_text, strict=True)) <= _ALIKE_SHARE * len(text)
