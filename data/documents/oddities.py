"""What is odd about a document number by itself: reasons to look at the page, never proof.

Only what is certain counts: a number known from specimens, one that nobody is given, one that a state's passports
cannot have. A number whose check digit is wrong is not judged: it was misread.
"""

import re
from enum import StrEnum

from data.documents.number import clean_number
from data.documents.tables.number_patterns import CERTAIN, SPECIMENS
from data.documents.travel_document import MrzFormat, TravelDocument

_CERTAIN = {issuer: re.compile(pattern, re.ASCII) for issuer, pattern in CERTAIN.items()}
_COUNTED_UP = ("123456789", "12345678", "1234567", "987654321", "87654321")
_LEAST_ZEROS = 5


class Oddity(StrEnum):
    """Why a number is looked at."""

    SPECIMEN_NUMBER = "specimen_number"
    """It stands on published specimens."""
    PLACEHOLDER_NUMBER = "placeholder_number"
    """Nothing but zeros, one character throughout, or counted up."""
    FOREIGN_NUMBER = "foreign_number"
    """The state's ordinary passports have numbers of another form."""


def oddities(document: TravelDocument) -> tuple[Oddity, ...]:
    """Every oddity of a document's number, in the order of `Oddity`; none of one that was not read."""
    number, digit = clean_number(document.number), document.digit("number")
    if not number or (digit and not digit.ok):
        return ()
    rules = {
        Oddity.SPECIMEN_NUMBER: number in SPECIMENS,
        Oddity.PLACEHOLDER_NUMBER: _placeholder(number),
        Oddity.FOREIGN_NUMBER: _foreign(document, number),
    }
    return tuple([oddity for oddity, found in rules.items() if found])


def _placeholder(number: str) -> bool:
    digits = [char for char in number if char.isdigit()]
    only_zeros = len(digits) >= _LEAST_ZEROS and set(digits) == {"0"}
    return only_zeros or number in _COUNTED_UP or (len(number) >= _LEAST_ZEROS and len(set(number)) == 1)


def _foreign(document: TravelDocument, number: str) -> bool:
    """Ordinary passports of a state's own nationals only: others may have numbers of their own."""
    pattern = _CERTAIN.get(document.issuer)
    ordinary = document.format is MrzFormat.TD3 and document.code == "P" and document.nationality == document.issuer
    return bool(pattern and ordinary and not pattern.fullmatch(number))
