"""Letters in dates, digits in names and state codes: what such a field most likely says.

- The field stays as read, and so do the judgements about it; a repair stands beside it (`FieldRepair`).
- The document number is never repaired: it has `number_candidates`.
- A date is repaired only where its own check digit then agrees; a state only where one known code fits; a name, which
  no digit guards, only where every digit in it has a letter it is taken for (Doc 9303-3 section 4.6 allows none).
"""

from collections.abc import Iterator
from itertools import product

from data.documents.code_tables import is_known_country
from data.documents.mrz.fields import DIGIT_MEANT, check_digit, read_date_parts
from data.documents.mrz.formats import Layout
from data.documents.tables.confusable import CONFUSABLE
from data.documents.travel_document import FieldRepair

_DIGITS = str.maketrans({letter: digit for letter, digit in DIGIT_MEANT.items() if digit and not letter.isdigit()})
_LETTERS = str.maketrans({"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"})
_DIGIT_CHARACTERS = frozenset("0123456789")


def find_repairs(layout: Layout, flat: str) -> tuple[FieldRepair, ...]:
    """What the misread fields of the joined lines `flat` most likely say; none for fields that need none."""
    repairs = [_repair(flat, field, where) for field, where in repairable_fields(layout)]
    return tuple([repair for repair in repairs if repair])


def repairable_fields(layout: Layout) -> Iterator[tuple[str, slice]]:
    """The fields that may be repaired; a date that no digit guards is not one of them."""
    if layout.birth and layout.birth_digit:
        yield "birth", layout.birth
    if layout.expiry and layout.expiry_digit:
        yield "expiry", layout.expiry
    yield "issuer", layout.issuer
    if layout.nationality and layout.nationality != layout.issuer:
        yield "nationality", layout.nationality
    if layout.given:
        yield "surname", layout.surname
        yield "given", layout.given
    else:
        yield "name", layout.surname


def _repair(flat: str, field: str, where: slice) -> FieldRepair | None:
    read = flat[where]
    if field in ("birth", "expiry"):
        means = _date(read, flat[where.stop])
    elif field in ("issuer", "nationality"):
        means = _state(read)
    else:
        means = _name(read)
    return FieldRepair(field, read, means) if means != read else None


def _date(read: str, digit: str) -> str:
    means = read.translate(_DIGITS)
    right = read_date_parts(means) is not None and check_digit(means) == digit.translate(_DIGITS)
    return means if right else read


def _state(read: str) -> str:
    if _DIGIT_CHARACTERS.isdisjoint(read) or is_known_country(read):
        return read
    options = [_letters(char) if char in _DIGIT_CHARACTERS else [char] for char in read]
    fits = [code for letters in product(*options) if is_known_country(code := "".join(letters))]
    return fits[0] if len(fits) == 1 else read


def _letters(digit: str) -> list[str]:
    return [other for other in CONFUSABLE.get(digit, "") if other.isalpha()]


def _name(read: str) -> str:
    means = read.translate(_LETTERS)
    return means if _DIGIT_CHARACTERS.isdisjoint(means) else read
