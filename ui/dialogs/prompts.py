"""Short questions to the officer: whom to screen without a scan, who is the second person, leave the desk?

- Type in takes the number of a document, or a person, or both. A number is read back before anybody is screened.
- The pages that ask for a second person have a neutral title, since travellers may see them. They say who the traveller
  and who the officer is; the officer's own name is no answer. An admission needs the name, an outcome may wait for it.
- Leaving asks for confirmation: coming back takes a restart and a passphrase.
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
from data.errors import InputError
from data.text import EMPTY, Message, _, in_context, plural
from ui.desk.typed_people import make_typed_person
from ui.dialogs.dialog import MOST_IN_A_NAME, Dialog, FormDialog, require_name
from ui.dialogs.read_back import ReadBack, ReadBackDialog
from ui.text.sanitize import safe
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


class SecondPersonDialog(FormDialog[str]):
    """Ends with the name of the second person, or None."""

    heading: ClassVar[Message] = _("A second person")
    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {
        "second": (in_context("field of a form", "Second person's name"), EMPTY)
    }
    effect: ClassVar[Message] = _("A second person must agree. Nothing is recorded until the name is typed.")
    """What a name does."""

    def __init__(self, who: Message, officer: str) -> None:
        """`who` is the traveller with the verdict, and `officer` who is signed in."""
        super().__init__()
        self._who = who
        self._officer = officer

    def leading(self) -> Sequence[Message]:
        """Whom it is about, what a name does, and whose name does not count."""
        signed_in = _("You are signed in as {officer}.", officer=safe(self._officer, MOST_IN_A_NAME))
        return (self._who, self.effect, signed_in, EMPTY)

    def submit(self, values: dict[str, str]) -> None:
        """Close with the name."""
        second = require_name(values["second"], _("The second person's name is missing"))
        if not make_typed_person(self._officer).is_other_human(make_typed_person(second)):
            raise InputError(
                _("{name} is you: you are signed in as {officer}", name=safe(second), officer=safe(self._officer)),
                means=_("Nothing was recorded"),
                do=_("Name a second person, or press Esc"),
            )
        self.dismiss(second)


class OutcomeDialog(SecondPersonDialog):
    """Ends with the name of the second person, "" to refer once more without an outcome, or None."""

    fields: ClassVar[Mapping[str, tuple[Message, Message]]] = {
        "second": (in_context("field of a form", "Second person's name"), _("may be empty"))
    }
    effect: ClassVar[Message] = _("With the name of a second person this is the outcome. Without a name it stays open.")

    def submit(self, values: dict[str, str]) -> None:
        """Close with the name, if there is one."""
        if values["second"]:
            super().submit(values)
        else:
            self.dismiss("")


class LeaveDialog(Dialog[bool]):
    """Ends with True, or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", _("leave"), id="leave.leave", show=False)]

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
            self.title_page(page, _("Leave the desk?"), EMPTY)
            for line in self._open_work():
                yield Static(translate(line), markup=False)
            yield Static(translate(_("Enter leaves, Esc stays.")), markup=False)

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
