"""The name field: `<<` parts surname from given names, `<` parts their words (Doc 9303-3 section 4.6)."""

from data.documents.travel_document import MrzName


def read_name(field: str) -> MrzName | None:
    """The name in one field; None when it is empty. A field without trailing filler may have been cut."""
    surname, _, given = field.partition("<<")
    return _name(surname, given, truncated=not field.endswith("<"))


def read_split_name(surname: str, given: str) -> MrzName | None:
    """The name in two fields, as on the French card."""
    return _name(surname, given, truncated=not (surname.endswith("<") and given.endswith("<")))


def _name(surname: str, given: str, *, truncated: bool) -> MrzName | None:
    name = MrzName(_words(surname), _words(given), truncated)
    return name if name.surname or name.given else None


def _words(field: str) -> str:
    return " ".join(field.replace("<", " ").split())
