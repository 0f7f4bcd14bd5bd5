"""Questions about travellers without a decision: go on without one? who settles a referral?

- The pages name no verdict and no reason: travellers may see them.
- Nothing is recorded and nobody leaves the screen without Enter on the page: a second key.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from data.text import EMPTY, Message, _, in_context
from ui.dialogs.dialog import Dialog, FormDialog, require_name
from ui.text.translation import translate


class GoOnDialog(Dialog[bool]):
    """Ends with True to go on without a decision, or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "go_on", _("go on"), id="undecided.go_on", show=False)]

    def __init__(self, what: Message) -> None:
        """`what` says what becomes of the traveller on the screen."""
        super().__init__()
        self._what = what

    def compose(self) -> ComposeResult:
        """A question."""
        with VerticalScroll(classes="page") as page:
            self.title_page(page, _("Go on without a decision?"), EMPTY)
            yield Static(translate(self._what), markup=False)
            yield Static(translate(_("Enter goes on, Esc stays.")), markup=False)

    def on_mount(self) -> None:
        """Focus the page, which takes the keys."""
        self.query_one(VerticalScroll).focus()

    def action_go_on(self) -> None:
        """Close with True."""
        self.dismiss(True)


class OutcomeDialog(FormDialog[str]):
    """Ends with the second person's name, "" where there is none, or None."""

    heading: ClassVar[Message] = _("A second person")
    lead: ClassVar[Sequence[Message]] = (
        _("With the name of a second person this is the outcome. Without a name it stays open."),
        EMPTY,
    )
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {
        "second": (in_context("field of a form", "Second person's name"), _("may be empty"))
    }

    def submit(self, values: dict[str, str]) -> None:
        """Close with the name."""
        second = values["second"]
        self.dismiss(require_name(second, EMPTY) if second else "")
