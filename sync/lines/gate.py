"""Holds a run of the courier to the kit's hours, rate and budget; everything that crosses the thin line passes here.

Files come in one thread while reports go in another: both are counted into the same budget, each as it passes and in
the end by what really crossed the wire.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from threading import Lock

from data.courier_settings import CourierSettings
from sync.lines.budget import Allowance, Load, Spent
from sync.lines.metered_link import MeteredLink, Pace
from sync.lines.mirrors import SourcedLink
from sync.lines.wire import Traffic

_KBIT_BYTES = 125
_WRITE_EACH = 1_000_000
"""Spent bytes are put on the disk each time this much has passed."""


class Rules(Enum):
    """Whether the kit's own settings hold for a run."""

    KEEP = "keep"
    SET_ASIDE = "set aside"
    """A technician stands beside it and wants it now; what it costs is counted all the same."""


@dataclass(slots=True)
class _Count:
    """Bytes that passed one way, and how many of them `Spent` knows of."""

    passed: int = 0
    written: int = 0


class Gate:
    """The rules of one kit for one run."""

    def __init__(
        self,
        settings: CourierSettings,
        spent: Spent,
        now: Callable[[], datetime],
        rules: Rules = Rules.KEEP,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`now` in local time."""
        self._allowance = Allowance.of(settings) if rules is Rules.KEEP else Allowance()
        self._spent = spent
        self._now = now
        self._pace = Pace(settings.rate_kbit_s * _KBIT_BYTES if rules is Rules.KEEP else 0, sleep=sleep)
        self._missing = 0
        self._came, self._went = _Count(), _Count()
        self._lock = Lock()

    def wrapped(self, link: SourcedLink) -> SourcedLink:
        """The link under these rules, where it leads over the thin line."""
        return MeteredLink(link, self._pace, self.passed) if link.source.metered else link

    @contextmanager
    def loading(self, missing: int) -> Iterator[None]:
        """Inside the block a list loads of which `missing` bytes lack; outside, what is small and always comes."""
        self._missing = missing
        try:
            yield
        finally:
            self._missing = 0

    def passed(self, count: int) -> None:
        """Count bytes that came; Postponed when nothing more may come now (also with 0, before anything came)."""
        with self._lock:
            self._count(self._came, count)
            self._must_be_allowed(self._missing, Load.FILES)

    def sent(self, count: int) -> None:
        """Count bytes of reports and their acknowledgements."""
        with self._lock:
            self._count(self._went, count)

    def paced(self, content: bytes) -> Iterator[bytes]:
        """What is to be sent, in parts at the kit's rate, which it shares with what comes."""
        for part in self._pace.parts(content):
            self._pace.passed(len(part), lambda: None)
            yield part

    def may_send(self, waiting: int) -> None:
        """Postponed when reports of which `waiting` bytes are left, more or less, may not go now."""
        with self._lock:
            self._must_be_allowed(waiting, Load.REPORTS)

    def settle(self, traffic: Traffic) -> None:
        """After the files: count what really crossed the wire, headers and handshakes included."""
        self._came = self._settled(self._came, traffic)

    def settle_reports(self, traffic: Traffic) -> None:
        """The same after the reports."""
        self._went = self._settled(self._went, traffic)

    def renews(self) -> datetime:
        """When something that was refused may pass."""
        with self._lock:
            return self._allowance.renews(self._spent.spending, self._now())

    def _must_be_allowed(self, missing: int, load: Load) -> None:
        unwritten = sum(one.passed - one.written for one in (self._came, self._went))
        spending = self._spent.spending.plus(unwritten, self._now())
        if refusal := self._allowance.refusal(spending, self._now(), missing, load):
            raise refusal

    def _count(self, way: _Count, count: int) -> None:
        way.passed += count
        if way.passed - way.written >= _WRITE_EACH:
            self._write(way, way.passed)

    def _settled(self, way: _Count, traffic: Traffic) -> _Count:
        with self._lock:
            self._write(way, max(traffic.total, way.passed))
        return _Count()

    def _write(self, way: _Count, total: int) -> None:
        self._spent.add(total - way.written, self._now())
        way.written = total
