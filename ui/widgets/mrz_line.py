"""The input line: an MRZ is typed, pasted, or arrives as keys from a keyboard-wedge scanner, two or three lines.

- Enter ends a line. The length of the first line says how many there are; Enter after the last one submits them.
- A burst too fast for a hand counts as machine-read, which is stricter (an exact match refers). A burst that breaks
  off is submitted as it is, so that half a scan never mixes with the next; but one with too few lines for a zone is
  nobody's document: it goes back into the input, and counts as typed from then on.
- A scan that comes into lines that were typed and not finished is taken alone; the typed ones stay in the input.
- What a scanner sends around a zone does no harm: a line end of two characters is one Enter, empty lines mean nothing
  in a burst, and what follows a scan without a pause and without a filler is the scanner's own and is left out.
- Esc and then a digit is a function key.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from data.documents.mrz.parse import is_whole_zone
from data.documents.travel_document import Capture
from ui.desk.typed_zone import (
    LINES_BY_LENGTH,
    MOST_CHARACTERS,
    MOST_LINES,
    MOST_SCANNED_LINES,
    Burst,
    is_complete,
    is_one_line_end,
)

BROKEN_OFF_S = 0.8
LEAST_LINES = 2
"""Of a zone whose first line has no length that a zone has."""
SCANNERS_OWN_S = 0.3
"""After a scan; no hand and no second document is as fast."""
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
    class PartGivenBack(Message):
        """A burst ended with too few lines for a zone; they are in the input."""

        lines: int

    @dataclass
    class TypedKept(Message):
        """A scan came into lines that were typed and not finished; they are still in the input."""

        text: str

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
        self._before_burst: tuple[tuple[str, ...], str] = ((), "")
        """What was in the input before the burst: typed lines, or half a scan."""
        self._is_half_scan = False
        """Whether what was there before is half a scan, which the next scan replaces."""
        self._armed_until = 0.0
        self._broken_off: Timer | None = None
        self._enter_at = 0.0
        self._scan_at = 0.0
        """When the last scan, or what followed it without a pause, ended."""
        self._last_progress: tuple[tuple[str, ...], int] = ((), 0)
        """The progress of the newest `Typing` message: an older event is not reported again."""

    def clear_all(self) -> None:
        """Forget every line."""
        self.lines.clear()
        self.value = ""
        self._last_progress = self._so_far()
        self._burst = Burst()
        self._before_burst, self._is_half_scan = ((), ""), False
        self._stop_waiting()

    def keep(self, text: str) -> None:
        """Put lines back, so that they can be corrected."""
        *self.lines, self.value = text.split("\n")
        self._last_progress = self._so_far()
        self._burst = Burst()
        self._before_burst = (tuple(self.lines), self.value)
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
            self._begin_burst_after_pause(event.time)
            self._burst.key(event.time)
            if self._is_scanners_own:
                self._broken_off = self.set_timer(SCANNERS_OWN_S, self._leave_out)

    def on_paste(self, event: events.Paste) -> None:
        """Take one or several lines; submit them when they are complete."""
        event.prevent_default()
        event.stop()
        text = event.text.strip()[: MOST_CHARACTERS * MOST_SCANNED_LINES]
        if not text:
            return
        self._begin_burst_after_pause(event.time)
        self._burst.paste(len(text), event.time)
        *before, last = filter(str.strip, text.splitlines())
        for line in before:
            self._finish(line)
        self.insert_text_at_cursor(last)
        by_machine = self._burst.by_machine
        if is_complete(self._burst_lines() if by_machine else [*self.lines, self.value], by_machine=by_machine):
            self._enter(event.time)

    def _begin_burst_after_pause(self, at: float) -> None:
        """Count speed from here after a pause: a scan may begin where a hand typed, or another scan broke off."""
        is_scan = self._burst.by_machine
        if self._burst.count and at - self._burst.last > (BROKEN_OFF_S if is_scan else SCANNERS_OWN_S):
            self._is_half_scan = is_scan and not any(self._before_burst)
            self._burst = Burst()
        if not self._burst.count:
            self._before_burst = (tuple(self.lines), self.value)

    def _burst_lines(self) -> list[str]:
        """The lines of the burst alone, without what was in the input before."""
        before, start = self._before_burst
        if tuple(self.lines[: len(before)]) != before:  # Backspace went further back
            before, start = self._before_burst = (), ""
        first, *others = [*self.lines, self.value][len(before) :]
        return [line for line in (first.removeprefix(start), *others) if line]

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
        is_end_of_same_line = not self.value and is_one_line_end(self._enter_at, at)
        self._enter_at = at
        if is_end_of_same_line:
            return
        self._stop_waiting()
        if self._is_scanners_own and "<" not in self.value:
            self._leave_out()
            self._scan_at = at
            return
        if not self.value and not self.lines:
            self.post_message(self.EnterPressed(at))
            return
        if self._burst.by_machine:
            self._end_line_of_scan()
            return
        if self.value:
            self._finish("")
        else:
            self._hand_over()
            return
        if is_complete(self.lines, by_machine=False) or len(self.lines) >= MOST_LINES:
            self._hand_over()

    def _end_line_of_scan(self) -> None:
        """A line of a burst has ended: the scan is whole, or another line comes at once, or it broke off."""
        scan = self._burst_lines()
        if self.value:
            self._finish("")
        if is_complete(scan, by_machine=True):
            self._hand_over_scan(scan)
        elif any(self._before_burst) and is_whole_zone("\n".join(self.lines)):
            self._hand_over()  # its lines came one by one
        else:
            self._broken_off = self.set_timer(BROKEN_OFF_S, self._end_broken_scan)

    def _end_broken_scan(self) -> None:
        """Hand over a damaged zone; give back what has too few lines to be one."""
        scan = self._burst_lines()
        if scan and len(scan) >= LINES_BY_LENGTH.get(len(scan[0]), LEAST_LINES):
            self._hand_over_scan(scan)
            return
        text = "\n".join(scan if self._is_half_scan or not any(self._before_burst) else self.lines)
        is_half_scan = self._is_half_scan or not any(self._before_burst)
        self.keep(text)
        self._is_half_scan = is_half_scan
        self.post_message(self.PartGivenBack(len(scan)))

    def _hand_over_scan(self, scan: Sequence[str]) -> None:
        """The lines of a scan; what was typed before it stays in the input, half a scan goes."""
        before, start = self._before_burst
        typed = "" if self._is_half_scan else "\n".join((*before, start))
        last = self._burst.last
        self.clear_all()
        self._scan_at = last
        self.post_message(self.Entered("\n".join(scan), Capture.MACHINE))
        if typed:
            self.keep(typed)
            self.post_message(self.TypedKept(typed))

    @property
    def _is_scanners_own(self) -> bool:
        """Whether what is in the input followed a scan without a pause."""
        begun = bool(self._scan_at and self._burst.count and not self.lines)
        return begun and self._burst.first - self._scan_at < SCANNERS_OWN_S

    def _leave_out(self) -> None:
        if "<" not in self.value:
            self.clear_all()

    def _hand_over(self) -> None:
        """What a hand typed, all of it or in part."""
        text = "\n".join([*self.lines, *([self.value] if self.value else [])])
        self._scan_at = 0.0
        self.clear_all()
        if text:
            self.post_message(self.Entered(text, Capture.TYPED))

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
