"""The frame around biometric data in DG2 and DG3: templates of a header and a record (Doc 9303-10, 4.7.2; CBEFF).

A record in an older format is the value of 5F2E. One in a format of ISO/IEC 39794 is in A1 within 7F2E (ISO/IEC
7816-11, table 3), as in ICAO's reference files; some files leave A1 out.
"""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.tlv import by_tag
from data.text import _
from devices.chip.lds.files import content
from devices.chip.lds.text import members

_GROUP = 0x7F61
_TEMPLATE = 0x7F60
_HEADER = 0xA1
_RECORD = 0x5F2E
_RECORD_CONSTRUCTED = 0x7F2E
_STANDARD_FORMAT = (0xA1, 0x81)
"""Within 7F2E: data in the format that the header names, constructed or primitive."""
_MOST_TEMPLATES = 9


@dataclass(frozen=True, slots=True)
class Template:
    """One biometric record."""

    format_owner: int
    format_type: int
    record: bytes
    """In the format of its own standard; in ISO/IEC 39794 that is DER."""


def templates(data: bytes, tag: int, what: str) -> tuple[Template, ...]:
    """The records of a biometric data group; Malformed if the file names another number of records."""
    outer = by_tag(content(data, tag, what), what).get(_GROUP)
    if outer is None:
        raise Malformed(_("{file} has no biometric templates", file=what))
    inside = members(outer, what)
    counted = [int.from_bytes(element.value, "big") for element in inside if element.tag == 0x02]
    records = [element.value for element in inside if element.tag == _TEMPLATE]
    if counted != [len(records)] or len(records) > _MOST_TEMPLATES:
        raise Malformed(_("{file} gives the wrong number of templates", file=what))
    return tuple(_template(record, what) for record in records)


def _template(data: bytes, what: str) -> Template:
    fields = by_tag(data, what)
    record = fields.get(_RECORD)
    if record is None and _RECORD_CONSTRUCTED in fields:
        record = _constructed_record(fields[_RECORD_CONSTRUCTED], what)
    if record is None or _HEADER not in fields:
        raise Malformed(_("A template in {file} has no header or no record", file=what))
    header = by_tag(fields[_HEADER], what)
    owner, kind = (int.from_bytes(header.get(tag, b""), "big") for tag in (0x87, 0x88))
    return Template(owner, kind, record)


def _constructed_record(data: bytes, what: str) -> bytes:
    inside = members(data, what)
    return next((element.value for element in inside if element.tag in _STANDARD_FORMAT), data)
