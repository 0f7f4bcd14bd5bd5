"""How far a run is: bytes done and left of each list, and the minutes that takes at the rate measured just now."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

WINDOW_S = 30.0
"""The rate is measured over this long: a satellite link comes in gusts."""
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class ListProgress:
    """One list that lacks something."""

    name: str
    done: int
    """Bytes that came in this run."""
    total: int
    """Bytes that lacked when it began."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A run on its way."""

    current: str = ""
    """The list that is loading or being applied; empty while metadata is read."""
    lists: tuple[ListProgress, ...] = ()
    bytes_s: float = 0.0

    @property
    def done(self) -> int:
        """Bytes of lists that came."""
        return sum(min(one.done, one.total) for one in self.lists)

    @property
    def total(self) -> int:
        """Bytes of lists that lacked when it began."""
        return sum(one.total for one in self.lists)

    @property
    def seconds_left(self) -> float | None:
        """At the rate measured; None while there is none."""
        return (self.total - self.done) / self.bytes_s if self.bytes_s else None


class Meter:
    """Measures one run; `told` hears of each change, as often as pieces come; `each_minute` is called in between."""

    def __init__(
        self,
        told: Callable[[Progress], None] = lambda progress: None,
        each_minute: Callable[[], None] = lambda: None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.progress = Progress()
        self._told = told
        self._now = now
        self._came: deque[tuple[float, int]] = deque()
        self._each_minute = each_minute
        self._minute = now()

    def expect(self, missing: Mapping[str, int]) -> None:
        """What each list lacks, in the order they will come."""
        lists = tuple(ListProgress(name, 0, count) for name, count in missing.items() if count)
        self._tell(replace(self.progress, lists=lists))

    def begin(self, name: str) -> None:
        """The list `name` is next."""
        self._tell(replace(self.progress, current=name))

    def came(self, count: int) -> None:
        """A piece came."""
        now = self._now()
        self._came.append((now, count))
        while self._came[0][0] < now - WINDOW_S:
            self._came.popleft()
        span = now - self._came[0][0]
        rate = sum(one for _, one in list(self._came)[1:]) / span if span > 0 else self.progress.bytes_s
        current = self.progress.current
        lists = tuple(
            replace(one, done=one.done + count) if one.name == current else one for one in self.progress.lists
        )
        self._tell(replace(self.progress, lists=lists, bytes_s=rate))
        if now - self._minute >= _MINUTE_S:
            self._minute = now
            self._each_minute()

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        self._told(progress)
