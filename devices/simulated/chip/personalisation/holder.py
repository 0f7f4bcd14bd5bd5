"""The holder of a simulated chip, from the document that a simulated kit presents. Invented people only."""

from dataclasses import dataclass, field, replace
from datetime import date

from data.documents.mrz import parse_mrz
from data.documents.mrz.fields import check_digit
from data.documents.mrz.formats import LAYOUTS
from data.documents.travel_document import Capture, TravelDocument
from data.errors import InputError
from data.text import _
from devices.simulated.kit_file import Presentation

_YEARS_VALID = 10
_FIRST_ISSUE = date(2018, 6, 1)
"""First year of the invented document signers; a document that would be older gets this date of issue."""


@dataclass(frozen=True)
class Holder:
    """One traveller and what the issuer knows of the document."""

    zone: str
    """Lines of the machine-readable zone, joined by line feeds: the one printed, and the one in DG1."""
    issued: date
    portrait: bytes = field(default=b"", repr=False)
    """JPEG or JPEG 2000; a face is drawn where it is empty."""
    signature: bytes = field(default=b"", repr=False)
    """JPEG; drawn where it is empty."""
    full_name: str = ""
    """`SURNAME<<GIVEN<NAMES` in the national script; as in the zone where it is empty."""
    birth_place: str = "UTOPIA CITY"
    address: str = "1 SAMPLE STREET<UTOPIA CITY"
    authority: str = "INVENTED PASSPORT OFFICE"
    to_notify: tuple[tuple[str, str], ...] = (("SAMPLE<<NEIGHBOUR", "+00 000 0000"),)
    """Name and telephone of each person in DG16."""

    @property
    def document(self) -> TravelDocument:
        """The document in the zone; InputError when it is no zone."""
        return parse_mrz(self.zone, capture=Capture.MACHINE, today=self.issued)

    @property
    def name(self) -> str:
        """The name as DG11 holds it."""
        name = self.document.name
        written = f"{name.surname}<<{name.given}" if name else ""
        return self.full_name or written.replace(" ", "<")


def mrz_password(zone: str, today: date) -> bytes:
    """The MRZ information that opens the chip: number, birth and expiry, each with its digit (Doc 9303-11, 4.3.2)."""
    document = parse_mrz(zone, capture=Capture.MACHINE, today=today)
    layout = LAYOUTS[document.format] if document.format else None
    if layout is None or not (layout.number_digit and layout.birth and layout.expiry):
        raise InputError(
            _("A zone without number, birth and expiry cannot open a chip"), do=_("Give a TD1, TD2 or TD3 zone")
        )
    flat = document.raw.replace("\n", "")
    goes_on = layout.continues is not None and flat[layout.number_digit] == "<"
    number = document.number if goes_on else flat[layout.number]
    parts = (number, flat[layout.birth], flat[layout.expiry])
    return "".join(part + check_digit(part) for part in parts).encode("ascii")


def holder_of(presentation: Presentation) -> Holder:
    """The holder of a document; without a date of issue, it was issued ten years before it expires."""
    holder = Holder(presentation.text, presentation.issued or _FIRST_ISSUE)
    return replace(holder, issued=presentation.issued or _date_of_issue(holder))


def _date_of_issue(holder: Holder) -> date:
    expiry = holder.document.expiry
    whole = expiry.whole if expiry else None
    if whole is None:
        return _FIRST_ISSUE
    return max(_FIRST_ISSUE, date(whole.year - _YEARS_VALID, whole.month, min(whole.day, 28)))
