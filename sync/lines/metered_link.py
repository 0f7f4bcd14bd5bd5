"""A thin line under the kit's own rules: paced to its rate, ended when its budget or its hours end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from sync.lines.mirrors import SourcedLink
from sync.lines.source import Source

_LONGEST_PAUSE_S = 0.25
"""Between two looks whether to stop."""
_LEAST_PART = 1024


class Pace:
    """A rate in bytes a second that is held on the average since the last idle moment, by all threads together."""

    def __init__(self, bytes_s: float, *, sleep: Callable[[float], None], now: Callable[[], float] = monotonic) -> None:
        self._bytes_s = bytes_s
        self._sleep = sleep
        self._now = now
        self._free_at = 0.0
        self._lock = Lock()

    def parts(self, piece: bytes) -> Iterator[bytes]:
        """`piece` in parts that a moment holds, so that what comes in a gust does not pass in one."""
        size = max(_LEAST_PART, int(self._bytes_s * _LONGEST_PAUSE_S)) if self._bytes_s else max(1, len(piece))
        for start in range(0, len(piece), size):
            yield piece[start : start + size]

    def passed(self, count: int, must_go_on: Callable[[], None]) -> None:
        """Wait until `count` bytes more fit the rate."""
        if not self._bytes_s:
            return
        with self._lock:
            self._free_at = free_at = max(self._free_at, self._now()) + count / self._bytes_s
        while (left := free_at - self._now()) > 0:
            must_go_on()
            self._sleep(min(left, _LONGEST_PAUSE_S))


class MeteredLink:
    """Another link, whose every piece is paced and counted, and which asks before each whether it may go on."""

    def __init__(self, link: SourcedLink, pace: Pace, passed: Callable[[int], None]) -> None:
        self._link = link
        self._pace = pace
        self._passed = passed

    @property
    def source(self) -> Source:
        """Where it leads."""
        return self._link.source

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `sync.lines.link.Link`."""
        self._passed(0)
        with self._link.open(path, offset, end) as pieces:
            yield self._metered(pieces)

    def _metered(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            for part in self._pace.parts(piece):
                self._pace.passed(len(part), lambda: self._passed(0))
                yield part
                self._passed(len(part))
