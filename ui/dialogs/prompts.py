"""Short questions to the officer: whom to screen where nothing can be scanned, a second person, leave the desk?

- Type in takes a document's number, or a person, or both.
- The page that asks for a second person has a neutral title: travellers may see it. Nothing is recorded before the
  name is there.
- Before the desk is left it asks: coming back costs a start and a passphrase.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from appliance.counter.manual_entry import ManualEntry
from appliance.counter.subject import Subject
from ui.dialogs.dialog import Dialog, FormDialog, require_name


class TypeInDialog(FormDialog[Subject]):
    """Ends with whom to screen, or None."""

    heading: ClassVar[str] = "Type in"
    lead: ClassVar[Sequence[str]] = (
        "A document, a person, or both. A typed number counts less than a scanned one.",
        "",
    )
    fields: ClassVar[Mapping[str, tuple[str, str]]] = {
        "number": ("Document number", "as printed"),
        "country": ("Issuing country", "letters of the machine-readable zone, like UTO or D"),
        "type": ("Type", "P passport, I identity card, V visa; empty: P"),
        "surname": ("Surname", ""),
        "given": ("Given names", ""),
        "birth": ("Birth date", "1965-03-17, 1965-03 or 1965"),
        "sex": ("Sex", "M, F or X"),
        "nationality": ("Nationality", "letters, like UTO"),
        "can": ("Card access number", "six digits, alone: opens the chip on the desk again"),
    }

    def hand_over(self, values: dict[str, str]) -> None:
        """Close with whom to screen."""
        self.dismiss(ManualEntry(**values).to_subject())


class SecondPersonDialog(FormDialog[str]):
    """Ends with the name, or None."""

    heading: ClassVar[str] = "A second person"
    lead: ClassVar[Sequence[str]] = ("A second person must agree. Nothing is recorded until the name is there.", "")
    fields: ClassVar[Mapping[str, tuple[str, str]]] = {"second": ("Second person's name", "")}

    def hand_over(self, values: dict[str, str]) -> None:
        """Close with the name."""
        self.dismiss(require_name(values["second"], "The second person's name"))


class LeaveDialog(Dialog[bool]):
    """Ends with True, or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "leave", id="leave.leave", show=False)]

    def __init__(self, unsettled: str) -> None:
        super().__init__()
        self._unsettled = unsettled

    def compose(self) -> ComposeResult:
        """A question."""
        lines = [self._unsettled] if self._unsettled else []
        text = "\n".join([*lines, "Enter leaves, Esc stays."])
        with VerticalScroll(classes="page") as page:
            page.border_title = "Leave the desk?"
            yield Static(text, markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(True)
