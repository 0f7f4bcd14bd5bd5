"""The lines at the foot of the desk: the newest note above the input, and the keys below it.

- The note says what was recorded, what waits, and what to do about an error.
- Only keys that do something now are shown, each always in its place.
"""

from collections.abc import Collection, Mapping

from textual.content import Content
from textual.widgets import Static

from ui.desk.actions import DeskAction, Privacy, footer_places
from ui.desk.notes import MOST, Note, Tone
from ui.desk.waiting import WaitingDocuments, waiting_line
from ui.text.sanitize import safe
from ui.widgets import draw_in_place

MOST_ROWS = 3
"""Of a note."""
WAITING_COLUMNS = 28
"""A row of 80 cells has 44 for a line of a zone and its cursor beside it."""


class MessageLine(Static):
    """The newest note; up to `MOST_ROWS` lines."""

    DEFAULT_CSS = f"MessageLine {{ height: auto; min-height: 1; max-height: {MOST_ROWS}; padding: 0 1; color: $ink; }}"

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._shown: tuple[str, Tone] = ("", Tone.PLAIN)

    def show(self, note: Note, privacy: Privacy) -> None:
        """Draw a note."""
        shown = (safe(note.quiet if privacy is Privacy.QUIET else note.text, MOST), note.tone)
        if shown != self._shown:
            self._shown = shown
            content = Content.styled(shown[0], "bold $warn-ink" if note.tone is Tone.WARN else "$ink")
            draw_in_place(self, content, 1, MOST_ROWS)


class WaitingLine(Static):
    """The documents that wait, at the right of the input; no wider than what the lines of a zone leave."""

    DEFAULT_CSS = (
        f"WaitingLine {{ width: auto; max-width: {WAITING_COLUMNS}; height: 1; text-align: right; color: $ink; }}"
    )

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._shown = ""

    def show(self, waiting: WaitingDocuments, privacy: Privacy) -> None:
        """Draw what waits; the input line gets the columns that this leaves."""
        shown = waiting_line(waiting, privacy, WAITING_COLUMNS)
        if shown != self._shown:
            self._shown = shown
            self.update(Content.styled(shown, "bold $ink"))


class FooterKeys(Static):
    """One line of keys."""

    DEFAULT_CSS = "FooterKeys { height: 1; background: $status-paper; color: $ink; }"

    def __init__(self, keymap: Mapping[str, str]) -> None:
        super().__init__("", markup=False)
        self._keymap = keymap
        self._shown: list[tuple[str, str]] = []

    def show(self, working: Collection[DeskAction], privacy: Privacy) -> None:
        """Draw the keys that work now."""
        shown = footer_places(working, privacy, self._keymap)
        if shown != self._shown:
            self._shown = shown
            places = [Content.assemble((key, "bold $warn-ink"), " ", word) for key, word in shown]
            self.update(Content(" ").join(places), layout=False)
