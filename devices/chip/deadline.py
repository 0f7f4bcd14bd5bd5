"""Says how long the reading of a chip may last, and lets another thread end it earlier."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import TypeVar

from devices.chip.errors import ChipError, ChipSlow, ReadingCancelled

_LOOK_S = 0.05
"""Between two looks at whether a stalled reading was cancelled."""
_T = TypeVar("_T")


class Deadline:
    """A deadline that starts now; `cancel` may be called from any thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds
        self._cancelled = Event()
        self._error: Callable[[str], ChipError] = ChipSlow

    @contextmanager
    def report_expiry_as(self, error: Callable[[str], ChipError]) -> Iterator[None]:
        """Within this, time that runs out is told as `error`: where silence has a meaning of its own."""
        before, self._error = self._error, error
        try:
            yield
        finally:
            self._error = before

    def expiry_error(self, what: str) -> ChipError:
        """The error for a chip that keeps silent."""
        return self._error(what)

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; 0 when it has passed."""
        return max(0.0, self._end - monotonic())

    def cancel(self) -> None:
        """End the reading at its next step."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise ReadingCancelled, or the error of a chip that was too slow, where the reading must end."""
        if self._cancelled.is_set():
            raise ReadingCancelled
        if not self.left_s:
            raise self.expiry_error(f"The chip did not finish within {self._seconds:g} seconds")

    def wait(self, future: Future[_T]) -> _T:
        """The result of work that goes on elsewhere, or its error; the same errors as `check` where it must end."""
        while True:
            try:
                return future.result(min(self.left_s, _LOOK_S))
            except TimeoutError:
                if future.done():
                    return future.result()
                self.check()
