"""The footer: only keys that really do something now, each always in its place."""

from collections.abc import Collection, Mapping

from textual.content import Content
from textual.widgets import Static

from ui.actions import Action
from ui.keys import Privacy, footer


class FooterKeys(Static):
    """One line of keys."""

    DEFAULT_CSS = "FooterKeys { height: 1; background: $status-paper; color: $ink; }"

    def __init__(self, keymap: Mapping[str, str]) -> None:
        super().__init__("", markup=False)
        self._keymap = keymap

    def show(self, working: Collection[Action], privacy: Privacy) -> None:
        """Draw the keys that work now."""
        places = [
            Content.assemble((key, "bold $warn-ink"), " ", word) for key, word in footer(working, privacy, self._keymap)
        ]
        self.update(Content(" ").join(places))
