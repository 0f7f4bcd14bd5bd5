"""Asks for the second person whose agreement an admission needs. The title is neutral: travellers may see it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from ui.screens.form import Form, a_name


class SecondPerson(Form[str]):
    """Ends with the name, or None."""

    heading: ClassVar[str] = "A second person"
    lead: ClassVar[Sequence[str]] = ("A second person must agree. Nothing is recorded until the name is there.", "")
    fields: ClassVar[Mapping[str, tuple[str, str]]] = {"second": ("Second person's name", "")}

    def hand_over(self, values: dict[str, str]) -> None:
        """Close with the name."""
        self.dismiss(a_name(values["second"], "The second person's name"))
