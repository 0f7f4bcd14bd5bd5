"""Faces in the format of ISO/IEC 19794-5:2005: a header, then records of fixed fields and a picture."""

import struct

from data.certificates.malformed import Malformed
from data.persons.person import Sex
from data.text import _
from devices.chip.lds.faces import Face
from devices.chip.lds.picture import picture

FORMAT = "ISO/IEC 19794-5"
_MARK = b"FAC\x00"
_VERSION = b"010\x00"
_HEADER = struct.Struct(">4s4sIH")
_RECORD = struct.Struct(">IHBBB3s2s3s3s")
_PICTURE = struct.Struct(">BBHHBBHH")
_POINT_BYTES = 8
_SEXES = {1: Sex.MALE, 2: Sex.FEMALE}
_MOST_FACES = 16


def is_face_19794(record: bytes) -> bool:
    """Whether a record is in this format."""
    return record.startswith(_MARK)


def read_face_19794(record: bytes) -> tuple[Face, ...]:
    """The faces of a record; Malformed if its lengths do not add up."""
    if len(record) < _HEADER.size:
        raise Malformed(_("A face record ends within its header"))
    _mark, version, length, count = _HEADER.unpack_from(record)
    if version != _VERSION:
        raise Malformed(_("A face record has the unknown version {version}", version=repr(version)))
    if length != len(record) or not 0 < count <= _MOST_FACES:
        raise Malformed(
            _(
                "A face record names {length} bytes and {faces} faces; it has {bytes} bytes",
                length=length,
                faces=count,
                bytes=len(record),
            )
        )
    faces = []
    at = _HEADER.size
    for _number in range(count):
        face, at = _face(record, at)
        faces.append(face)
    if at != len(record):
        raise Malformed(_("A face record has more data after its last face"))
    return tuple(faces)


def _face(record: bytes, at: int) -> tuple[Face, int]:
    if at + _RECORD.size > len(record):
        raise Malformed(_("A face record ends within a face"))
    length, points, sex, *_more = _RECORD.unpack_from(record, at)
    fields = at + _RECORD.size + points * _POINT_BYTES
    start, end = fields + _PICTURE.size, at + length
    if start >= end or end > len(record):
        raise Malformed(_("A face is longer than its record, or has no picture"))
    width, height = _PICTURE.unpack_from(record, fields)[2:4]
    face_picture = picture(record[start:end])
    return Face(FORMAT, face_picture, width, height, _SEXES.get(sex, Sex.UNKNOWN), points), end
