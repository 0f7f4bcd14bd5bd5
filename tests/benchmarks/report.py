"""How a benchmark speaks: the machine, medians with spread, one line per aim."""

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from time import perf_counter


def machine(*packages: str) -> None:
    """Print what the figures were measured on."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}")


def spread(samples: Sequence[float]) -> str:
    """`12.3 (11.9–13.0)`: the median and the middle half."""
    if len(samples) < 2:
        return f"{samples[0]:.3g}"
    low, middle, high = statistics.quantiles(samples, n=4)
    return f"{middle:.3g} ({low:.3g}–{high:.3g})"


def percentile(samples: Sequence[float], per_cent: float) -> float:
    """The value that `per_cent` of the samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * per_cent / 100))]


def peak_memory_mb(process: int | str = "self") -> float:
    """The most memory that a process had so far; 0 where it has ended.

    By proc(5): of `getrusage` a process that another one started inherits the other's peak.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0) / 1000


def timed(what: Callable[[], object], repeat: int = 1) -> list[float]:
    """Seconds each of `repeat` calls took."""
    samples = []
    for _ in range(repeat):
        start = perf_counter()
        what()
        samples.append(perf_counter() - start)
    return samples


def aim(name: str, ours: float, target: float, *, at_least: bool = False) -> None:
    """One line for people and scripts: `AIM documents.exact_us ours=21 target<=30 ok`."""
    met = ours >= target if at_least else ours <= target
    print(f"AIM {name} ours={ours:.4g} target{'>=' if at_least else '<='}{target:g} {'ok' if met else 'short'}")
