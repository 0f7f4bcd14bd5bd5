"""Help: every key and what it does, made from the registry of actions."""

from collections.abc import Mapping
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ui.desk.actions import ACTIONS, Privacy, explanation, key_name
from ui.dialogs.dialog import Dialog
from ui.verdict_style import VERDICT_STYLES

_OPEN = (
    "Enter admits, and only on CLEAR. Once it is recorded, Enter goes to the next traveller.",
    "Esc and then a digit stands for a function key: 1 to 9 are F1 to F9, 0 is F10. Esc twice empties the input line.",
    "Type or scan the two or three machine-readable lines; Enter ends each.",
)
_QUIET = _OPEN[1:]


class HelpDialog(Dialog[None]):
    """Every key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "close", "close", id="help.close", show=False)]

    def __init__(self, privacy: Privacy, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._privacy = privacy
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """One page."""
        page = VerticalScroll(Static(help_text(self._privacy, self._keymap)), classes="page")
        page.border_title = "Keys"
        page.border_subtitle = "↑ ↓ scroll · Esc or F1 closes"
        yield page

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one(VerticalScroll).focus()


def help_text(privacy: Privacy, keymap: Mapping[str, str]) -> RenderableType:
    """A line per key; openly also what the quiet digits mean."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    for action in ACTIONS:
        table.add_row(Text(key_name(action, keymap), "bold"), Text(explanation(action, privacy)))
    notes = [Text(note) for note in (_QUIET if privacy is Privacy.QUIET else _OPEN)]
    digits = " · ".join(f"{style.digit} {style.shape} {style.word}" for style in VERDICT_STYLES.values())
    meaning = [] if privacy is Privacy.QUIET else [Text(f"In quiet mode a digit stands for the verdict: {digits}")]
    return Group(table, Text(""), *notes, *meaning)
