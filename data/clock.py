"""The time this kit trusts: never before the newest signed time it has seen; and for how long the machine has run.

- now = max(clock, floor). Nothing but a verified signed time raises the floor, so a clock set to 1970 or to 2099 by
  accident neither deletes nor refuses anything (docs/threats.md, "The clock").
- The time since the machine started cannot be set by anybody; a `ClockReading` is one look at both clocks.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

MAX_SIGNED_AHEAD = timedelta(days=400)
"""A signed time further ahead of this kit's time is a mistake: it neither raises the floor nor counts as word."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def read_system_time() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class TrustedTime:
    """A reading of the clock against the floor."""

    now: datetime
    is_behind: bool
    """The machine's clock stood before the floor: show it, use the floor."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """For how long this machine has been running; nobody can set this."""

    boot: str
    """Which start of the machine it is."""
    seconds: float
    """Since then, asleep or not."""


def read_uptime() -> Uptime:
    """For how long this machine has been running, as the kernel has it."""
    return Uptime(_BOOT_ID.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's clock with a floor under it."""

    floor: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    read: Callable[[], datetime] = read_system_time
    read_uptime: Callable[[], Uptime] = read_uptime

    def now(self) -> datetime:
        """max(clock, floor)."""
        return self.trusted_time().now

    def trusted_time(self) -> TrustedTime:
        """The time to use, and whether the clock was behind the floor."""
        now = self.read()
        return TrustedTime(max(now, self.floor), now < self.floor)

    def not_before(self, signed: datetime) -> "Clock":
        """The same clock, with its floor at least at the verified time `signed`."""
        return replace(self, floor=max(self.floor, signed))


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One look at both clocks."""

    boot: str
    """Which start of the machine this is."""
    boot_s: float
    """Seconds since then, asleep or not."""
    now: datetime
    """The calendar, over its floor."""
    is_behind: bool
    """The calendar stands before signed time: it is worth nothing."""
    signed: datetime = _NEVER
    """The newest time that was signed and verified here, whatever it was signed for."""

    @classmethod
    def of(cls, clock: Clock) -> "ClockReading":
        """Now."""
        time, uptime = clock.trusted_time(), clock.read_uptime()
        return cls(uptime.boot, uptime.seconds, time.now, time.is_behind, clock.floor)
