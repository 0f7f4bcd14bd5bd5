"""DG3: fingerprints (ISO/IEC 19794-4:2005). Only headers are read: which fingers, how large, how packed.

Chips open this file only after terminal authentication.
"""

import struct
from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.text import _
from devices.chip.lds.biometrics import templates
from devices.chip.lds.files import GROUP_TAGS

_HEADER = struct.Struct(">4s4s6sHHBBHHHHBBH")
_FINGER = struct.Struct(">IBBBBBHHB")
_MARK = b"FIR\x00"
_PACKED = {0: "raw", 1: "packed", 2: "WSQ", 3: "JPEG", 4: "JPEG 2000", 5: "PNG"}
_MOST_FINGERS = 20


@dataclass(frozen=True, slots=True)
class Finger:
    """One picture's header."""

    position: int
    """1 right thumb … 5 right little, 6 left thumb … 10 left little; 0 unknown (ISO/IEC 19794-4, table 7)."""
    quality: int
    width: int
    height: int
    content_bytes: int


@dataclass(frozen=True, slots=True)
class FingerRecord:
    """One template's header."""

    resolution: tuple[int, int]
    """Of the pictures, across and down, in the unit that the header names."""
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
