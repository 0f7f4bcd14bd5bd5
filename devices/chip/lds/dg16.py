"""DG16: whom to tell in an emergency (Doc 9303-10, 4.7.16)."""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.persons.person import PartialDate
from data.text import _
from devices.chip.lds.fields import DataGroupFields
from devices.chip.lds.files import GROUP_TAGS, content
from devices.chip.lds.text import lines, members, name

_FIRST_PERSON = 0xA1
_LAST_PERSON = 0xAF


@dataclass(frozen=True, slots=True)
class PersonToNotify:
    """One person."""

    surname: str
    given: str
    telephone: str = ""
    address: tuple[str, ...] = ()
    recorded: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Dg16:
    """The persons in the order of the chip."""

    persons: tuple[PersonToNotify, ...]


def read_dg16(data: bytes) -> Dg16:
    """The persons in `data`; Malformed if the file names another number of persons."""
    inside = members(content(data, GROUP_TAGS[16], "DG16"), "DG16")
    counted = [int.from_bytes(element.value, "big") for element in inside if element.tag == 0x02]
    persons = tuple(_person(element.value) for element in inside if _FIRST_PERSON <= element.tag <= _LAST_PERSON)
    if counted != [len(persons)]:
        raise Malformed(_("DG16 gives the wrong number of persons"))
    return Dg16(persons)


def _person(data: bytes) -> PersonToNotify:
    fields = DataGroupFields(data, "DG16")
    surname, given = name(fields.value(0x5F51))
    address = lines(fields.value(0x5F53))
    return PersonToNotify(surname, given, fields.text(0x5F52), address, fields.date(0x5F50))
