"""The name field: `<<` parts surname from given names, `<` parts their words (Doc 9303-3 section 4.6)."""

from data.documents.travel_document import MrzName


def read_name(field: str) -> MrzName | None:
    """The name in one field; None when it is empty. A field without trailing filler may have been cut."""
    surname, _, given = field.partition("<<")
    return _name(surname, given, truncated=not field.endswith("<"))


def read_split_name(surname: str, given: str) -> MrzName | None:
    """The name in two fields, as on the French card; a field of no width holds nothing and cuts nothing."""
    return _name(surname, given, truncated=any(field and not field.endswith("<") for field in (surname, given)))


def _name(surname: str, given: str, *, truncated: bool) -> MrzName | None:
    name = MrzName(_words(surname), _words(given), truncated)
    return name if name.surname or name.given else None


def _words(field: str) -> str:
    return " ".join(field.replace("<", " ").split())
