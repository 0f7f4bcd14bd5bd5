"""Which of a traveller's documents carries the chip, and whether this post expects one on it."""

from collections.abc import Sequence

from data.chip_settings import Expected
from data.documents.travel_document import MrzFormat, TravelDocument

_WITHOUT = frozenset({MrzFormat.MRV_A, MrzFormat.MRV_B, MrzFormat.FR_DL, MrzFormat.CH_DL})
"""Layouts of documents that never have a chip which a zone opens."""


def carrier(documents: Sequence[TravelDocument]) -> TravelDocument | None:
    """The first document that may have a chip; None where there is none."""
    return next((one for one in documents if may_have_chip(one)), None)


def may_have_chip(document: TravelDocument) -> bool:
    """Whether documents of this kind have chips at all: a visa has none."""
    return document.format not in _WITHOUT and document.code[:1] != "V"


def is_expected(document: TravelDocument, expected: Expected) -> bool:
    """Whether this post wants the chip of this document read before it says CLEAR."""
    if expected is Expected.PASSPORTS:
        return document.code[:1] == "P"
    return expected is Expected.ALWAYS
