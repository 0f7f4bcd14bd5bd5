"""Which of a traveller's documents has the chip, and whether this post expects one. Loads nothing that reads chips."""

from collections.abc import Sequence

from data.documents.travel_document import MrzFormat, TravelDocument
from data.kit.settings import ChipExpectation

_FORMATS_WITHOUT_CHIP = frozenset({MrzFormat.MRV_A, MrzFormat.MRV_B, MrzFormat.FR_DL, MrzFormat.CH_DL})
"""Layouts of documents that never have a chip which a zone opens."""


def find_chip_document(documents: Sequence[TravelDocument]) -> TravelDocument | None:
    """The first document that may have a chip; None where there is none."""
    return next((one for one in documents if may_have_chip(one)), None)


def may_have_chip(document: TravelDocument) -> bool:
    """Whether documents of this kind have chips at all: a visa has none."""
    return document.format not in _FORMATS_WITHOUT_CHIP and document.code[:1] != "V"


def is_chip_expected(document: TravelDocument, expected: ChipExpectation) -> bool:
    """Whether this post wants the chip of this document read before it says CLEAR."""
    if expected is ChipExpectation.PASSPORTS:
        return document.code[:1] == "P"
    return expected is ChipExpectation.ALWAYS
