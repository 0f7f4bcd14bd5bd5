"""How long a reading may last, and the hand that ends it earlier."""

from threading import Event
from time import monotonic

from devices.chip.errors import ChipSlow, ReadingCancelled


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
