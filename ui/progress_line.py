"""How far a run is, on one line of the terminal that is drawn over; nothing where nobody looks."""

import shutil
import sys
from time import monotonic
from types import TracebackType
from typing import Self

from sync.progress import Progress

_EACH_S = 0.2
_CLEAR = "\r\x1b[K"


class ProgressLine:
    """A line on standard error, as long as that is a terminal."""

    def __init__(self) -> None:
        self._shown_at: float | None = None if sys.stderr.isatty() else float("inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, progress: Progress) -> None:
        """Draw it, a few times a second at most."""
        if self._shown_at is not None and monotonic() - self._shown_at < _EACH_S:
            return
        self._shown_at = monotonic()
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"{_CLEAR}{progress_words(progress)[:width]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown_at not in (None, float("inf")):
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
            self._shown_at = None


def progress_words(progress: Progress) -> str:
    """`un: 120 of 480 KB, in all 120 of 2,300 KB, 8 KB/s, 5 minutes left`."""
    if not progress.lists:
        return "Looking what is new …"
    current = next((one for one in progress.lists if one.name == progress.current), None)
    parts = []
    if current and current.done >= current.total:
        parts.append(f"{current.name}: {_kb(current.total)} KB, being put in place")
    elif current:
        parts.append(f"{current.name}: {_kb(current.done)} of {_kb(current.total)} KB")
    if len(progress.lists) > 1:
        parts.append(f"in all {_kb(progress.done)} of {_kb(progress.total)} KB")
    if progress.bytes_s:
        parts.append(f"{progress.bytes_s / 1000:.1f} KB/s")
    if progress.seconds_left:
        parts.append(f"{in_minutes(progress.seconds_left)} left")
    return ", ".join(parts)


def in_minutes(seconds: float) -> str:
    """A time as somebody who waits wants it: `less than a minute`, `5 minutes`, `3 h 20 min`, `2 days 4 h`."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min"
    return f"{hours // 24} days {hours % 24} h"


def _kb(count: int) -> str:
    return f"{count / 1000:,.0f}" if count >= 10_000 else f"{count / 1000:.1f}"
