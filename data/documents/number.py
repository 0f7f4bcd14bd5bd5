"""Document numbers: one spelling for keys, and the numbers a machine may have misread.

A number is never silently corrected: `neighbours` are other numbers to look up beside the one that was read.
"""

import unicodedata

from data.documents.mrz.check_digits import VALUES
from data.documents.tables.confusable import CONFUSABLE
from data.documents.variants import LONGEST, SHORTEST, undetected

__all__ = ["CONFUSABLE", "LONGEST", "MOST_NEIGHBOURS", "SHORTEST", "clean_number", "is_din", "neighbours"]

MAX_TEXT = 200
"""Characters of a number with all its blanks and marks, as it is typed or stands in a file."""

MOST_NEIGHBOURS = 1000
"""Fewer substitutions come first; `000000000`, the worst number of nine characters, stays below."""


def clean_number(text: str) -> str:
    """Upper case, and nothing but A to Z and 0 to 9 (SLTD's DIN); full-width forms count as plain ones.

    Nothing of a text of more than MAX_TEXT characters: that is nobody's number, and is not cut down to one.
    """
    if len(text) > MAX_TEXT:
        return ""
    return "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char in VALUES and char != "<")


def is_din(number: str) -> bool:
    """Whether a cleaned number can stand on the list: 5 to 25 characters."""
    return SHORTEST <= len(number) <= LONGEST


def neighbours(number: str) -> list[str]:
    """The numbers up to three confusable substitutions away that have the same check digit, nearest first.

    `number` as printed, fillers included, since a digit weighs positions. At most MOST_NEIGHBOURS, and none for a
    number with characters that no MRZ has.
    """
    if not number or any(char not in VALUES for char in number):
        return []
    return [row.tobytes().decode("ascii") for row in undetected(number)[:MOST_NEIGHBOURS]]
