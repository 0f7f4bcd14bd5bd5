"""What every dialog shares: a page with a title that takes every key until it closes, with or without fields.

- Esc closes. A page that shows reasons or names lists closes by itself in quiet mode.
- In a page with fields Tab and arrows move, and Enter submits. The hint of the field that has the focus is below the
  fields. An error is shown on the page, which stays.
- Titles are drawn without markup, and cut with `…` where they do not fit.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from data.errors import InputError, WaypostError
from data.text import EMPTY, Message, _
from ui.desk.actions import Privacy
from ui.text.sanitize import safe
from ui.text.translation import translate

HELD_OPEN_S = 8.0
"""How long a page that shows reasons stays open where travellers may see the screen."""

MOST_IN_A_NAME = 40
MOST_DIGITS = 4
MOST_IN_AN_ERROR = 400

AnswerT = TypeVar("AnswerT")


class Dialog(ModalScreen[AnswerT]):
    """A page on top of the desk."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $paper; }
    Dialog > .page { width: 100%; max-width: 118; height: 100%; border: round $soft-ink; padding: 0 1;
                    background: $paper; color: $ink; border-title-color: $ink; border-title-style: bold;
                    border-subtitle-color: $warn-ink; scrollbar-size-vertical: 1; }
    Dialog Input, Dialog Input:focus { width: 1fr; height: 1; border: none; padding: 0; background: $status-paper;
                                     color: $ink; }
    Dialog .field { height: 1; }
    Dialog .hint { color: $soft-ink; height: auto; margin-top: 1; }
    Dialog .error { color: $warn-ink; text-style: bold; height: auto; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", _("close"), id="panel.close", show=False)]

    def title_page(self, page: VerticalScroll, title: Message, keys: Message) -> None:
        """Put `title` on the upper border of the page, and the `keys` that work on the lower."""
        page.border_title, page.border_subtitle = Content(translate(title)), Content(translate(keys))

    def hold_open(self, privacy: Privacy) -> None:
        """Close by itself after HELD_OPEN_S in quiet mode."""
        if privacy is Privacy.QUIET:
            self.set_timer(HELD_OPEN_S, self.action_close)

    def action_close(self) -> None:
        """Close without an answer."""
        if self.is_current:
            self.dismiss(None)


class FormDialog(Dialog[AnswerT]):
    """Fields by name, with a label and a hint each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", _("next field"), id="form.next", show=False),
        Binding("up", "app.focus_previous", _("field before"), id="form.previous", show=False),
    ]
    heading: ClassVar[Message] = EMPTY
    lead: ClassVar[Sequence[Message]] = ()
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {}
    """Label and hint by name."""

    def compose(self) -> ComposeResult:
        """The lines above the fields, the fields, the hint of one field, a place for the error."""
        with VerticalScroll(classes="page", can_focus=False) as page:
            self.title_page(page, self.heading, _("Enter submits · Tab ↑ ↓ move · Esc closes"))
            for line in self.leading():
                yield Static(translate(line), markup=False)
            labels = {name: translate(label) for name, (label, _hint) in self.shown_fields().items()}
            width = max(map(cell_len, labels.values()))
            for name, label in labels.items():
                with Horizontal(classes="field"):
                    yield Label(label.ljust(width + 2), markup=False)
                    yield Input(id=name, select_on_focus=False, compact=True)
            yield Static("", markup=False, classes="hint")
            yield Static("", markup=False, classes="error")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the hint of the field that has the focus."""
        _label, hint = self.shown_fields().get(str(event.widget.id), (EMPTY, EMPTY))
        self.query_one(".hint", Static).update(translate(hint))

    def leading(self) -> Sequence[Message]:
        """Lines above the fields."""
        return self.lead

    def shown_fields(self) -> Mapping[str, tuple[Message, Message]]:
        """The fields of this page, like `fields`."""
        return self.fields

    def values(self) -> dict[str, str]:
        """What was typed, by field."""
        return {str(field.id): field.value.strip() for field in self.query(Input)}

    def go_to_first_empty(self) -> None:
        """Focus the first empty field, so that what is typed next is not appended to a complete name."""
        empty = next((field for field in self.query(Input) if not field.value.strip()), None)
        if empty:
            empty.focus()

    def complain(self, error: WaypostError) -> None:
        """Show an error; the page stays."""
        self.query_one(".error", Static).update(safe(error.message, MOST_IN_AN_ERROR))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in any field."""
        event.stop()
        try:
            self.submit(self.values())
        except InputError as error:
            self.complain(error)

    def submit(self, values: dict[str, str]) -> None:
        """Close with an answer made of `values`; InputError keeps the page open."""
        raise NotImplementedError


def require_name(text: str, missing: Message) -> str:
    """`text` if it can be the name or service number of a person; InputError if it is `missing` or a stray scan."""
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    if not letters:
        raise InputError(_("A name needs letters") if text else missing, do=_("Type the name"))
    if "<" in text or len(text) > MOST_IN_A_NAME or digits > MOST_DIGITS:
        raise InputError(_("This looks like a scanned document, not a name"), do=_("Clear the field and type the name"))
    return text
