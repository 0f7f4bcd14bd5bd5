"""Faces in the format of ISO/IEC 19794-5:2005: a header, then records of fixed fields and a picture."""

import struct

from data.certificates.malformed import Malformed
from data.persons.person import Sex
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
    """The faces of a record; Malformed when its lengths do not add up."""
    if len(record) < _HEADER.size:
        raise Malformed("A face record ends in its header")
    _, version, length, count = _HEADER.unpack_from(record)
    if version != _VERSION:
        raise Malformed(f"A face record has the version {version!r}, which is not known here")
    if length != len(record) or not 0 < count <= _MOST_FACES:
        raise Malformed(f"A face record says {length} bytes and {count} faces; it has {len(record)} bytes")
    faces = []
    at = _HEADER.size
    for _ in range(count):
        face, at = _face(record, at)
        faces.append(face)
    if at != len(record):
        raise Malformed("A face record goes on after its last face")
    return tuple(faces)


def _face(record: bytes, at: int) -> tuple[Face, int]:
    if at + _RECORD.size > len(record):
        raise Malformed("A face record ends within a face")
    length, points, sex, *_ = _RECORD.unpack_from(record, at)
    fields = at + _RECORD.size + points * _POINT_BYTES
    start, end = fields + _PICTURE.size, at + length
    if start >= end or end > len(record):
        raise Malformed("A face is longer than the record that holds it, or has no picture")
    _, _, width, height, *_ = _PICTURE.unpack_from(record, fields)
    face_picture = picture(record[start:end])
    return Face(FORMAT, face_picture, width, height, _SEXES.get(sex, Sex.UNKNOWN), points), end
