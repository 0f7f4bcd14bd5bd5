"""When a live camera's readings become a document: two pictures that say the same, and each document once."""

from devices.camera.zone_reader import ZoneReading
from devices.reading import Seen

AGREE, AGREE_ON_WRONG = 2, 3
"""Pictures that have to read the same; more where a check digit is wrong, which is oftener misread than misprinted."""
GONE_S = 1.0
"""Without the zone in view, after which the same document counts as presented again: a hand passes more quickly."""
_NEAR = 0.2
"""Share of places at which two readings of one document may differ."""


class Agreement:
    """The readings of one camera, one after the other."""

    def __init__(self) -> None:
        self._seen: list[ZoneReading] = []
        self._given = ""
        self._last_seen_s = 0.0

    @property
    def waits(self) -> bool:
        """Whether a zone was read that no second picture has confirmed yet."""
        return bool(self._seen)

    @property
    def lies_there(self) -> bool:
        """Whether the document that was given out is still, or was just now, in view."""
        return bool(self._given)

    def add(self, reading: ZoneReading | None, now_s: float) -> Seen | None:
        """The document that this reading confirms, if it does; `now_s` on any clock that only goes forward."""
        if reading is None:
            if now_s - self._last_seen_s > GONE_S:
                self.reset()
            return None
        self._last_seen_s = now_s
        if self._given and _alike(reading.text, self._given):
            return None
        same = [one for one in self._seen if one.text == reading.text]
        self._seen = [*[one for one in self._seen if _alike(one.text, reading.text)][-8:], reading]
        if len(same) + 1 < (AGREE if reading.right else AGREE_ON_WRONG):
            return None
        self._seen, self._given = [], reading.text
        return Seen(reading.text, _doubts([*same, reading]), len(same) + 1)

    def reset(self) -> None:
        """Forget what was seen."""
        self._seen, self._given = [], ""


def _doubts(readings: list[ZoneReading]) -> tuple[int, ...]:
    """Places that every one of them doubts: two pictures that agree settle what one was not sure of."""
    return tuple(sorted(set.intersection(*(set(one.doubts) for one in readings))))


def _alike(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) <= _NEAR * len(one)
