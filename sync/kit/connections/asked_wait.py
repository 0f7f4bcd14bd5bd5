"""A server's request to be left alone for some time (Retry-After), for as long as this process remembers it."""

import time
from dataclasses import dataclass
from typing import Self

from data.errors import AskedToWait


@dataclass(frozen=True, slots=True)
class AskedWait:
    """Until when a server is not asked again."""

    error: AskedToWait
    until_s: float
    """By CLOCK_BOOTTIME, which nobody can set and which counts sleep."""

    @classmethod
    def of(cls, error: AskedToWait) -> Self:
        """The wait that begins now."""
        error = AskedToWait(error.what, error.wait_s, means=error.means, do=error.do)  # holds no frame of the run
        return cls(error, _boot_seconds() + error.wait_s)

    def is_in_force(self) -> bool:
        """Whether it is too early to ask."""
        return _boot_seconds() < self.until_s


def _boot_seconds() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
