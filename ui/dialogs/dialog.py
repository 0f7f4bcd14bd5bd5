"""What every dialog shares: a page with a title that takes every key until it closes, with or without fields.

- Esc closes. A page that shows reasons or names lists closes by itself in quiet mode.
- In a page with fields Tab and arrows move, and Enter submits. The hint of the field that has the focus is below the
  fields. An error is shown on the page, which stays.
- On a page without fields, what a scanner sends as keys answers nothing: Enter does not count so soon after it. It is
  handed to the desk's input line, as if it had come there. On a page with fields `ui.screens.scan_guard` does that.
- A key that does nothing on the page says so on its lower border.
- Titles are drawn without markup, and cut with `…` where they do not fit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from data.errors import InputError, WaypostError
from data.text import EMPTY, Message, _
from ui.desk.actions import Privacy
from ui.desk.messages import KitAnswered, KitRefused, run_in_background
from ui.desk.typed_zone import NEXT_CHARACTER_S, Burst
from ui.text.sanitize import safe
from ui.text.translation import translate
from ui.widgets.mrz_line import BROKEN_OFF_S, MrzLine

HELD_OPEN_S = 8.0
"""How long a page that shows reasons stays open where travellers may see the screen."""
STRAY_S = 1.0
"""Enter and digits do not count so soon after a key that means nothing here: a scanner sends both."""

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

    takes_text: ClassVar[bool] = False
    """Whether the page has fields, which take what is typed and scanned."""

    def __init__(self) -> None:
        super().__init__()
        self._stray_at = 0.0
        """When a character came that means nothing here."""
        self._stray = ""
        self._digit = ""
        """The digit that was pressed last, until it is certain that a hand pressed it."""
        self._burst = Burst()
        self._scan_ends: Timer | None = None

    def is_after_stray(self, at: float) -> bool:
        """Whether a key at this time follows a character that meant nothing here, and may be a scanner's."""
        return at < self._stray_at + STRAY_S

    def answer_by_digit(self, event: events.Key, act: Callable[[], object]) -> None:
        """Do what a digit asks for, unless another character follows at once: then a scanner sent both."""
        event.prevent_default()
        event.stop()
        self._digit = event.key
        self._burst.key(event.time)

        def answer() -> None:
            digit, self._digit = self._digit, ""
            if digit and self.is_active:
                self._burst = Burst()
                act()

        self.set_timer(NEXT_CHARACTER_S, answer)

    def take_back_digit(self, at: float) -> None:
        """A character at this time, so soon after a digit, makes the digit a scanner's; call it for every key."""
        if self._digit:
            self._stray, self._stray_at, self._digit = self._stray + self._digit, at, ""

    def on_key(self, event: events.Key) -> None:
        """Keep a scanner from answering the page."""
        is_enter = event.key in ("enter", "ctrl+j")
        if self._does_nothing(event):
            self._say_nothing_done(event.key)
        if self.takes_text or not (event.is_printable or (is_enter and self.is_after_stray(event.time))):
            return
        event.prevent_default()
        event.stop()
        self._stray_at = event.time
        self._stray += "\n" if is_enter else event.character or ""
        if is_enter:
            keys = _("What was scanned or typed here is no answer: read, then press Enter")
            self.query_one(".page").border_subtitle = Content(translate(keys))
        else:
            self._burst.key(event.time)
        if self._scan_ends:
            self._scan_ends.stop()
        self._scan_ends = self.set_timer(BROKEN_OFF_S, self._hand_scan_to_desk)

    def _does_nothing(self, event: events.Key) -> bool:
        """Whether a hand pressed a key that neither the page nor a field of it knows."""
        if event.is_printable or self.is_after_stray(event.time):
            return False
        return event.key not in self.active_bindings

    def _say_nothing_done(self, key: str) -> None:
        name = key.replace("ctrl+", "^").upper() if len(key) > 1 else key
        says = self.describe_useless_key(safe(name, 12))
        for page in self.query(".page"):
            page.border_subtitle = Content(translate(says))

    def describe_useless_key(self, key: str) -> Message:
        """What the page says of a key that it does not know."""
        return _("{key} does nothing here · Esc closes this page", key=key)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is as good as scanned."""
        if not self.takes_text:
            event.prevent_default()
            event.stop()
            self._stray_at = event.time
            self._stray += event.text
            self._burst.paste(len(event.text), event.time)
            self._hand_scan_to_desk()

    def on_unmount(self) -> None:
        """Leave nothing of a scan behind."""
        self._hand_scan_to_desk()

    def _hand_scan_to_desk(self) -> None:
        """What was too fast for a hand goes to the input line; what a hand typed was meant for nothing."""
        scan, burst = self._stray, self._burst
        self._stray, self._burst = "", Burst()
        if scan.strip() and not burst.by_machine and self.is_active:
            self._say_nothing_done(scan.strip()[-1])
        if scan and burst.by_machine:
            for line in (line for screen in self.app.screen_stack for line in screen.query(MrzLine)):
                line.post_message(events.Paste(scan))

    def title_page(self, page: VerticalScroll, title: Message, keys: Message) -> None:
        """Put `title` on the upper border of the page, and the `keys` that work on the lower."""
        page.border_title, page.border_subtitle = Content(translate(title)), Content(translate(keys))

    def hold_open(self, privacy: Privacy) -> None:
        """Close by itself in quiet mode after HELD_OPEN_S, or later, when no other page is on top of it."""
        if privacy is Privacy.QUIET:
            self.set_interval(HELD_OPEN_S, self.action_close)

    def dismiss(self, result: AnswerT | None = None) -> AwaitComplete:
        """Close with an answer, if it is on top. Textual would close what is: for a second Enter, the desk."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


class FormDialog(Dialog[AnswerT]):
    """Fields by name, with a label and a hint each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", _("next field"), id="form.next", show=False),
        Binding("up", "app.focus_previous", _("field before"), id="form.previous", show=False),
    ]
    takes_text: ClassVar[bool] = True
    heading: ClassVar[Message] = EMPTY
    lead: ClassVar[Sequence[Message]] = ()
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {}
    """Label and hint by name."""
    secret_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields whose text nobody may see: shown as dots, and gone when the page closes."""
    keys: ClassVar[Message] = _("Enter submits · Tab ↑ ↓ move · Esc closes")
    """On the lower border."""

    def __init__(self) -> None:
        super().__init__()
        self._is_asking = False

    def compose(self) -> ComposeResult:
        """The lines above the fields, the fields, the hint of one field, a place for the error."""
        with VerticalScroll(classes="page", can_focus=False) as page:
            self.title_page(page, self.heading, self.describe_keys())
            yield from self.decoration()
            for line in self.leading():
                yield Static(translate(line), markup=False)
            labels = {name: translate(label) for name, (label, _hint) in self.shown_fields().items()}
            width = max(map(cell_len, labels.values()))
            for name, label in labels.items():
                with Horizontal(classes="field"):
                    yield Label(label.ljust(width + 2), markup=False)
                    yield self.make_field(name)
            yield Static("", markup=False, classes="hint")
            yield Static("", markup=False, classes="error")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the hint of the field that has the focus."""
        _label, hint = self.shown_fields().get(str(event.widget.id), (EMPTY, EMPTY))
        self.query_one(".hint", Static).update(translate(hint))

    def make_field(self, name: str) -> Input:
        """One field."""
        return Input(id=name, select_on_focus=False, compact=True, password=name in self.secret_fields)

    def describe_keys(self) -> Message:
        """What stands on the lower border, like `keys`."""
        return self.keys

    def decoration(self) -> Iterable[Widget]:
        """What stands above all lines."""
        return ()

    def leading(self) -> Sequence[Message]:
        """Lines above the fields."""
        return self.lead

    def shown_fields(self) -> Mapping[str, tuple[Message, Message]]:
        """The fields of this page, like `fields`."""
        return self.fields

    def values(self) -> dict[str, str]:
        """What was typed, by field."""
        return {str(field.id): field.value if field.password else field.value.strip() for field in self.query(Input)}

    def dismiss(self, result: AnswerT | None = None) -> AwaitComplete:
        """Close with an answer; nothing that nobody may see stays behind."""
        if self.is_active:
            self._clear_secrets()
        return super().dismiss(result)

    def _clear_secrets(self) -> None:
        for field in self.query(Input):
            if field.password:
                field.value = ""

    def ask_kit(self, name: str, work: Callable[[], object]) -> None:
        """Do `work` in the background, once at a time; `take_answer` gets what it returns, `complain` its error."""
        if self._is_asking:
            return
        self._is_asking = True
        self.query_one(".error", Static).update(translate(_("One moment …")))

        def run() -> None:
            self.post_message(KitAnswered(work()))

        run_in_background(name, run, lambda error: self.post_message(KitRefused(error)))

    def on_kit_answered(self, message: KitAnswered) -> None:
        """What was asked for came."""
        message.stop()
        self._is_asking = False
        self.query_one(".error", Static).update("")
        self.take_answer(message.answer)

    def on_kit_refused(self, message: KitRefused) -> None:
        """Show why it was refused; what nobody may see is to be typed again."""
        message.stop()
        self._is_asking = False
        self._clear_secrets()
        self.complain(message.error)
        self.go_to_first_empty()

    def take_answer(self, answer: Any) -> None:
        """Close with the answer; a page that needs another one overrides this."""
        self.dismiss(answer)

    def go_to_first_empty(self) -> None:
        """Focus the first empty field, so that what is typed next is not appended to a complete name."""
        empty = next((field for field in self.query(Input) if not field.value.strip()), None)
        if empty:
            empty.focus()

    def complain(self, error: WaypostError) -> None:
        """Show an error; the page stays."""
        self.query_one(".error", Static).update(safe(error.message, MOST_IN_AN_ERROR))

    def say_scan_went_to_desk(self) -> None:
        """Say that a document was scanned while the page was open; what was typed stays."""
        says = _("What was scanned is at the desk, under this page. What you typed is still here.")
        self.query_one(".error", Static).update(translate(says))

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
