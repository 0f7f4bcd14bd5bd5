"""The deadline of one chip's reading, which another thread may end earlier."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event
from time import monotonic
from typing import TypeVar

from data.text import Message, _
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
        self._error: Callable[[Message], ChipError] = ChipSlow

    @contextmanager
    def report_expiry_as(self, error: Callable[[Message], ChipError]) -> Iterator[None]:
        """Within this, raise `error` when the time is over: for commands where silence has a meaning of its own."""
        before, self._error = self._error, error
        try:
            yield
        finally:
            self._error = before

    def expiry_error(self, what: Message) -> ChipError:
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
        """Raise ReadingCancelled, or the error for a chip that was too slow, if the reading must end."""
        if self._cancelled.is_set():
            raise ReadingCancelled
        if not self.left_s:
            says = _("The chip did not finish within {seconds} seconds", seconds=f"{self._seconds:g}")
            raise self.expiry_error(says)

    def wait(self, future: Future[_T]) -> _T:
        """The result of work in another thread, or its error; raises as `check` does."""
        while True:
            try:
                return future.result(min(self.left_s, _LOOK_S))
            except TimeoutError:
                if future.done():
                    return future.result()
                self.check()
