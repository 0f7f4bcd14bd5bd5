"""What the kernel says of another process: its limits, its mask, whether it is there."""

import resource
from pathlib import Path


def allow_core_dumps() -> None:
    """For `preexec_fn`: as on a machine whose administrator collects core dumps."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def core_limits(pid: int) -> tuple[str, str]:
    """Soft and hard limit of a core dump."""
    (line,) = [line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith("Max core")]
    soft, hard = line.split()[4:6]
    return soft, hard


def mask(pid: int) -> int:
    """Which permissions its new files lack."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Umask:")]
    return int(line.split()[1], 8)


def is_running(pid: int) -> bool:
    """Whether it runs; what has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
