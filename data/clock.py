"""The time this kit trusts: never before the newest signed time it has seen.

now = max(clock, floor). Nothing but a verified signed time raises the floor, so a clock set to 1970 or
to 2099 by accident neither deletes nor refuses anything (security.md, Clock).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def system_time() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class TrustedTime:
    """A reading of the clock against the floor."""

    now: datetime
    behind: bool
    """The machine's clock stood before the floor: show it, use the floor."""


@dataclass(frozen=True, slots=True)
class Running:
    """For how long this machine has been running; nobody can set this."""

    boot: str
    """Which start of the machine it is."""
    seconds: float
    """Since then, asleep or not."""


def running_time() -> Running:
    """For how long this machine has been running, as the kernel has it."""
    return Running(_BOOT_ID.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's clock with a floor under it."""

    floor: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    read: Callable[[], datetime] = system_time
    running: Callable[[], Running] = running_time

    def now(self) -> datetime:
        """max(clock, floor)."""
        return self.trusted().now

    def trusted(self) -> TrustedTime:
        """The time to use, and whether the clock was behind the floor."""
        clock = self.read()
        return TrustedTime(max(clock, self.floor), clock < self.floor)

    def not_before(self, signed: datetime) -> "Clock":
        """The same clock, with its floor at least at the verified time `signed`."""
        return replace(self, floor=max(self.floor, signed))
