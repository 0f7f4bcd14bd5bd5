"""Holds a run of the courier to the kit's hours, rate and budget; everything that crosses the thin line passes here."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum

from data.courier_settings import CourierSettings
from sync.lines.budget import Allowance, Spent
from sync.lines.metered_link import MeteredLink, Pace
from sync.lines.mirrors import SourcedLink
from sync.lines.wire import Traffic

_KBIT_BYTES = 125
_WRITE_EACH = 1_000_000
"""Spent bytes are put on the disk each time this much has come."""


class Rules(Enum):
    """Whether the kit's own settings hold for a run."""

    KEEP = "keep"
    SET_ASIDE = "set aside"
    """A technician stands beside it and wants it now; what it costs is counted all the same."""


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
        self._came = 0
        self._written = 0

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
        self._came += count
        if self._came - self._written >= _WRITE_EACH:
            self._write(self._came)
        unwritten = self._spent.spending.plus(self._came - self._written, self._now())
        if refusal := self._allowance.refusal(unwritten, self._now(), self._missing):
            raise refusal

    def settle(self, traffic: Traffic) -> None:
        """After the run: count what really crossed the wire, headers and handshakes included."""
        self._write(max(traffic.total, self._came))
        self._came = self._written = 0

    def renews(self) -> datetime:
        """When something that was refused may load."""
        return self._allowance.renews(self._spent.spending, self._now())

    def _write(self, total: int) -> None:
        self._spent.add(total - self._written, self._now())
        self._written = total
