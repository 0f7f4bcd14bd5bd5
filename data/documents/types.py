"""Types of document on the list, and the group that an MRZ and a list agree on.

An MRZ's code tells only passport, card or visa for sure: states choose the second letter, and A, C and I are all
cards (Doc 9303-5). So a listed document is keyed by its group, never by its type.
"""

from data.documents.tables.types import MRZ_GROUPS, ROWS, TYPES_VERSION

__all__ = [
    "ALL",
    "GROUPS",
    "TYPES_VERSION",
    "group_of",
    "group_of_mrz",
    "is_known",
    "name_of",
    "type_at",
    "type_group",
    "type_index",
]

ALL: tuple[str, ...] = tuple(row[0] for row in ROWS)
"""Every type code, in the order of the table."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(row[2] for row in ROWS))
"""Every group a listed document can have: P passports, I cards, V visas, D driving licences, R vehicle papers, O."""

OTHER = "O"

_GROUPS = {row[0]: row[2] for row in ROWS}
_NAMES = {row[0]: row[3] for row in ROWS}
_INDEX = {code: position for position, code in enumerate(ALL, start=1)}
_GROUP_NAMES = {"P": "passport", "I": "identity document", "V": "visa", "D": "driving licence", "R": "vehicle paper"}


def is_known(type_code: str) -> bool:
    """Whether the table has this type code."""
    return type_code in _GROUPS


def type_group(type_code: str) -> str:
    """The group of a list's type code; `P`, `I` and `V` are also types (any passport …); others unknown are `O`."""
    if type_code in GROUPS:
        return type_code
    return _GROUPS.get(type_code, OTHER)


def group_of_mrz(code: str) -> str:
    """The group of an MRZ's document code: its first letter, with A, C and I as one.

    Empty where no listed document has such a code: a misread one is looked up as what it may be.
    """
    first = code[:1].upper()
    group = MRZ_GROUPS.get(first, first)
    return group if group in GROUPS else ""


def group_of(code: str) -> str:
    """The group of a document's code, printed (`PD`) or typed as on the list (`DIP`)."""
    code = code.strip(" <").upper()
    return _GROUPS[code] if code in _GROUPS else group_of_mrz(code)


def type_index(type_code: str) -> int:
    """A small integer for packing: 1 upwards by position in the table, 0 for none or an unknown type."""
    return _INDEX.get(type_code, 0)


def type_at(index: int) -> str:
    """The type code at a `type_index`; empty for 0; IndexError for one that a newer table gave."""
    if index < 0:
        raise IndexError(index)
    return ALL[index - 1] if index else ""


def name_of(code: str) -> str:
    """English words for a type code or a group; the code itself when it is not known."""
    return _NAMES.get(code) or _GROUP_NAMES.get(code, code)
