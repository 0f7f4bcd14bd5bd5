"""DG11: more about the holder (Doc 9303-10, 4.7.11). An invalid date is left out and noted as a fault."""

from dataclasses import dataclass, field

from data.persons.person import PartialDate
from devices.chip.lds.fields import DataGroupFields, read_fields
from devices.chip.lds.picture import Picture
from devices.chip.lds.text import lines, name

_OTHER_NAME = 0x5F0F


@dataclass(frozen=True, slots=True)
class Dg11:
    """The holder's details, as far as the issuer stored them."""

    surname: str = ""
    given: str = ""
    """In full and in the national script, where DG1 has them cut and transliterated."""
    other_names: tuple[tuple[str, str], ...] = ()
    personal_number: str = ""
    birth: PartialDate | None = None
    birth_place: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    telephone: str = ""
    profession: str = ""
    title: str = ""
    summary: str = ""
    citizenship_proof: Picture | None = None
    other_documents: tuple[str, ...] = ()
    custody: str = ""
    faults: tuple[str, ...] = field(default=())


def read_dg11(data: bytes) -> Dg11:
    """The details in `data`; Malformed if it is not a DG11."""
    fields: DataGroupFields = read_fields(data, 11)
    surname, given = name(fields.value(0x5F0E))
    birth = fields.date(0x5F2B)
    return Dg11(
        surname=surname,
        given=given,
        other_names=tuple(name(value) for value in fields.repeated_values(_OTHER_NAME)),
        personal_number=fields.text(0x5F10),
        birth=birth,
        birth_place=lines(fields.value(0x5F11)),
        address=lines(fields.value(0x5F42)),
        telephone=fields.text(0x5F12),
        profession=fields.text(0x5F13),
        title=fields.text(0x5F14),
        summary=fields.text(0x5F15),
        citizenship_proof=fields.picture(0x5F16),
        other_documents=lines(fields.value(0x5F17)),
        custody=fields.text(0x5F18),
        faults=tuple(fields.faults),
    )
