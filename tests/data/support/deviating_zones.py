"""Zones with fields of birth and expiry that no calendar date gives."""

from data.documents.mrz.fields import check_digit
from data.documents.mrz.formats import LAYOUTS
from data.documents.mrz.write import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat


def deviating_zone(
    issuer: str, code: str = "ID", format: MrzFormat = MrzFormat.TD1, number: str = "AB123456", **dates: str
) -> str:
    """A zone with these fields of birth and expiry, and right digits."""
    layout = LAYOUTS[format]
    flat = list(write_mrz(MrzFields(code, issuer, number, "Muster", "Eva"), format).replace("\n", ""))
    for field, where, digit in (
        (dates.get("birth", "500101"), layout.birth, layout.birth_digit),
        (dates.get("expiry", "301231"), layout.expiry, layout.expiry_digit),
    ):
        if where and digit:
            flat[where] = field
            flat[digit] = check_digit(field)
    if layout.composite_digit:
        flat[layout.composite_digit] = check_digit("".join("".join(flat[part]) for part in layout.composite))
    return "\n".join(layout.lines_of("".join(flat)))
