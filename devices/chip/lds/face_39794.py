"""Faces in the format of ISO/IEC 39794-5:2019, which is DER; only the elements around the picture are read."""

from data.certificates.malformed import Malformed
from data.certificates.tlv import check_bounds, elements
from data.text import _
from devices.chip.lds.faces import Face
from devices.chip.lds.files import MOST_BYTES
from devices.chip.lds.picture import picture
from devices.chip.lds.text import members

FORMAT = "ISO/IEC 39794-5"
_WHAT = _("A face record")
_MARK = 0x65
"""FaceImageDataBlock ::= [APPLICATION 5]."""
_REPRESENTATIONS = 0xA1
_REPRESENTATION = 0x30
_IMAGE = 0xA1
_BASE = 0xA0
_FLAT = 0xA0
_DATA = 0x80
_MOST_FACES = 16


def is_face_39794(record: bytes) -> bool:
    """Whether a record is in this format."""
    return record[:1] == bytes([_MARK])


def read_face_39794(record: bytes) -> tuple[Face, ...]:
    """The flat pictures of a record; Malformed if its structure is wrong or it has none."""
    check_bounds(record, _WHAT, MOST_BYTES)
    block = next(elements(record))
    if block.tag != _MARK:
        raise Malformed(_("A face record has the wrong beginning"))
    representations = members(_inside(block.value, _REPRESENTATIONS), _WHAT)
    if not 0 < len(representations) <= _MOST_FACES or any(
        representation.tag != _REPRESENTATION for representation in representations
    ):
        raise Malformed(_("A face record has no faces, or too many"))
    return tuple(_face(item.value) for item in representations)


def _face(representation: bytes) -> Face:
    image = _inside(_inside(_inside(representation, _IMAGE), _BASE), _FLAT)
    content = _inside(image, _DATA)
    if not content:
        raise Malformed(_("A face has no picture"))
    return Face(FORMAT, picture(content))


def _inside(data: bytes, tag: int) -> bytes:
    """The value of the first element with this tag; later editions may add other elements."""
    for element in members(data, _WHAT):
        if element.tag == tag:
            return element.value
    raise Malformed(_("A face record has no element {tag}", tag=f"{tag:X}"))
