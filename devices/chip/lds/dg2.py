"""DG2: the holder's face, in the older (ISO/IEC 19794-5) or the newer format (ISO/IEC 39794-5)."""

from dataclasses import dataclass

from data.certificates.malformed import Malformed
from data.text import _
from devices.chip.lds.biometrics import templates
from devices.chip.lds.face_19794 import is_face_19794, read_face_19794
from devices.chip.lds.face_39794 import is_face_39794, read_face_39794
from devices.chip.lds.faces import Face
from devices.chip.lds.files import GROUP_TAGS


@dataclass(frozen=True, slots=True)
class Dg2:
    """The faces in the order of the chip; the first is the portrait."""

    faces: tuple[Face, ...]


def read_dg2(data: bytes) -> Dg2:
    """The faces in `data`; Malformed if there is none, or one in an unknown format."""
    faces = [face for template in templates(data, GROUP_TAGS[2], "DG2") for face in _faces(template.record)]
    if not faces:
        raise Malformed(_("DG2 has no face"))
    return Dg2(tuple(faces))


def _faces(record: bytes) -> tuple[Face, ...]:
    if is_face_19794(record):
        return read_face_19794(record)
    if is_face_39794(record):
        return read_face_39794(record)
    raise Malformed(_("A face in DG2 has an unknown format"))
