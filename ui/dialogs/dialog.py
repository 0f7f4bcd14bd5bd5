"""What every dialog shares: a page with a title that takes every key until it closes, with or without fields.

- Esc closes. A page that shows reasons or names lists closes by itself in quiet mode.
- In a page with fields Tab and arrows move, Enter hands over, and an error stays on the page as a sentence.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from data.errors import InputError
from ui.desk.actions import Privacy

HELD_OPEN_S = 8.0
"""How long a page that shows reasons stays open where travellers may see the screen."""

MOST_IN_A_NAME = 40
MOST_DIGITS = 4

AnswerT = TypeVar("AnswerT")


class Dialog(ModalScreen[AnswerT]):
    """A page on top of the desk."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $paper; }
    Dialog > .page { width: 100%; max-width: 118; height: 100%; border: round $soft-ink; padding: 0 1;
                    background: $paper; color: $ink; border-title-color: $ink; border-title-style: bold;
                    border-subtitle-color: $warn-ink; scrollbar-size-vertical: 1; }
    Dialog Input, Dialog Input:focus { height: 1; border: none; padding: 0; background: $status-paper; color: $ink; }
    Dialog .field { height: 1; }
    Dialog .field > Label { width: 22; }
    Dialog .error { color: $warn-ink; text-style: bold; height: auto; margin-top: 1; }
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


class FormDialog(Dialog[AnswerT]):
    """Fields by name, with a label and a hint each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "next field", id="form.next", show=False),
        Binding("up", "app.focus_previous", "field before", id="form.previous", show=False),
    ]
    heading: ClassVar[str] = ""
    lead: ClassVar[Sequence[str]] = ()
    fields: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Name to label and hint."""

    def compose(self) -> ComposeResult:
        """The lines that lead in, the fields, a place for the error."""
        with VerticalScroll(classes="page", can_focus=False) as page:
            page.border_title = self.heading
            page.border_subtitle = "Enter hands over · Tab ↑ ↓ move · Esc closes"
            for line in self.leading():
                yield Static(line, markup=False)
            for name, (label, hint) in self.shown_fields().items():
                with Horizontal(classes="field"):
                    yield Label(label, markup=False)
                    yield Input(placeholder=hint, id=name, select_on_focus=False, compact=True)
            yield Static("", markup=False, classes="error")

    def leading(self) -> Sequence[str]:
        """Lines above the fields."""
        return self.lead

    def shown_fields(self) -> Mapping[str, tuple[str, str]]:
        """The fields of this page."""
        return self.fields

    def values(self) -> dict[str, str]:
        """What was typed, by field."""
        return {str(field.id): field.value.strip() for field in self.query(Input)}

    def go_to_first_empty(self) -> None:
        """What is typed next belongs there, not behind the name that is complete."""
        empty = next((field for field in self.query(Input) if not field.value.strip()), None)
        if empty:
            empty.focus()

    def complain(self, error: Exception) -> None:
        """Show an error; the page stays."""
        self.query_one(".error", Static).update(str(error))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in any field."""
        event.stop()
        try:
            self.hand_over(self.values())
        except InputError as error:
            self.complain(error)

    def hand_over(self, values: dict[str, str]) -> None:
        """Close with an answer made of `values`; InputError keeps the page open."""
        raise NotImplementedError


def require_name(text: str, whose: str) -> str:
    """`text` when it can be a person's name or service number, and is no scan that went astray."""
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    if not letters:
        raise InputError(f"{whose} is missing", do="Type the name")
    if "<" in text or len(text) > MOST_IN_A_NAME or digits > MOST_DIGITS:
        raise InputError(f"{whose} looks like a scanned document, not a name", do="Empty the field and type the name")
    return text
