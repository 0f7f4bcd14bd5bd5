"""DG2 and DG3: a face in the older or the newer format, and fingers that are not there (Doc 9303-10)."""

import struct
from typing import Literal

from data.persons.person import Sex
from devices.chip.lds.files import GROUP_TAGS
from devices.chip.lds.picture import PictureType, picture
from devices.simulated.chip.elements import element

_FACE, _FINGER = b"\x02", b"\x08"
_SEXES = {Sex.MALE: 1, Sex.FEMALE: 2}
_JTC1_SC37 = b"\x01\x01"


def dg2(image: bytes, format: Literal["19794-5", "39794-5"], size: tuple[int, int], sex: Sex) -> bytes:
    """One face; `size` is width and height in pixels."""
    if format == "19794-5":
        return _group(2, _FACE, b"\x00\x08", 0x5F2E, face_19794(image, size, sex))
    return _group(2, _FACE, b"\x00\x28", 0x7F2E, face_39794(image))


def dg3() -> bytes:
    """No finger at all: zero templates (Doc 9303-10, 4.7.3.1)."""
    return element(GROUP_TAGS[3], element(0x7F61, element(0x02, b"\x00")))


def face_19794(image: bytes, size: tuple[int, int], sex: Sex) -> bytes:
    """A whole record of ISO/IEC 19794-5:2005 with one frontal picture."""
    jpeg2000 = picture(image).type is PictureType.JPEG_2000
    body = struct.pack(">BBHHBBHH", 1, int(jpeg2000), *size, 1, 2, 0, 0) + image
    head = struct.pack(">IHBBB3s2s3s3s", 20 + len(body), 0, _SEXES.get(sex, 0), 0, 0, b"", b"", b"", b"")
    return b"FAC\x00010\x00" + struct.pack(">IH", 14 + len(head) + len(body), 1) + head + body


def face_39794(image: bytes) -> bytes:
    """A whole record of ISO/IEC 39794-5:2019 with one picture, as DER."""
    jpeg2000 = picture(image).type is PictureType.JPEG_2000
    format_code = element(0xA0, element(0x80, b"\x04" if jpeg2000 else b"\x02"))
    frontal = element(0xA1, element(0x80, b"\x01"))
    flat = element(0xA0, element(0x80, image), element(0xA1, format_code, frontal))
    block = element(0x30, element(0x80, b"\x00"), element(0xA1, element(0xA0, flat)))
    version = element(0xA0, element(0x80, b"\x03"), element(0x81, _number(2019)))
    return element(0x65, version, element(0xA1, block))


def _group(number: int, kind: bytes, format_type: bytes, record_tag: int, record: bytes) -> bytes:
    header = element(
        0xA1,
        element(0x80, _JTC1_SC37),
        element(0x81, kind),
        element(0x87, _JTC1_SC37),
        element(0x88, format_type),
    )
    template = element(0x7F60, header, element(record_tag, record))
    return element(GROUP_TAGS[number], element(0x7F61, element(0x02, b"\x01"), template))


def _number(value: int) -> bytes:
    """The content octets of a positive INTEGER."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
