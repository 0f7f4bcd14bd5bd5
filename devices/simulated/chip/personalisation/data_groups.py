"""The data groups of a simulated chip and EF.COM: text, pictures, a face (Doc 9303-10, 4.6 and 4.7).

DG2 has a face in the older or the newer format; DG3 has no fingers.
"""

import struct
from collections.abc import Sequence
from typing import Literal

from data.persons.person import Sex
from devices.chip.lds.files import COM_TAG, GROUP_TAGS
from devices.chip.lds.picture import PictureType, picture
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.tlv_writer import encode_element

_UNICODE = b"040000"

_FACE, _FINGER = b"\x02", b"\x08"
_SEXES = {Sex.MALE: 1, Sex.FEMALE: 2}
_JTC1_SC37 = b"\x01\x01"


def write_com(version: str, groups: Sequence[int]) -> bytes:
    """EF.COM; `version` is `1.7` or `1.8`."""
    major, minor = version.split(".")
    listed = bytes(GROUP_TAGS[number] for number in sorted(groups))
    lds = f"{int(major):02}{int(minor):02}".encode("ascii")
    return encode_element(
        COM_TAG, encode_element(0x5F01, lds), encode_element(0x5F36, _UNICODE), encode_element(0x5C, listed)
    )


def write_dg1(zone: str) -> bytes:
    """The zone without its line feeds."""
    return encode_element(GROUP_TAGS[1], encode_element(0x5F1F, zone.replace("\n", "").encode("ascii")))


def write_dg7(signature: bytes) -> bytes:
    """One printed signature."""
    return encode_element(GROUP_TAGS[7], encode_element(0x02, b"\x01"), encode_element(0x5F43, signature))


def write_dg11(holder: Holder) -> bytes:
    """Name in full, number, birth and address."""
    birth = holder.document.birth
    day = "" if birth is None else f"{birth.year or 0:04}{birth.month or 0:02}{birth.day or 0:02}"
    return _write_fields(
        11,
        {
            0x5F0E: holder.name,
            0x5F10: holder.document.optional.replace(" ", ""),
            0x5F2B: day,
            0x5F11: holder.birth_place,
            0x5F42: holder.address,
        },
    )


def write_dg12(holder: Holder) -> bytes:
    """Authority, date of issue, time and place of personalisation."""
    day = f"{holder.issued:%Y%m%d}"
    return _write_fields(12, {0x5F19: holder.authority, 0x5F26: day, 0x5F55: f"{day}120000", 0x5F56: "SIMULATOR1"})


def write_dg16(holder: Holder) -> bytes:
    """Persons to notify."""
    persons = [
        encode_element(
            0xA1 + at,
            encode_element(0x5F50, f"{holder.issued:%Y%m%d}".encode()),
            _write_text(0x5F51, name),
            _write_text(0x5F52, dial),
        )
        for at, (name, dial) in enumerate(holder.to_notify)
    ]
    return encode_element(GROUP_TAGS[16], encode_element(0x02, bytes([len(persons)])), *persons)


def write_dg2(image: bytes, format: Literal["19794-5", "39794-5"], size: tuple[int, int], sex: Sex) -> bytes:
    """One face; `size` is width and height in pixels."""
    if format == "19794-5":
        return _write_biometric_group(2, _FACE, b"\x00\x08", 0x5F2E, write_face_19794(image, size, sex))
    return _write_biometric_group(2, _FACE, b"\x00\x28", 0x7F2E, write_face_39794(image))


def write_dg3() -> bytes:
    """No finger at all: zero templates (Doc 9303-10, 4.7.3.1)."""
    return encode_element(GROUP_TAGS[3], encode_element(0x7F61, encode_element(0x02, b"\x00")))


def write_face_19794(image: bytes, size: tuple[int, int], sex: Sex) -> bytes:
    """A whole record of ISO/IEC 19794-5:2005 with one frontal picture."""
    jpeg2000 = picture(image).type is PictureType.JPEG_2000
    body = struct.pack(">BBHHBBHH", 1, int(jpeg2000), *size, 1, 2, 0, 0) + image
    head = struct.pack(">IHBBB3s2s3s3s", 20 + len(body), 0, _SEXES.get(sex, 0), 0, 0, b"", b"", b"", b"")
    return b"FAC\x00010\x00" + struct.pack(">IH", 14 + len(head) + len(body), 1) + head + body


def write_face_39794(image: bytes) -> bytes:
    """A whole record of ISO/IEC 39794-5:2019 with one picture, as DER."""
    jpeg2000 = picture(image).type is PictureType.JPEG_2000
    format_code = encode_element(0xA0, encode_element(0x80, b"\x04" if jpeg2000 else b"\x02"))
    frontal = encode_element(0xA1, encode_element(0x80, b"\x01"))
    flat = encode_element(0xA0, encode_element(0x80, image), encode_element(0xA1, format_code, frontal))
    block = encode_element(0x30, encode_element(0x80, b"\x00"), encode_element(0xA1, encode_element(0xA0, flat)))
    version = encode_element(0xA0, encode_element(0x80, b"\x03"), encode_element(0x81, _integer_octets(2019)))
    return encode_element(0x65, version, encode_element(0xA1, block))


def _write_fields(number: int, fields: dict[int, str]) -> bytes:
    present = {tag: text for tag, text in fields.items() if text}
    tags = b"".join(tag.to_bytes(2, "big") for tag in present)
    return encode_element(
        GROUP_TAGS[number], encode_element(0x5C, tags), *(_write_text(tag, text) for tag, text in present.items())
    )


def _write_text(tag: int, text: str) -> bytes:
    return encode_element(tag, text.encode("utf-8"))


def _write_biometric_group(number: int, kind: bytes, format_type: bytes, record_tag: int, record: bytes) -> bytes:
    header = encode_element(
        0xA1,
        encode_element(0x80, _JTC1_SC37),
        encode_element(0x81, kind),
        encode_element(0x87, _JTC1_SC37),
        encode_element(0x88, format_type),
    )
    template = encode_element(0x7F60, header, encode_element(record_tag, record))
    return encode_element(GROUP_TAGS[number], encode_element(0x7F61, encode_element(0x02, b"\x01"), template))


def _integer_octets(value: int) -> bytes:
    """The content octets of a positive INTEGER."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
