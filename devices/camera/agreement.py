"""When a live camera's readings become a document: two pictures that say the same, and each document once."""

from devices.camera.zone_reader import ZoneReading
from devices.reading import Seen

AGREE = 2
"""Pictures that have to read the same."""
GONE = 3
"""Pictures without the zone after which the same document counts as presented again."""
_NEAR = 0.2
"""Share of places at which two readings of one document may differ."""


class Agreement:
    """The readings of one camera, one after the other."""

    def __init__(self) -> None:
        self._seen: list[ZoneReading] = []
        self._given = ""
        self._missing = 0

    @property
    def begun(self) -> bool:
        """Whether a zone is in view that no second picture has confirmed yet."""
        return bool(self._seen)

    def add(self, reading: ZoneReading | None) -> Seen | None:
        """The document that this reading confirms, if it does."""
        if reading is None:
            self._missing += 1
            if self._missing >= GONE:
                self._seen.clear()
                self._given = ""
            return None
        self._missing = 0
        if self._given and _alike(reading.text, self._given):
            return None
        same = [one for one in self._seen if one.text == reading.text]
        self._seen = [*[one for one in self._seen if _alike(one.text, reading.text)][-8:], reading]
        if len(same) + 1 < AGREE:
            return None
        self._seen, self._given = [], reading.text
        return Seen(reading.text, _doubts([*same, reading]), len(same) + 1)

    def reset(self) -> None:
        """Forget what was seen."""
        self.__init__()  # type: ignore[misc]


def _doubts(readings: list[ZoneReading]) -> tuple[int, ...]:
    """Places that every one of them doubts: two pictures that agree settle what one was not sure of."""
    return tuple(sorted(set.intersection(*(set(one.doubts) for one in readings))))


def _alike(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) <= _NEAR * len(one)
