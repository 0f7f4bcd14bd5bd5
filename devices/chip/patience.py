"""How long a reading may last, and the hand that ends it earlier."""

from concurrent.futures import Future
from threading import Event
from time import monotonic
from typing import TypeVar

from devices.chip.errors import ChipSlow, ReadingCancelled

_LOOK_S = 0.05
"""Between two looks at whether a stalled reading was cancelled."""
_T = TypeVar("_T")


class Patience:
    """A deadline that starts now; `cancel` may be called from any thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds
        self._cancelled = Event()

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; 0 when it has passed."""
        return max(0.0, self._end - monotonic())

    def cancel(self) -> None:
        """End the reading at its next step."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise ReadingCancelled or ChipSlow where the reading must end."""
        if self._cancelled.is_set():
            raise ReadingCancelled
        if not self.left_s:
            raise ChipSlow(f"The chip did not finish within {self._seconds:g} seconds")

    def wait(self, done: Future[_T]) -> _T:
        """The result of work that goes on elsewhere, or its error; the same errors as `check` where it must end."""
        while True:
            try:
                return done.result(min(self.left_s, _LOOK_S))
            except TimeoutError:
                if done.done():
                    return done.result()
                self.check()
