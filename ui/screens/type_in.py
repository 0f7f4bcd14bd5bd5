"""Type in: a document's number, or a person, or both, when nothing can be scanned."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from appliance.counter.manual_entry import ManualEntry
from appliance.counter.subject import Subject
from ui.screens.form import Form


class TypeIn(Form[Subject]):
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
