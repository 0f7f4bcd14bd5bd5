"""One line above the input: what was recorded, what waits, what to do about an error."""

from textual.content import Content
from textual.widgets import Static

from ui.keys import Privacy
from ui.screens.note import Note, Tone


class MessageLine(Static):
    """The newest note; two lines when it is long."""

    DEFAULT_CSS = "MessageLine { height: auto; min-height: 1; max-height: 3; padding: 0 1; color: $ink; }"

    def __init__(self) -> None:
        super().__init__("", markup=False)

    def show(self, note: Note, privacy: Privacy) -> None:
        """Draw a note."""
        text = note.quiet if privacy is Privacy.QUIET else note.text
        self.update(Content.styled(text, "bold $warn-ink" if note.tone is Tone.WARN else "$ink"))
