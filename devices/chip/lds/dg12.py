"""DG12: more about the document (Doc 9303-10, 4.7.12). An invalid date is left out and noted as a fault."""

from dataclasses import dataclass, field

from data.persons.person import PartialDate
from devices.chip.lds.fields import read_fields
from devices.chip.lds.picture import Picture
from devices.chip.lds.text import name

_OTHER_PERSON = 0x5F1A


@dataclass(frozen=True, slots=True)
class Dg12:
    """The document's details, as far as the issuer stored them."""

    authority: str = ""
    issued: PartialDate | None = None
    other_persons: tuple[tuple[str, str], ...] = ()
    endorsements: str = ""
    tax_or_exit: str = ""
    front: Picture | None = None
    rear: Picture | None = None
    personalised: str = ""
    """Local time of personalisation, as fourteen digits."""
    device: str = ""
    """Serial number of the personalisation system."""
    faults: tuple[str, ...] = field(default=())


def read_dg12(data: bytes) -> Dg12:
    """The details in `data`; Malformed if it is not a DG12."""
    fields = read_fields(data, 12)
    issued, personalised = fields.date(0x5F26), fields.digits(0x5F55, 14)
    return Dg12(
        authority=fields.text(0x5F19),
        issued=issued,
        other_persons=tuple(name(value) for value in fields.repeated_values(_OTHER_PERSON)),
        endorsements=fields.text(0x5F1B),
        tax_or_exit=fields.text(0x5F1C),
        front=fields.picture(0x5F1D),
        rear=fields.picture(0x5F1E),
        personalised=personalised,
        device=fields.text(0x5F56),
        faults=tuple(fields.faults),
    )
