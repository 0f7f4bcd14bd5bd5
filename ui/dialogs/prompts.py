"""Short questions to the officer: whom to screen without a scan, end the shift?

- Type in takes the number of a document, or a person, or both. A number is read back before anybody is screened.
- Ending a shift asks for confirmation, and says what is left to the next one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from appliance.counter.manual_entry import ManualEntry
from appliance.counter.subject import Subject
from data.documents.number import clean_number
from data.documents.travel_document import Confirmation
from data.text import EMPTY, Message, _, in_context, plural
from ui.dialogs.dialog import Dialog, FormDialog
from ui.dialogs.read_back import ReadBack, ReadBackDialog
from ui.text.translation import translate


class TypeInDialog(FormDialog[Subject]):
    """Ends with whom to screen, or None."""

    heading: ClassVar[Message] = _("Type in")
    lead: ClassVar[Sequence[Message]] = (
        _("A document, a person, or both. A typed number counts once it is read back. Scan the document if you can."),
        EMPTY,
    )
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {
        "number": (in_context("field of a form", "Document number"), _("as printed")),
        "country": (
            in_context("field of a form", "Issuing country"),
            _("letters of the machine-readable zone, like NOR or D"),
        ),
        "type": (
            in_context("field of a form", "Type"),
            _("P passport, I identity card, V visa; empty: not known"),
        ),
        "surname": (in_context("field of a form", "Surname"), EMPTY),
        "given": (in_context("field of a form", "Given names"), EMPTY),
        "birth": (
            in_context("field of a form", "Birth date"),
            _("{full}, {month} or {year}", full="1965-03-17", month="1965-03", year="1965"),
        ),
        "sex": (in_context("field of a form", "Sex"), _("M, F or X")),
        "nationality": (in_context("field of a form", "Nationality"), _("letters, like NOR")),
        "can": (
            in_context("field of a form", "Card access number"),
            _("six digits, nothing else: reads the chip on the desk again"),
        ),
    }

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today

    def submit(self, values: dict[str, str]) -> None:
        """Close with whom to screen, once a number was read back."""
        subject = ManualEntry.of_form(values).to_subject(self._today())
        if not subject.documents:
            self.dismiss(subject)
            return

        def take(answer: ReadBack | None) -> None:
            if answer and not answer.place:
                self.dismiss(ManualEntry.of_form(values, Confirmation.READ_BACK).to_subject(self._today()))
            elif answer:
                self._mend(answer.place)

        self.app.push_screen(ReadBackDialog(subject), take)

    def _mend(self, place: int) -> None:
        """Select the character of the number that the officer wants to type again."""
        field = self.query_one("#number", Input)
        places = [at for at, character in enumerate(field.value) if clean_number(character)]
        field.focus()
        field.selection = Selection(places[place - 1], places[place - 1] + 1)


class EndShiftDialog(Dialog[bool]):
    """Ends with True, or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", _("end the shift"), id="leave.leave", show=False)
    ]

    def __init__(self, *, undecided: int, unscreened: int, who: Message = EMPTY) -> None:
        """How many travellers have no decision, and how many documents were not screened.

        `who` is the one of them who is on the screen, with the verdict.
        """
        super().__init__()
        self._who = who
        self._undecided = undecided
        self._unscreened = unscreened

    def compose(self) -> ComposeResult:
        """A question."""
        with VerticalScroll(classes="page") as page:
            self.title_page(page, _("End the shift?"), EMPTY)
            for line in self._open_work():
                yield Static(translate(line), markup=False)
            yield Static(translate(_("Enter ends it, Esc stays.")), markup=False)

    def _open_work(self) -> Iterator[Message]:
        if self._who:
            yield _("On the screen: {traveller}", traveller=self._who)
        if self._undecided and self._who:
            yield plural(
                "{count} traveller has no decision yet, with the one on the screen: F9 shows who, now and later.",
                "{count} travellers have no decision yet, with the one on the screen: F9 shows who, now and later.",
                self._undecided,
            )
        elif self._undecided:
            yield plural(
                "{count} traveller has no decision yet: F9 shows who, now and when the desk is opened again.",
                "{count} travellers have no decision yet: F9 shows who, now and when the desk is opened again.",
                self._undecided,
            )
        if self._unscreened:
            yield plural(
                "{count} document is unscreened. The kit keeps it until it has run for 12 hours, or signed time proves "
                "them.",
                "{count} documents are unscreened. The kit keeps them until it has run for 12 hours, or signed time "
                "proves them.",
                self._unscreened,
            )

    def on_mount(self) -> None:
        """Focus the page, which takes the keys."""
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Close with True."""
        self.dismiss(True)
