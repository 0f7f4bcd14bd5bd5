"""The zone on the chip against the zone that was printed, field by field.

A difference is told, never decided: the print may be misread, and neither side is changed to fit the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from data.documents.travel_document import TravelDocument


class Likeness(StrEnum):
    """How a field on the chip stands to the same field in print."""

    SAME = "same"
    DIFFERS = "differs"
    NOT_COMPARED = "not_compared"
    """One side does not have it."""


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field on both sides."""

    name: str
    """`number`, `birth` and so on, as the attributes of a TravelDocument."""
    likeness: Likeness
    chip: str = field(repr=False)
    printed: str = field(repr=False)


_FIELDS: dict[str, Callable[[TravelDocument], str]] = {
    "code": lambda document: document.code,
    "issuer": lambda document: document.issuer,
    "number": lambda document: document.number,
    "name": lambda document: str(document.name or ""),
    "nationality": lambda document: document.nationality,
    "birth": lambda document: str(document.birth or ""),
    "sex": lambda document: document.sex.value if document.format else "",
    "expiry": lambda document: str(document.expiry or ""),
    "optional": lambda document: document.optional,
}
_MAY_BE_EMPTY = frozenset({"optional", "name"})
"""Fields whose emptiness says something in a zone that was read whole."""


def against_print(chip: TravelDocument, printed: TravelDocument) -> tuple[FieldComparison, ...]:
    """Every field of the two documents, in the order of a zone."""
    both_read = bool(chip.raw and printed.raw)
    values = ((name, get(chip), get(printed)) for name, get in _FIELDS.items())
    return tuple(
        FieldComparison(name, _likeness(name, ours, theirs, both_read=both_read), ours, theirs)
        for name, ours, theirs in values
    )


def differing(comparisons: tuple[FieldComparison, ...]) -> tuple[str, ...]:
    """Names of the fields that differ."""
    return tuple(one.name for one in comparisons if one.likeness is Likeness.DIFFERS)


def _likeness(name: str, chip: str, printed: str, *, both_read: bool) -> Likeness:
    if not (chip and printed) and not (both_read and name in _MAY_BE_EMPTY):
        return Likeness.NOT_COMPARED
    return Likeness.SAME if chip == printed else Likeness.DIFFERS
