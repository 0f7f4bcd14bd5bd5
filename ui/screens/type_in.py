"""Type in: a document's number, or a person, or both, when nothing can be scanned."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from ui.screens.background import beside
from ui.screens.form import Form
from ui.screens.messages import NotAnMrz, SubjectRead
from ui.typed import Subject, TypedIn


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
    }

    def __init__(self, typed: Callable[[TypedIn], Subject]) -> None:
        super().__init__()
        self._typed = typed

    def hand_over(self, values: dict[str, str]) -> None:
        """Ask the kit what the fields say; it answers with a message."""
        entry = TypedIn(**values)
        beside("type in", lambda: self._read(entry), lambda error: self.post_message(NotAnMrz(error)))

    def _read(self, entry: TypedIn) -> None:
        self.post_message(SubjectRead(self._typed(entry)))

    def on_subject_read(self, message: SubjectRead) -> None:
        """Close with whom to screen."""
        message.stop()
        self.dismiss(message.subject)

    def on_not_an_mrz(self, message: NotAnMrz) -> None:
        """The fields cannot be: say which."""
        message.stop()
        self.complain(message.error)
