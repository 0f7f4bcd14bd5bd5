"""The document as it was read, and the person on it: left half of the desk.

- Fields are shown as printed. A wrong check digit is named below the fields; it never changes one.
- Seven lines, so that the person is complete next to the longest verdict at 80×24.
"""

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from appliance.counter.subject import Subject
from data.documents.barcodes import BarcodeKind
from data.documents.mrz.zone import LAST_YEAR
from data.documents.travel_document import Capture, Confirmation, TravelDocument
from data.screenings import Traveller
from data.text import Message, _, in_context, join, plural
from ui.desk.actions import Privacy
from ui.desk.notes import DIGIT_FIELDS
from ui.text.sanitize import safe
from ui.text.translation import translate

_KINDS = {
    BarcodeKind.BOARDING_PASS: _("boarding pass"),
    BarcodeKind.SEAL: _("digital seal"),
    BarcodeKind.OPEN_SEAL: _("digital seal"),
    BarcodeKind.OTHER: _("other code"),
}


_HOW_TYPED = {
    Confirmation.READ_BACK: _("typed, read back"),
    Confirmation.TYPED_TWICE: _("typed twice, and the same"),
}


class DocumentPane(Static):
    """Document and person."""

    DEFAULT_CSS = "DocumentPane { width: 36; height: 1fr; padding: 0 1; color: $ink; }"

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._subject: Subject | None = None
        self._privacy = Privacy.OPEN
        self._lines: list[Content] = []

    def show(self, subject: Subject | None, privacy: Privacy) -> None:
        """Draw whom the screening is about."""
        if self._lines and subject is self._subject and privacy is self._privacy:
            return
        self._subject, self._privacy = subject, privacy
        self._lines = [*_documents(subject, privacy), *_person(subject), *_codes(subject)]
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """How much is shown depends on the room."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.content_size
        rows = [row for line in self._lines for row in line.wrap(width)] if width else []
        if len(rows) > height > 0:  # nothing is left out silently
            rows[height - 1 :] = [Content("…")]
        self.update(Content("\n").join(rows), layout=False)


def _line(message: Message, style: str = "") -> Content:
    return Content.styled(translate(message), style)


def _heading(message: Message) -> Content:
    return _line(message, "bold $soft-ink")


def _codes(subject: Subject | None) -> list[Content]:
    """What was read together with the document, last: the checks show what it says."""
    kinds = list(dict.fromkeys(_KINDS[code.kind] for code in subject.codes)) if subject else []
    return [_line(_("Also scanned: {codes}", codes=join(kinds, ", ")))] if kinds else []


def _documents(subject: Subject | None, privacy: Privacy) -> list[Content]:
    heading = _heading(in_context("heading of the desk", "DOCUMENT"))
    if subject is None:
        return [heading, _line(_("none read"))]
    if not subject.documents:
        return [heading, _line(_("none: person typed in"))]
    first, *others = subject.documents
    lines = [heading, *_document(first, privacy)]
    return [*lines, _line(plural("and {count} more", "and {count} more", len(others)))] if others else lines


def _document(document: TravelDocument, privacy: Privacy) -> list[Content]:
    kind = " ".join(filter(None, (safe(document.code, 10), safe(document.issuer, 10))))
    number = safe(document.number, 30) or translate(_("no number read"))
    lines = [Content.assemble(f"{kind}  ", (number, "bold")), _line(_expiry(document))]
    if privacy is Privacy.OPEN:
        lines += [_digits(document)]
    return lines


def _expiry(document: TravelDocument) -> Message:
    if document.expiry and document.expiry.year == LAST_YEAR:
        return _("no end of validity · {source}", source=_source(document))
    if document.expiry:
        return _("expires {date} · {source}", date=document.expiry, source=_source(document))
    return _("no expiry date · {source}", source=_source(document))


def _source(document: TravelDocument) -> Message:
    if document.provenance is not None and document.provenance.simulated:
        return in_context("source of a document", "simulated")
    if document.capture is Capture.MACHINE:
        return in_context("source of a document", "machine-read")
    return in_context("source of a document", "typed")


def _digits(document: TravelDocument) -> Content:
    if document.is_typed_number:
        return _line(_HOW_TYPED.get(document.confirmation, _("typed once")))
    if not document.raw:
        return _line(_("no machine-readable zone"))
    wrong = [DIGIT_FIELDS.get(digit.field) or safe(digit.field, 12) for digit in document.digits if not digit.ok]
    if not wrong:
        return _line(_("✓ every check digit is right") if document.digits else _("? no check digits"))
    return _line(_("! wrong digit: {fields}", fields=join(wrong, ", ")), "bold $warn-ink")


def _person(subject: Subject | None) -> list[Content]:
    heading = _heading(in_context("heading of the desk", "PERSON"))
    traveller = subject.traveller if subject else None
    if traveller is None:
        return [heading, _line(_("none read"))]
    return [heading, *_names(traveller), _line(_facts(traveller))]


def _names(traveller: Traveller) -> list[Content]:
    names = [Content.styled(safe(traveller.surname), "bold")]
    if traveller.given:
        given = safe(traveller.given)
        names.append(_line(_("{name} (cut off)", name=given)) if traveller.truncated else Content(given))
    return names


def _facts(traveller: Traveller) -> Message:
    born = _("born {date}", date=traveller.birth) if traveller.birth else _("birth date not read")
    return join(filter(None, (born, traveller.sex.value, safe(traveller.nationality, 10))), " · ")
