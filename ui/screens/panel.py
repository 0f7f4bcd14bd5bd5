"""What opens on top of the desk: a page with a title that takes every key until it closes.

Esc closes. A page that tells reasons or names lists closes by itself in quiet mode.
"""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from ui.keys import Privacy

HELD_OPEN_S = 8.0
"""How long a page that tells reasons stays open where travellers may see the screen."""

T = TypeVar("T")


class Panel(ModalScreen[T]):
    """A page on top of the desk."""

    DEFAULT_CSS = """
    Panel { align: center middle; background: $paper; }
    Panel > .page { width: 100%; max-width: 118; height: 100%; border: round $soft-ink; padding: 0 1;
                    background: $paper; color: $ink; border-title-color: $ink; border-title-style: bold;
                    border-subtitle-color: $warn-ink; scrollbar-size-vertical: 1; }
    Panel Input, Panel Input:focus { height: 1; border: none; padding: 0; background: $status-paper; color: $ink; }
    Panel .field { height: 1; }
    Panel .field > Label { width: 22; }
    Panel .error { color: $warn-ink; text-style: bold; height: auto; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", id="panel.close", show=False)]

    def hold_open(self, privacy: Privacy) -> None:
        """Close by itself after a while in quiet mode."""
        if privacy is Privacy.QUIET:
            self.set_timer(HELD_OPEN_S, self.action_close)

    def action_close(self) -> None:
        """Close without an answer."""
        if self.is_current:
            self.dismiss(None)
