"""Warm and cold times of a sealed list on disk."""

import os
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter, thread_time
from typing import TypeVar

from tests.benchmarks.report import percentile

_T = TypeVar("_T")
_ROUNDS = 5


def file_bytes(folder: Path, pattern: str) -> int:
    """Size of the files of a list."""
    return sum(path.stat().st_size for path in folder.glob(pattern))


def peak_mb() -> float:
    """The most memory this process had."""
    # Not getrusage: that counts what the parent had when it forked.
    return _number("/proc/self/status", "VmHWM") / 1024


def forget(folder: Path) -> None:
    """Drop a list's files from the page cache."""
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def recall(folder: Path) -> None:
    """Bring a list's files into the page cache."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def warm(what: Callable[[_T], object], asked: Sequence[_T]) -> tuple[float, float]:
    """CPU microseconds of each call, median and 99th percentile: each the median of five rounds.

    In a round a neighbour on the same processor may double every time; half of the rounds have to be that unlucky.
    """
    rounds = [_microseconds(what, asked[start::_ROUNDS]) for start in range(_ROUNDS)]
    half, most = (statistics.median(percentile(each, share) for each in rounds) for share in (50, 99))
    return half, most


def _microseconds(what: Callable[[_T], object], asked: Iterable[_T]) -> list[float]:
    samples = []
    for each in asked:
        start = thread_time()
        what(each)
        samples.append((thread_time() - start) * 1e6)
    return samples


def cold(folder: Path, what: Callable[[_T], object], asked: Iterable[_T]) -> tuple[float, float, float]:
    """Elapsed milliseconds of each call, median and 99th percentile; pages of 4 KiB read, median."""
    samples, pages = [], []
    for each in asked:
        forget(folder)
        before, start = _number("/proc/self/io", "read_bytes"), perf_counter()
        what(each)
        samples.append((perf_counter() - start) * 1e3)
        pages.append((_number("/proc/self/io", "read_bytes") - before) / 4096)
    return percentile(samples, 50), percentile(samples, 99), percentile(pages, 50)


def _number(path: str, name: str) -> int:
    return next(int(line.split()[1]) for line in Path(path).read_text().splitlines() if line.startswith(name))
