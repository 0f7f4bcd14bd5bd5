"""Questions about a traveller without a decision: go on, or call another one back, and leave this one undecided?

- The pages say who it is about, with the verdict; where travellers may see them, with its digit. They give no reason.
- Nothing is recorded and nobody leaves the screen without Enter on the page: a second key.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from data.text import EMPTY, Message, _
from ui.dialogs.dialog import Dialog
from ui.text.translation import translate


class GoOnDialog(Dialog[bool]):
    """Ends with True to go on without a decision, or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "go_on", _("go on"), id="undecided.go_on", show=False)]

    heading: ClassVar[Message] = _("Go on without a decision?")

    def __init__(self, who: Message, what: Message) -> None:
        """`who` is the traveller on the screen with the verdict, and `what` says what becomes of them."""
        super().__init__()
        self._who = who
        self._what = what

    def compose(self) -> ComposeResult:
        """A question."""
        with VerticalScroll(classes="page") as page:
            self.title_page(page, self.heading, EMPTY)
            yield Static(Content.styled(translate(self._who), "bold"))
            yield Static(translate(self._what), markup=False)
            yield Static(translate(self.question()), markup=False)

    def question(self) -> Message:
        """What the keys do."""
        return _("Enter goes on, Esc stays.")

    def on_mount(self) -> None:
        """Focus the page, which takes the keys."""
        self.query_one(VerticalScroll).focus()

    def action_go_on(self) -> None:
        """Close with True."""
        self.dismiss(True)


class CallBackDialog(GoOnDialog):
    """Ends with True to leave the traveller on the screen without a decision, and show another one."""

    heading: ClassVar[Message] = _("Call back without a decision on this one?")

    def __init__(self, who: Message, what: Message, name: str) -> None:
        """`who` and `what` as in `GoOnDialog`; `name` is who comes in their place."""
        super().__init__(who, what)
        self._name = name

    def question(self) -> Message:
        """What the keys do."""
        return _("Enter shows {name}, Esc stays.", name=self._name)
