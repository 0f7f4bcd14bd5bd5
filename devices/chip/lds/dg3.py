"""DG3: fingerprints, in the older (ISO/IEC 19794-4:2005) or the newer format (ISO/IEC 39794-4:2019).

Only what is around the pictures is read: which fingers, how large, how packed. Chips open this file only after terminal
authentication.
"""

import struct
from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.certificates.tlv import Element, check_bounds, elements
from data.text import _
from devices.chip.lds.biometrics import templates
from devices.chip.lds.files import GROUP_TAGS, MOST_BYTES
from devices.chip.lds.text import members

_HEADER = struct.Struct(">4s4s6sHHBBHHHHBBH")
_FINGER = struct.Struct(">IBBBBBHHB")
_MARK = b"FIR\x00"
_PACKED = {0: "raw", 1: "packed", 2: "WSQ", 3: "JPEG", 4: "JPEG 2000", 5: "PNG"}
_MOST_FINGERS = 20
_NEWER_MARK = 0x64
"""FingerImageDataBlock ::= [APPLICATION 4]."""
_REPRESENTATIONS, _REPRESENTATION = 0xA1, 0x30
_POSITION, _FORMAT, _PICTURE = 0xA0, 0xA2, 0x83
_CODE, _EXTENSION = 0x80, 0xA1
_NEWER_PACKED = {0: "PGM", 1: "WSQ", 2: "JPEG 2000", 3: "JPEG 2000", 4: "PNG"}
_WHAT = _("A fingerprint record")


@dataclass(frozen=True, slots=True)
class Finger:
    """One picture's header."""

    position: int
    """1 right thumb … 5 right little, 6 left thumb … 10 left little; 0 unknown (ISO/IEC 19794-4, table 7)."""
    quality: int
    """0 to 100; 0 in the newer format, whose blocks of quality are not read."""
    width: int
    """Pixels; 0 in the newer format, in which only the picture itself tells."""
    height: int
    content_bytes: int


@dataclass(frozen=True, slots=True)
class FingerRecord:
    """One template's header."""

    resolution: tuple[int, int]
    """Of the pictures, across and down, in the unit that the header names; zeros in the newer format."""
    packing: str
    """`WSQ`, `JPEG 2000` and so on; `unknown` for a code that is not known here."""
    fingers: tuple[Finger, ...]


@dataclass(frozen=True, slots=True)
class Dg3:
    """The headers of every template; empty where the issuer stored none."""

    records: tuple[FingerRecord, ...]


def read_dg3(data: bytes) -> Dg3:
    """The headers in `data`; Malformed if a record's lengths do not add up."""
    return Dg3(tuple(_record(template.record) for template in templates(data, GROUP_TAGS[3], "DG3")))


def _record(record: bytes) -> FingerRecord:
    return _newer_record(record) if record[:1] == bytes([_NEWER_MARK]) else _older_record(record)


def _newer_record(record: bytes) -> FingerRecord:
    """A record in the format of ISO/IEC 39794-4, which is DER; elements of later editions are passed over."""
    check_bounds(record, _WHAT, MOST_BYTES)
    block = next(elements(record))
    representations = members(_inside(members(block.value, _WHAT), _REPRESENTATIONS), _WHAT)
    if len(representations) > _MOST_FINGERS or any(item.tag != _REPRESENTATION for item in representations):
        raise Malformed(_("A fingerprint record has the wrong structure, or too many fingers"))
    packings, fingers = set(), []
    for representation in representations:
        inside = members(representation.value, _WHAT)
        packings.add(_NEWER_PACKED.get(_code(_inside(inside, _FORMAT)), "unknown"))
        fingers.append(Finger(_code(_inside(inside, _POSITION)), 0, 0, 0, len(_inside(inside, _PICTURE))))
    return FingerRecord((0, 0), packings.pop() if len(packings) == 1 else "unknown", tuple(fingers))


def _inside(items: list[Element], tag: int) -> bytes:
    for element in items:
        if element.tag == tag:
            return element.value
    raise Malformed(_("A fingerprint record has no element {tag}", tag=f"{tag:X}"))


def _code(choice: bytes) -> int:
    """A code, or the one that stands in for a newer code that is not known here; -1 if there is none."""
    for element in members(choice, _WHAT):
        if element.tag == _CODE:
            return int.from_bytes(element.value, "big")
        if element.tag == _EXTENSION:
            return _code(element.value)
    return -1


def _older_record(record: bytes) -> FingerRecord:
    if len(record) < _HEADER.size or not record.startswith(_MARK):
        raise Malformed(_("A fingerprint record has the wrong beginning"))
    header = _HEADER.unpack_from(record)
    length, count, across, down, packing = (header[at] for at in (2, 5, 9, 10, 12))
    if int.from_bytes(length, "big") != len(record) or count > _MOST_FINGERS:
        raise Malformed(_("A fingerprint record does not have the length that it names, or has too many fingers"))
    fingers = []
    at = _HEADER.size
    for _number in range(count):
        if at + _FINGER.size > len(record):
            raise Malformed(_("A fingerprint record ends within a finger"))
        finger = _FINGER.unpack_from(record, at)
        size, position, quality, width, height = (finger[place] for place in (0, 1, 4, 6, 7))
        if size < _FINGER.size or at + size > len(record):
            raise Malformed(_("A finger is longer than its record"))
        fingers.append(Finger(position, quality, width, height, size - _FINGER.size))
        at += size
    return FingerRecord((across, down), _PACKED.get(packing, "unknown"), tuple(fingers))
