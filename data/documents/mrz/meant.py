"""A misread document as its repairs say it is meant: to search persons by it, and to name its issuer."""

from dataclasses import replace
from datetime import date

from data.documents.mrz.formats import LAYOUTS
from data.documents.mrz.parse import parse_mrz
from data.documents.mrz.repair import places
from data.documents.travel_document import TravelDocument


def as_meant(document: TravelDocument, today: date) -> TravelDocument:
    """The document with its repairs applied; the same one where it has none.

    Number, candidates, raw text, digits, problems and repairs stay as read. `today` settles centuries.
    """
    if not document.repairs or document.format is None:
        return document
    layout = LAYOUTS[document.format]
    where = dict(places(layout))
    flat = document.raw.replace("\n", "")
    for repair in document.repairs:
        flat = flat[: where[repair.field].start] + repair.means + flat[where[repair.field].stop :]
    meant = parse_mrz("\n".join(layout.lines_of(flat)), capture=document.capture, today=today)
    return replace(
        document,
        issuer=meant.issuer,
        nationality=meant.nationality,
        name=meant.name,
        birth=meant.birth,
        expiry=meant.expiry,
    )
