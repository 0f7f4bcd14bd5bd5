"""A seal's zone beside the printed one, field by field: a seal proves only the paper that it was made for."""

from dataclasses import dataclass
from datetime import date

from data.documents.mrz.parse import parse_mrz
from data.documents.seals.profiles import ZoneFeature
from data.documents.travel_document import Capture, TravelDocument

FIELDS = ("code", "issuer", "number", "name", "nationality", "birth", "sex", "expiry")
"""Those that every sealed zone holds whole. Optional data are not among them: visas seal the beginning of a line."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is printed otherwise than sealed."""

    field: str
    printed: str
    sealed: str
    doubtful: bool
    """The printed one may be misread: its digit is wrong, or the reader was not sure."""


def sealed_document(zone: str, today: date) -> TravelDocument:
    """The document that a seal describes."""
    return parse_mrz(zone, capture=Capture.MACHINE, today=today)


def belongs_to(feature: ZoneFeature, document: TravelDocument) -> bool:
    """Whether a seal with such a zone can be that of this document."""
    return document.format is feature.format


def differences(sealed: TravelDocument, printed: TravelDocument) -> tuple[Difference, ...]:
    """The fields that differ, in the order of `FIELDS`; none where the seal is that of the printed document."""
    found = ((field, _text(printed, field), _text(sealed, field)) for field in FIELDS)
    return tuple(
        Difference(field, ours, theirs, _doubted(printed, field)) for field, ours, theirs in found if ours != theirs
    )


def _text(document: TravelDocument, field: str) -> str:
    value = getattr(document, field)
    return "" if value is None else str(value)


def _doubted(document: TravelDocument, field: str) -> bool:
    digit = document.digit(field)
    return field in document.doubtful or (digit is not None and not digit.ok)
