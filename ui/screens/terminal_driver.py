"""How the desk reads from and draws on its terminal: Textual's driver, less what would keep a desk from ending.

- A terminal that is gone takes no text. Textual's writer would end there, and whoever draws then waits for it for ever:
  such a desk would keep its readers from the next one.
- A process that goes on after it was stopped gets one new reader of keys. Textual would add one to those there are
  unless it was stopped by Ctrl+Z, and each would get some of the characters of a scan. The signal only calls: what it
  interrupts may hold the lock of the text that waits to be drawn.
"""

from collections.abc import Callable
from typing import Any, TextIO, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from data.log.error_log import log_error


class TerminalDriver(LinuxDriver):
    """The driver of a desk in a terminal."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._file = cast(Any, TerminalOutput(cast(TextIO, self._file)))

    def _sigcont_application(self, *_signal: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        if self._writer_thread is None:
            return  # it did not begin yet
        if not self._must_signal_resume:
            self.suspend_application_mode()
        super()._sigcont_application()


class TerminalOutput:
    """What is drawn on, until it is gone."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._is_gone = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: str) -> int:
        """Draw text."""
        self._try(lambda: self._file.write(text))
        return len(text)

    def flush(self) -> None:
        """What was drawn stands there."""
        self._try(self._file.flush)

    def _try(self, work: Callable[[], object]) -> None:
        if self._is_gone:
            return
        try:
            work()
        except OSError as error:
            self._is_gone = True  # the desk ends: the terminal's end is noticed by whoever reads from it
            log_error(error)
