"""What a scanner types while a page with fields is open is no text for a field: it goes to the desk as a document.

- A keyboard-wedge scanner types into whatever has the focus: a form, or the palette. Characters faster than any hand
  (`ui.desk.typed_zone.Burst`) are taken out of the field again, and the desk's input line gets them, as if they had
  come there. What the officer had typed stays.
- Enter right after such characters may be the end of a scanner's first line. It waits for a moment: if more characters
  come it was, and if none do it is the officer's.
- It sees the keys before any widget does, so that a page with fields needs nothing of its own.
"""

from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.timer import Timer
from textual.widgets import Input
from textual.widgets.input import Selection

from ui.desk.typed_zone import FASTEST_HAND_S, LEAST_IN_A_BURST, NEXT_CHARACTER_S, Burst
from ui.dialogs.dialog import FormDialog
from ui.dialogs.sign_in import SignInPage
from ui.widgets.mrz_line import SCANNERS_OWN_S, MrzLine

_Before = list[tuple[str, Selection]]
_LEAST_BEFORE_ENTER = 4
"""Characters so fast that Enter after them may be a scanner's."""


class ScanGuard:
    """Watches the keys of one application. `pass_on` gives an event to the widgets after all."""

    def __init__(self, app: App[None], pass_on: Callable[[events.Key], Awaitable[None]]) -> None:
        self._app = app
        self._pass_on = pass_on
        self._burst = Burst()
        self._text = ""
        self._field: Input | None = None
        self._before: _Before = []
        """What was in the field before the burst, once the field has said it."""
        self._is_scan = False
        self._held: events.Key | None = None
        """Enter that may be a scanner's."""
        self._ends: Timer | None = None

    async def takes(self, event: events.Key | events.Paste) -> bool:
        """Whether the event is part of a scan, or may be: then no widget gets it."""
        if not self._has_fields():
            await self._end()
            return False
        if isinstance(event, events.Paste):
            return await self._takes_paste(event)
        if self._burst.count and event.time - self._burst.last > self._longest_gap_s:
            await self._end()
        if event.key in ("enter", "ctrl+j") or (event.key == "tab" and self._is_scan):
            return self._takes_enter(event)
        if event.is_printable and event.character:
            return self._takes_character(event.character, event.time)
        if self._is_scan and event.key.startswith("ctrl+"):  # a control character of the scanner's frame
            return True
        await self._end()
        return False

    @property
    def _longest_gap_s(self) -> float:
        return SCANNERS_OWN_S if self._is_scan else NEXT_CHARACTER_S

    def _has_fields(self) -> bool:
        """Whether the page on top has fields; the desk's own line takes scans by itself."""
        screen = self._app.screen
        if isinstance(screen.focused, MrzLine):
            return False
        return bool(screen.query(Input)) and not screen.query(MrzLine)

    async def _takes_paste(self, event: events.Paste) -> bool:
        if not self._is_scan:
            await self._end()
            if len(event.text) < LEAST_IN_A_BURST:
                return False
        self._is_scan = True
        self._text += event.text
        self._burst.paste(len(event.text), event.time)
        self._wait()
        return True

    def _takes_enter(self, event: events.Key) -> bool:
        seems_fast = (self._burst.last - self._burst.first) <= FASTEST_HAND_S * self._burst.count
        is_at_once = event.time - self._burst.last <= FASTEST_HAND_S
        if not self._is_scan and not (self._burst.count >= _LEAST_BEFORE_ENTER and seems_fast and is_at_once):
            self._forget()
            return False
        if not self._is_scan:
            self._held = event
        self._text += "\n"
        self._wait()
        return True

    def _takes_character(self, character: str, at: float) -> bool:
        if not self._burst.count:
            self._begin()
        self._burst.key(at)
        self._text += character
        if not self._is_scan and (self._held or self._burst.by_machine):
            self._is_scan, self._held = True, None
            if self._field:
                self._field.call_later(self._restore, self._field, self._before)
        if self._is_scan:
            self._wait()
        return self._is_scan

    def _begin(self) -> None:
        """Remember what is in the field, in order with the keys that it has still to handle."""
        focused = self._app.screen.focused
        self._field = focused if isinstance(focused, Input) else None
        self._before = []
        if self._field:
            self._field.call_later(self._note, self._field, self._before)

    @staticmethod
    def _note(field: Input, before: _Before) -> None:
        before.append((field.value, field.selection))

    @staticmethod
    def _restore(field: Input, before: _Before) -> None:
        for value, selection in before:
            field.value, field.selection = value, selection

    def _wait(self) -> None:
        if self._ends:
            self._ends.stop()
        self._ends = self._app.set_timer(self._longest_gap_s, self._end)

    async def _end(self) -> None:
        """No more characters come: the scan goes to the desk, and an Enter that waited to the page."""
        scan, held = self._text if self._is_scan else "", self._held
        self._forget()
        if scan:
            self._hand_to_desk(scan)
        if held:
            await self._pass_on(held)

    def _hand_to_desk(self, scan: str) -> None:
        """Where somebody has to sign in first, it goes nowhere."""
        is_locked = any(isinstance(screen, SignInPage) for screen in self._app.screen_stack)
        for screen in self._app.screen_stack:
            if isinstance(screen, FormDialog):
                screen.say_scan_went_to_desk()
            if is_locked:
                continue
            for line in screen.query(MrzLine):
                line.post_message(events.Paste(scan))

    def _forget(self) -> None:
        if self._ends:
            self._ends.stop()
        self._ends = self._held = self._field = None
        self._burst, self._text, self._is_scan = Burst(), "", False
