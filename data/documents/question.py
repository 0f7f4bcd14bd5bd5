"""What a document asks of a sealed list, as canonical rows.

Exact (number, issuer or its successors, group); near; elsewhere (the same number with another issuer or group). Near
are, of a number that a machine read with a right digit, the confusable neighbours with an equal digit; of any other,
all confusable neighbours and all numbers one edit away, for the officer to look at (documents.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from data.documents.countries import ALL, canonical, successors
from data.documents.number import MOST_NEIGHBOURS, clean_number, is_din
from data.documents.sealing import NUMBER_AT, ROW_BYTES, Rows, canonical_row
from data.documents.travel_document import TravelDocument
from data.documents.types import group_of
from data.documents.variants import LONGEST, padded, similar, undetected
from data.errors import InputError
from data.findings import Grade

_TRAVEL_GROUPS = ("P", "I", "V")
"""Tried for a document whose group is not known, and for the same number elsewhere."""

_MRZ_NUMBER = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<")

Place = tuple[str, str]
"""Country and group."""


@dataclass(frozen=True, slots=True)
class Question:
    """A document's number and places, and the canonical rows, (n, 32) bytes, of what is near and elsewhere."""

    number: str
    places: tuple[Place, ...]
    """The document's own."""
    rows: Rows
    near: int
    """The first so many rows are near, the rest is elsewhere."""

    def grade(self, row: int) -> Grade:
        """What a record under a row means."""
        return Grade.NEAR if row < self.near else Grade.ELSEWHERE


def question(document: TravelDocument) -> Question:
    """Everything to look up for a document.

    InputError when the document has no number that a list could hold: such a document cannot be checked.
    """
    number = clean_number(document.number)
    if not is_din(number):
        raise InputError(
            f"The document number has {len(number)} letters and digits; lists hold numbers of 5 to 25",
            means="The document was not looked up.",
            do="Read the document again, or type its number",
        )
    places = _places(document)
    near = near_rows(document, number, places)
    elsewhere = _everywhere(group_of(document.code)).copy()
    elsewhere[:, NUMBER_AT : NUMBER_AT + LONGEST] = padded([number])
    return Question(number, tuple(places), np.concatenate([near, elsewhere]), len(near))


def near_rows(document: TravelDocument, number: str, places: Sequence[Place]) -> Rows:
    """The canonical rows of what is near; the very number may be among them."""
    numbers = _undetected(document.number) if document.number_is_certain else similar(number)
    rows = np.zeros((len(places), len(numbers), ROW_BYTES), np.uint8)
    rows[:, :, NUMBER_AT : NUMBER_AT + LONGEST] = numbers
    for place, (country, group) in enumerate(places):
        rows[place, :, :NUMBER_AT] = np.frombuffer((country + group).encode("ascii"), np.uint8)
    return rows.reshape(-1, ROW_BYTES)


def rows_of(plain: Sequence[tuple[str, str, str]]) -> Rows:
    """Canonical rows of (number, country, group)."""
    return _rows(b"".join([canonical_row(*each) for each in plain]))


def _places(document: TravelDocument) -> list[Place]:
    """The (country, group) pairs that are this document's own."""
    country, group = canonical(document.issuer), group_of(document.code)
    countries = (country, *successors(country)) if country else ()
    return list(product(countries, (group,) if group else _TRAVEL_GROUPS))


def _undetected(printed: str) -> Rows:
    """Confusable neighbours with an equal digit, cleaned: (n, 25)."""
    if not set(printed) <= _MRZ_NUMBER:
        return padded([])
    rows = undetected(printed)[:MOST_NEIGHBOURS]
    cleaned = rows[:, [char != "<" for char in printed]]
    numbers = np.zeros((len(rows), LONGEST), np.uint8)
    numbers[:, : cleaned.shape[1]] = cleaned
    return numbers


@lru_cache(maxsize=32)
def _everywhere(group: str) -> Rows:
    """The canonical rows of every (country, group) pair, without a number."""
    places = product(ALL, dict.fromkeys((*_TRAVEL_GROUPS, *group)))
    return _rows(b"".join([(country + each).encode("ascii").ljust(ROW_BYTES, b"\0") for country, each in places]))


def _rows(packed: bytes) -> Rows:
    return np.frombuffer(packed, dtype=np.uint8).reshape(-1, ROW_BYTES)
