"""Help: every key and what it does, from the registry of actions."""

from collections.abc import Mapping
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from data.text import Message, _, join
from ui.desk.actions import ACTIONS, Privacy, explanation, key_name
from ui.dialogs.dialog import Dialog
from ui.text.translation import translate
from ui.verdict_style import VERDICT_STYLES

_OPEN = (
    _("Enter admits, only on CLEAR and never what was typed. Once it is recorded, Enter goes to the next traveller."),
    _("Esc and then a digit is a function key: 1 to 9 are F1 to F9, 0 is F10. Esc twice empties the input line."),
    _("Type or scan the two or three machine-readable lines; Enter ends each."),
)
_QUIET = _OPEN[1:]


class HelpDialog(Dialog[None]):
    """Every key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "close", _("close"), id="help.close", show=False)]

    def __init__(self, privacy: Privacy, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._privacy = privacy
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """One page."""
        page = VerticalScroll(Static(help_text(self._privacy, self._keymap)), classes="page")
        self.title_page(page, _("Keys"), _("↑ ↓ scroll · Esc or F1 closes"))
        yield page

    def on_mount(self) -> None:
        """Focus the page, which the arrows scroll."""
        self.query_one(VerticalScroll).focus()


def help_text(privacy: Privacy, keymap: Mapping[str, str]) -> RenderableType:
    """A line per key; outside quiet mode also the meaning of the digits."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    for action in ACTIONS:
        table.add_row(Text(key_name(action, keymap), "bold"), Text(translate(explanation(action, privacy))))
    notes = [Text(translate(note)) for note in (_QUIET if privacy is Privacy.QUIET else [*_OPEN, _digits()])]
    return Group(table, Text(""), *notes)


def _digits() -> Message:
    digits = [
        _("{digit} {shape} {verdict}", digit=style.digit, shape=style.shape, verdict=style.word)
        for style in VERDICT_STYLES.values()
    ]
    return _("Quiet mode shows a digit for the verdict: {digits}", digits=join(digits, " · "))
