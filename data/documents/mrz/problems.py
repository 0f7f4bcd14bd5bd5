"""What is wrong with an MRZ apart from its check digits: one rule a problem.

A specimen's state (UTO) is a known one: whether a specimen may be presented is for the screening to say.
"""

import re

from data.documents.countries import is_known
from data.documents.mrz.dates import UNKNOWN, has_zero_part
from data.documents.mrz.formats import Layout
from data.documents.travel_document import MrzName, MrzProblem
from data.persons.partial_date import PartialDate

_LEGAL = re.compile("[A-Z0-9<]*")
_NAME = re.compile("[A-Z<]*")
_SEX = frozenset("MF<X")
_CARD_CODE = re.compile("A[A-UW-Z<]|[CI][A-UW-Z<]")


def problems_of(
    layout: Layout,
    flat: str,
    *,
    number: str,
    name: MrzName | None,
    birth: PartialDate | None,
    expiry: PartialDate | None,
) -> tuple[MrzProblem, ...]:
    """Every problem of the joined lines `flat`, in the order of `MrzProblem`."""
    rules = {
        MrzProblem.UNKNOWN_STATE: not is_known(flat[layout.issuer]),
        MrzProblem.UNKNOWN_NATIONALITY: layout.nationality is not None and not is_known(flat[layout.nationality]),
        MrzProblem.ILLEGAL_CHARACTERS: not _legal(layout, flat),
        MrzProblem.IMPOSSIBLE_BIRTH: layout.birth is not None and _impossible(birth, flat[layout.birth]),
        MrzProblem.IMPOSSIBLE_EXPIRY: layout.expiry is not None and _impossible(expiry, flat[layout.expiry]),
        MrzProblem.UNKNOWN_SEX: layout.sex is not None and flat[layout.sex] not in _SEX,
        MrzProblem.NO_NAME: name is None,
        MrzProblem.NO_NUMBER: not number.strip("<"),
        MrzProblem.UNUSUAL_CODE: not _usual(layout, flat[layout.code]),
    }
    return tuple([problem for problem, found in rules.items() if found])


def _impossible(found: PartialDate | None, field: str) -> bool:
    return field != UNKNOWN and (found is None or has_zero_part(field))


def _legal(layout: Layout, flat: str) -> bool:
    """A to Z, 0 to 9 and fillers only, and no digit in a name (Doc 9303-3 section 4.3)."""
    name = flat[layout.surname] + (flat[layout.given] if layout.given else "")
    return bool(_LEGAL.fullmatch(flat) and _NAME.fullmatch(name))


def _usual(layout: Layout, code: str) -> bool:
    """Whether Doc 9303 gives this document code to this format; a card's second letter is never V."""
    if code[0] not in layout.first_letters:
        return False
    if code[0] in "DF":  # a driving licence is known by its whole code
        return True
    return bool(_CARD_CODE.fullmatch(code) if code[0] in "IAC" else _NAME.fullmatch(code))
