"""The input line: an MRZ is typed, pasted, or arrives as keys from a keyboard-wedge scanner, two or three lines.

- Enter ends a line. The length of the first line says how many there are; Enter after the last one submits them.
- A burst too fast for a hand counts as machine-read, which is stricter (an exact match refers). A burst that breaks
  off is submitted as it is, so that half a scan never mixes with the next.
- Esc and then a digit is a function key.
"""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from data.documents.travel_document import Capture
from ui.desk.typed_zone import LINES_BY_LENGTH, MOST_CHARACTERS, MOST_LINES, Burst

BROKEN_OFF_S = 0.8
ARMED_S = 4.0


class MrzLine(Input):
    """One line of an MRZ at a time; it keeps the finished lines before it."""

    DEFAULT_CSS = """
    MrzLine, MrzLine:focus { width: 1fr; height: 1; border: none; padding: 0; background: $paper; color: $ink; }
    """

    @dataclass
    class Entered(Message):
        """The lines are complete, or Enter submitted them."""

        text: str
        capture: Capture

    @dataclass
    class Typing(Message):
        """Something was typed: the lines before this one, and the length of this one."""

        lines: tuple[str, ...]
        length: int

    @dataclass
    class EnterPressed(Message):
        """Enter with nothing typed; `at` is in seconds of the monotonic clock."""

        at: float

    @dataclass
    class FunctionDigit(Message):
        """Esc and then this digit."""

        digit: str

    class Armed(Message):
        """Esc was pressed: a digit may follow."""

    def __init__(self) -> None:
        super().__init__(max_length=MOST_CHARACTERS, select_on_focus=False, compact=True)
        self.lines: list[str] = []
        self._burst = Burst()
        self._armed_until = 0.0
        self._broken_off: Timer | None = None
        self._last_progress: tuple[tuple[str, ...], int] = ((), 0)
        """The progress of the newest `Typing` message: an older event is not reported again."""

    def clear_all(self) -> None:
        """Forget every line."""
        self.lines.clear()
        self.value = ""
        self._last_progress = self._so_far()
        self._burst = Burst()
        self._stop_waiting()

    def keep(self, text: str) -> None:
        """Put lines back, so that they can be corrected."""
        *self.lines, self.value = text.split("\n")
        self._last_progress = self._so_far()
        self._burst = Burst()
        self.cursor_position = len(self.value)

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert `text` in capitals, as in an MRZ."""
        super().insert_text_at_cursor(text.upper())

    def on_key(self, event: events.Key) -> None:
        """Handle Esc and digits, Enter, and how fast characters come; `Input` does the rest."""
        digit = event.key.removeprefix("alt+")
        if digit.isdigit() and (event.key != digit or event.time < self._armed_until):
            self._armed_until = 0.0
            self._consume(event, self.FunctionDigit(digit))
        elif event.key == "escape":
            self._escape(event)
        elif event.key in ("enter", "ctrl+j"):
            self._consume(event, None)
            self._enter(event.time)
        elif event.key == "backspace" and not self.value and self.lines:
            self._consume(event, None)
            self.value = self.lines.pop()
            self.cursor_position = len(self.value)
        elif event.is_printable:
            self._armed_until = 0.0
            self._stop_waiting()
            self._burst.key(event.time)

    def on_paste(self, event: events.Paste) -> None:
        """Take one or several lines; submit them when they are complete."""
        event.prevent_default()
        event.stop()
        text = event.text.strip()[: MOST_CHARACTERS * MOST_LINES]
        if not text:
            return
        self._burst.paste(len(text), event.time)
        *before, last = text.splitlines()
        for line in before:
            self._finish(line)
        self.insert_text_at_cursor(last)
        if self._complete([*self.lines, self.value]):
            self._enter(event.time)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Report how far the line is."""
        event.stop()
        if self._so_far() != self._last_progress:
            self._last_progress = self._so_far()
            self.post_message(self.Typing(*self._last_progress))

    def _so_far(self) -> tuple[tuple[str, ...], int]:
        return tuple(self.lines), len(self.value)

    def _finish(self, line: str) -> None:
        self.insert_text_at_cursor(line)
        self.lines.append(self.value.strip())
        self.value = ""

    def _enter(self, at: float) -> None:
        self._stop_waiting()
        if not self.value and not self.lines:
            self.post_message(self.EnterPressed(at))
            return
        if self.value:
            self._finish("")
            if not self._complete(self.lines) and len(self.lines) < MOST_LINES:
                if self._burst.by_machine:
                    self._broken_off = self.set_timer(BROKEN_OFF_S, self._hand_over)
                return
        self._hand_over()

    def _hand_over(self) -> None:
        text = "\n".join([*self.lines, *([self.value] if self.value else [])])
        capture = Capture.MACHINE if self._burst.by_machine else Capture.TYPED
        self.clear_all()
        if text:
            self.post_message(self.Entered(text, capture))

    def _complete(self, lines: list[str]) -> bool:
        return len(lines) >= LINES_BY_LENGTH.get(len(lines[0].strip()), MOST_LINES)

    def _escape(self, event: events.Key) -> None:
        if event.time < self._armed_until:
            self._armed_until = 0.0
            self.clear_all()
        else:
            self._armed_until = event.time + ARMED_S
        self._consume(event, self.Armed())

    def _consume(self, event: events.Key, message: Message | None) -> None:
        event.prevent_default()
        event.stop()
        if message:
            self.post_message(message)

    def _stop_waiting(self) -> None:
        if self._broken_off is not None:
            self._broken_off.stop()
            self._broken_off = None
