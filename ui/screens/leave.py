"""Asks before the desk is left: coming back costs a start and a passphrase."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ui.screens.panel import Panel


class Leave(Panel[bool]):
    """Ends with True, or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "leave", id="leave.leave", show=False)]

    def __init__(self, unsettled: str) -> None:
        super().__init__()
        self._unsettled = unsettled

    def compose(self) -> ComposeResult:
        """A question."""
        lines = [self._unsettled] if self._unsettled else []
        text = "\n".join([*lines, "Enter leaves, Esc stays."])
        with VerticalScroll(classes="page") as page:
            page.border_title = "Leave the desk?"
            yield Static(text, markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(True)
