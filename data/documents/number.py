"""Document numbers: one spelling for keys, and the numbers a machine may have misread.

A number is never silently corrected: `neighbours` are other numbers to look up beside the one that was read.
"""

import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from data.documents.mrz.check_digits import VALUES, WEIGHTS
from data.documents.tables.confusable import CONFUSABLE as CONFUSABLE

SHORTEST, LONGEST = 5, 25
"""Characters of a document identification number on the list (SLTD)."""

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
    if any(char not in VALUES for char in number):
        return []
    found: list[str] = []
    for changes in _changes_of_no_weight(*_swaps(number)):
        characters = list(number)
        for position, char in changes:
            characters[position] = char
        found.append("".join(characters))
        if len(found) == MOST_NEIGHBOURS:
            break
    return found


def _swaps(number: str) -> tuple[list[tuple[int, str]], NDArray[np.int64]]:
    """Every single substitution (position, character), and what each adds to the digit, modulo 10."""
    swaps = [(position, other) for position, char in enumerate(number) for other in CONFUSABLE.get(char, "")]
    adds = [(VALUES[other] - VALUES[number[position]]) * WEIGHTS[position] % 10 for position, other in swaps]
    return swaps, np.array(adds, dtype=np.int64)


def _changes_of_no_weight(
    swaps: list[tuple[int, str]], adds: NDArray[np.int64]
) -> Iterator[tuple[tuple[int, str], ...]]:
    """Sets of one, two and three swaps at different positions whose sum is 0 modulo 10."""
    at = np.array([position for position, _ in swaps], dtype=np.int64)
    yield from ((swaps[one],) for one in np.flatnonzero(adds == 0))
    first, second = np.triu_indices(len(swaps), 1)
    apart = at[first] != at[second]
    first, second = first[apart], second[apart]
    sums = (adds[first] + adds[second]) % 10
    for pair in np.flatnonzero(sums == 0):
        yield swaps[first[pair]], swaps[second[pair]]
    for third in range(len(swaps)):
        for pair in np.flatnonzero(((sums + adds[third]) % 10 == 0) & (at[second] < at[third])):
            yield swaps[first[pair]], swaps[second[pair]], swaps[third]
