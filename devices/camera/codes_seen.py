"""Which codes a camera sees now: each is told once until it has been out of the picture for a while."""

from collections.abc import Iterable

from data.documents.codes import MOST_CODES, Code

GONE_S = 2.0
"""Without the code in view, after which it counts as presented again: not every frame of a held paper is sharp."""


class CodesSeen:
    """The codes in front of one camera."""

    def __init__(self) -> None:
        self._last_seen_s: dict[Code, float] = {}
        self._told: set[Code] = set()

    @property
    def now(self) -> tuple[Code, ...]:
        """Those in view, in the order in which they came, at most MOST_CODES."""
        return tuple(self._last_seen_s)[:MOST_CODES]

    def add(self, codes: Iterable[Code], now_s: float) -> None:
        """What the newest frame shows; `now_s` on any clock that only goes forward."""
        for code in codes:
            self._last_seen_s[code] = now_s
        self._last_seen_s = {code: at for code, at in self._last_seen_s.items() if now_s - at <= GONE_S}
        self._told &= self._last_seen_s.keys()

    def untold(self) -> tuple[Code, ...]:
        """All that are in view, where one of them has not been given out; from now on they have been."""
        if self._told.issuperset(self.now):
            return ()
        self._told.update(self.now)
        return self.now

    def reset(self) -> None:
        """Forget what was seen."""
        self._last_seen_s.clear()
        self._told.clear()
