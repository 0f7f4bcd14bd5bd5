"""Holds a run of the courier to the kit's hours, rate and budget; everything that crosses the thin line passes here.

- A thin line is paced to its rate, and ended when its budget or its hours end.
- Files come in one thread while reports go in another: both are counted into the same budget, each as it passes and in
  the end by what really crossed the wire.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from threading import Lock
from time import monotonic

from data.kit.settings import CourierSettings
from sync.kit.connections.data_budget import Allowance, SpendingLog, TransferKind
from sync.kit.connections.mirrors import SourcedLink
from sync.kit.connections.transport import Traffic
from sync.link import Source

_LONGEST_PAUSE_S = 0.25
"""Between two looks whether to stop."""
_LEAST_PART = 1024

_KBIT_BYTES = 125
_WRITE_EACH = 1_000_000
"""Spent bytes are put on the disk each time this much has passed."""


class RateLimiter:
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

    def wait_for(self, count: int, must_go_on: Callable[[], None]) -> None:
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

    def __init__(self, link: SourcedLink, pace: RateLimiter, passed: Callable[[int], None]) -> None:
        self._link = link
        self._pace = pace
        self._passed = passed

    @property
    def source(self) -> Source:
        """Where it leads."""
        return self._link.source

    @contextmanager
    def open(self, path: str, offset: int = 0, end: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `sync.link.FileLink`."""
        self._passed(0)
        with self._link.open(path, offset, end) as pieces:
            yield self._meter(pieces)

    def _meter(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            for part in self._pace.parts(piece):
                self._pace.wait_for(len(part), lambda: self._passed(0))
                yield part
                self._passed(len(part))


class LimitMode(Enum):
    """Whether the kit's own settings hold for a run."""

    KEEP = "keep"
    SET_ASIDE = "set aside"
    """A technician wants it now; what it costs is still counted."""


@dataclass(slots=True)
class _Count:
    """Bytes that passed one way, and how many of them `SpendingLog` knows of."""

    passed: int = 0
    written: int = 0


class TransferLimiter:
    """The rules of one kit for one run."""

    def __init__(
        self,
        settings: CourierSettings,
        spent: SpendingLog,
        now: Callable[[], datetime],
        rules: LimitMode = LimitMode.KEEP,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`now` in local time."""
        self._allowance = Allowance.of(settings) if rules is LimitMode.KEEP else Allowance()
        self._spent = spent
        self._now = now
        self._rate = RateLimiter(settings.rate_kbit_s * _KBIT_BYTES if rules is LimitMode.KEEP else 0, sleep=sleep)
        self._missing = 0
        self._received, self._sent = _Count(), _Count()
        self._lock = Lock()

    def limit(self, link: SourcedLink) -> SourcedLink:
        """The link under these rules, where it leads over the thin line."""
        return MeteredLink(link, self._rate, self.count_received) if link.source.is_metered else link

    @contextmanager
    def loading(self, missing: int) -> Iterator[None]:
        """Inside the block a list with `missing` bytes still to come is loaded; outside it, only small files."""
        self._missing = missing
        try:
            yield
        finally:
            self._missing = 0

    def count_received(self, count: int) -> None:
        """Count received bytes; Postponed when no more may be received now (with 0: before the first)."""
        with self._lock:
            self._count(self._received, count)
            self._must_be_allowed(self._missing, TransferKind.FILES)

    def count_sent(self, count: int) -> None:
        """Count bytes of reports and their acknowledgements."""
        with self._lock:
            self._count(self._sent, count)

    def pace(self, content: bytes) -> Iterator[bytes]:
        """What is to be sent, in parts at the kit's rate, which it shares with what comes."""
        for part in self._rate.parts(content):
            self._rate.wait_for(len(part), lambda: None)
            yield part

    def may_send(self, waiting: int) -> None:
        """Postponed when reports of which `waiting` bytes are left, more or less, may not go now."""
        with self._lock:
            self._must_be_allowed(waiting, TransferKind.REPORTS)

    def settle(self, traffic: Traffic) -> None:
        """After the files: count what really crossed the wire, headers and handshakes included."""
        self._received = self._settle(self._received, traffic)

    def settle_reports(self, traffic: Traffic) -> None:
        """The same after the reports."""
        self._sent = self._settle(self._sent, traffic)

    def renews(self) -> datetime:
        """When something that was refused may pass."""
        with self._lock:
            return self._allowance.renews(self._spent.spending, self._now())

    def _must_be_allowed(self, missing: int, load: TransferKind) -> None:
        unwritten = sum(counter.passed - counter.written for counter in (self._received, self._sent))
        spending = self._spent.spending.plus(unwritten, self._now())
        if refusal := self._allowance.refusal(spending, self._now(), missing, load):
            raise refusal

    def _count(self, counter: _Count, count: int) -> None:
        counter.passed += count
        if counter.passed - counter.written >= _WRITE_EACH:
            self._write(counter, counter.passed)

    def _settle(self, counter: _Count, traffic: Traffic) -> _Count:
        with self._lock:
            self._write(counter, max(traffic.total, counter.passed))
        return _Count()

    def _write(self, counter: _Count, total: int) -> None:
        self._spent.add(total - counter.written, self._now())
        counter.written = total
