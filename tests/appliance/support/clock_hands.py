"""The hands of a clock, which a test moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from data.clock import Clock, Uptime


@dataclass
class Hands:
    """Of a clock."""

    now: datetime = field(default_factory=lambda: datetime(2026, 7, 1, 12, tzinfo=UTC))
    uptime: Uptime = field(default_factory=lambda: Uptime("boot-1", 60.0))

    def clock(self) -> Clock:
        return Clock(read=lambda: self.now, read_uptime=lambda: self.uptime)
