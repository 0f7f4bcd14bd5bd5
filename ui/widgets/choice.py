"""A field in which one of a few words is chosen."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from data.text import _


class ChoiceInput(Input):
    """Its value is always one of the words; ← → and the first letter choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "choose(1)", _("next one"), id="choice.next", show=False),
        Binding("left", "choose(-1)", _("one before"), id="choice.previous", show=False),
    ]

    def __init__(self, choices: Sequence[str], name: str) -> None:
        super().__init__(choices[0], id=name, select_on_focus=False, compact=True)
        self._choices = tuple(choices)

    def action_choose(self, step: int) -> None:
        """Another word, and round again."""
        place = self._choices.index(self.value) if self.value in self._choices else 0
        self._choose(self._choices[(place + step) % len(self._choices)])

    async def _on_key(self, event: events.Key) -> None:
        """A letter chooses the next word that begins with it; nothing else is typed here."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self._choose_by(event.character.casefold())
        elif event.key in ("backspace", "delete", "ctrl+u", "ctrl+k", "ctrl+w"):
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)

    def _choose_by(self, letter: str) -> None:
        place = self._choices.index(self.value) if self.value in self._choices else -1
        following = (*self._choices[place + 1 :], *self._choices[: place + 1])
        word = next((each for each in following if each.casefold().startswith(letter)), None)
        if word is not None:
            self._choose(word)

    def _choose(self, word: str) -> None:
        self.value = word
        self.cursor_position = 0
