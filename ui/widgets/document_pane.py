"""The document as it was read, and the person on it: left half of the desk.

- Fields are shown as printed. A wrong digit is named next to the fields; it never changes one.
- Seven lines, so that on 80×24 the person is whole next to the longest verdict.
"""

from textual.content import Content
from textual.widgets import Static

from appliance.counter.subject import Subject
from data.documents.barcodes import BarcodeKind
from data.documents.travel_document import Capture, TravelDocument
from data.screenings import Traveller
from ui.desk.actions import Privacy
from ui.text.sanitize import safe

_DIGITS = {"number": "number", "birth": "birth", "expiry": "expiry", "optional": "optional", "composite": "whole"}
_KINDS = {
    BarcodeKind.BOARDING_PASS: "boarding pass",
    BarcodeKind.SEAL: "digital seal",
    BarcodeKind.OPEN_SEAL: "digital seal",
    BarcodeKind.OTHER: "other code",
}


class DocumentPane(Static):
    """Document and person."""

    DEFAULT_CSS = "DocumentPane { width: 36; height: 1fr; padding: 0 1; color: $ink; }"

    def __init__(self) -> None:
        super().__init__("", markup=False)

    def show(self, subject: Subject | None, privacy: Privacy) -> None:
        """Draw whom the screening is about."""
        self.update(Content("\n").join([*_documents(subject, privacy), *_person(subject), *_codes(subject)]))


def _codes(subject: Subject | None) -> list[Content]:
    """What was read together with the document, last: what it says stands among the checks."""
    kinds = dict.fromkeys(_KINDS[code.kind] for code in subject.codes) if subject else {}
    return [Content(f"with {' and '.join(kinds)}")] if kinds else []


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $soft-ink")


def _documents(subject: Subject | None, privacy: Privacy) -> list[Content]:
    if subject is None or not subject.documents:
        return [_heading("DOCUMENT"), Content("none read" if subject is None else "none: person typed in")]
    first, *others = subject.documents
    lines = [_heading("DOCUMENT"), *_document(first, privacy)]
    return [*lines, Content(f"and {len(others)} more")] if others else lines


def _document(document: TravelDocument, privacy: Privacy) -> list[Content]:
    kind = " ".join(filter(None, (safe(document.code, 10), safe(document.issuer, 10))))
    lines = [
        Content.assemble(f"{kind}  ", (safe(document.number, 30) or "no number read", "bold")),
        Content(f"{f'expires {document.expiry}' if document.expiry else 'no expiry date'} · {_source(document)}"),
    ]
    if privacy is Privacy.OPEN:
        lines += [_digits(document)]
    return lines


def _source(document: TravelDocument) -> str:
    if document.provenance is not None and document.provenance.simulated:
        return "simulated"
    return "machine-read" if document.capture is Capture.MACHINE else "typed"


def _digits(document: TravelDocument) -> Content:
    if not document.raw:
        return Content("no machine-readable zone")
    wrong = [_DIGITS.get(digit.field, safe(digit.field, 12)) for digit in document.digits if not digit.ok]
    if not wrong:
        return Content("✓ every check digit is right" if document.digits else "? no check digits")
    return Content.styled(f"! wrong digit: {', '.join(wrong)}", "bold $warn-ink")


def _person(subject: Subject | None) -> list[Content]:
    traveller = subject.traveller if subject else None
    if traveller is None:
        return [_heading("PERSON"), Content("none read")]
    return [_heading("PERSON"), *_names(traveller), Content(_facts(traveller))]


def _names(traveller: Traveller) -> list[Content]:
    names = [Content.styled(safe(traveller.surname), "bold")]
    if traveller.given:
        names.append(Content(safe(traveller.given) + (" (cut off)" if traveller.truncated else "")))
    return names


def _facts(traveller: Traveller) -> str:
    born = f"born {traveller.birth}" if traveller.birth else "birth date not read"
    return " · ".join(filter(None, (born, traveller.sex.value, safe(traveller.nationality, 10))))
