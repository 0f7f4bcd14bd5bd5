"""EF.COM: which data groups the chip says it has (Doc 9303-10, 4.6.1). This file is not signed."""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.tlv import by_tag
from data.text import _
from devices.chip.lds.files import COM_TAG, content, group_number
from devices.chip.lds.text import text

_WHAT = "EF.COM"


@dataclass(frozen=True, slots=True)
class Com:
    """The contents of EF.COM."""

    lds_version: str
    """As written: `0107`."""
    unicode_version: str
    """As written: `040000`."""
    groups: tuple[int, ...]
    """Numbers of the data groups, in the order of the file, without unknown tags."""


def read_com(data: bytes) -> Com:
    """The EF.COM in `data`; Malformed if it is not one or does not list the groups."""
    fields = by_tag(content(data, COM_TAG, _WHAT), _WHAT)
    if 0x5C not in fields:
        raise Malformed(_("EF.COM does not list the data groups"))
    groups = (group_number(tag) for tag in fields[0x5C])
    return Com(
        text(fields.get(0x5F01, b"")),
        text(fields.get(0x5F36, b"")),
        tuple(number for number in groups if number is not None),
    )
