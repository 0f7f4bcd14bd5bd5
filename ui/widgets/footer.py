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

WAITING_COLUMNS = 28
"""A row of 80 cells has 44 for a line of a zone and its cursor beside it."""


class MessageLine(Static):
    """The newest note; up to three lines."""

    DEFAULT_CSS = "MessageLine { height: auto; min-height: 1; max-height: 3; padding: 0 1; color: $ink; }"

    def __init__(self) -> None:
        super().__init__("", markup=False)

    def show(self, note: Note, privacy: Privacy) -> None:
        """Draw a note."""
        text = note.quiet if privacy is Privacy.QUIET else note.text
        self.update(Content.styled(safe(text, MOST), "bold $warn-ink" if note.tone is Tone.WARN else "$ink"))


class WaitingLine(Static):
    """The documents that wait, at the right of the input; no wider than what the lines of a zone leave."""

    DEFAULT_CSS = (
        f"WaitingLine {{ width: auto; max-width: {WAITING_COLUMNS}; height: 1; text-align: right; color: $ink; }}"
    )

    def __init__(self) -> None:
        super().__init__("", markup=False)

    def show(self, waiting: WaitingDocuments, privacy: Privacy) -> None:
        """Draw what waits."""
        self.update(Content.styled(waiting_line(waiting, privacy, WAITING_COLUMNS), "bold $ink"))


class FooterKeys(Static):
    """One line of keys."""

    DEFAULT_CSS = "FooterKeys { height: 1; background: $status-paper; color: $ink; }"

    def __init__(self, keymap: Mapping[str, str]) -> None:
        super().__init__("", markup=False)
        self._keymap = keymap

    def show(self, working: Collection[DeskAction], privacy: Privacy) -> None:
        """Draw the keys that work now."""
        places = [
            Content.assemble((key, "bold $warn-ink"), " ", word)
            for key, word in footer_places(working, privacy, self._keymap)
        ]
        self.update(Content(" ").join(places))
