"""Where a driver works: the kit's home, its profile, its clock, and where device nodes are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from data.clock import system_time


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a driver works."""

    folder: Path
    """Relative paths in device URLs start here: the kit's home."""
    profile: Literal["development", "production"] = "production"
    now: Callable[[], datetime] = system_time
    """Trusted time, for provenance."""
    devices: Path = Path("/dev")
    """Where device nodes are looked for."""
    tap: Callable[[bytes], None] | None = None
    """Hears the bytes that come over the line of a driver that has one, also when it runs in another process."""
