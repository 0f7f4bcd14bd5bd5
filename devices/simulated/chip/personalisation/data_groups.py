"""The data groups of a simulated chip and EF.COM: text, pictures, a face (Doc 9303-10, 4.6 and 4.7).

DG2 has a face in the older or the newer format; DG3 has no finger, or one in the newer format. A record in a newer
format (ISO/IEC 39794) is in an element A1 within 7F2E (Doc 9303-10, 4.7.2; ICAO's reference files have it).
"""

import struct
from collections.abc import Sequence
from typing import Literal

from data.persons.person import Sex
from devices.simulated.chip.personalisation.card import COM_TAG, GROUP_TAGS
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.tlv_writer import encode_element

_UNICODE = b"040000"

_FACE = b"\x02"
_SEXES = {Sex.MALE: 1, Sex.FEMALE: 2}
_JPEG = b"\xff\xd8\xff"
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
        return _write_older_group(2, _FACE, b"\x00\x08", write_face_19794(image, size, sex))
    return _write_newer_group(2, b"\x00\x2a", write_face_39794(image))


def write_dg3(fingers: Literal["none", "39794-4"]) -> bytes:
    """No finger at all: zero templates (Doc 9303-10, 4.7.3.1); or one whose picture is no person's."""
    if fingers == "39794-4":
        return _write_newer_group(3, b"\x00\x28", write_fingers_39794(((1, b"\xff\xa0" + bytes(30)),)))
    return encode_element(GROUP_TAGS[3], encode_element(0x7F61, encode_element(0x02, b"\x00")))


def write_face_19794(image: bytes, size: tuple[int, int], sex: Sex) -> bytes:
    """A whole record of ISO/IEC 19794-5:2005 with one frontal picture."""
    jpeg2000 = not image.startswith(_JPEG)
    body = struct.pack(">BBHHBBHH", 1, int(jpeg2000), *size, 1, 2, 0, 0) + image
    head = struct.pack(">IHBBB3s2s3s3s", 20 + len(body), 0, _SEXES.get(sex, 0), 0, 0, b"", b"", b"", b"")
    return b"FAC\x00010\x00" + struct.pack(">IH", 14 + len(head) + len(body), 1) + head + body


def write_face_39794(image: bytes) -> bytes:
    """A whole record of ISO/IEC 39794-5:2019 with one picture, as DER, with the mandatory fields."""
    jpeg2000 = not image.startswith(_JPEG)
    format_code = encode_element(0xA0, encode_element(0x80, b"\x03" if jpeg2000 else b"\x02"))
    flat = encode_element(0xA0, encode_element(0x80, image), encode_element(0xA1, format_code))
    block = encode_element(0x30, encode_element(0x80, b"\x00"), encode_element(0xA1, encode_element(0xA0, flat)))
    version = encode_element(0xA0, encode_element(0x80, b"\x03"), encode_element(0x81, _integer_octets(2019)))
    return encode_element(0x65, version, encode_element(0xA1, block))


def write_fingers_39794(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """A whole record of ISO/IEC 39794-4:2019: positions and WSQ pictures, as DER, with the mandatory fields."""
    blocks = [
        encode_element(
            0x30,
            encode_element(0xA0, encode_element(0x80, bytes([position]))),
            encode_element(0xA1, encode_element(0x80, b"\x00")),
            encode_element(0xA2, encode_element(0x80, b"\x01")),
            encode_element(0x83, content),
        )
        for position, content in pictures
    ]
    version = encode_element(0xA0, encode_element(0x80, b"\x03"), encode_element(0x81, _integer_octets(2019)))
    return encode_element(0x64, version, encode_element(0xA1, *blocks))


def _write_fields(number: int, fields: dict[int, str]) -> bytes:
    present = {tag: text for tag, text in fields.items() if text}
    tags = b"".join(tag.to_bytes(2, "big") for tag in present)
    return encode_element(
        GROUP_TAGS[number], encode_element(0x5C, tags), *(_write_text(tag, text) for tag, text in present.items())
    )


def _write_text(tag: int, text: str) -> bytes:
    return encode_element(tag, text.encode("utf-8"))


def _write_older_group(number: int, kind: bytes, format_type: bytes, record: bytes) -> bytes:
    header = encode_element(
        0xA1,
        encode_element(0x80, _JTC1_SC37),
        encode_element(0x81, kind),
        encode_element(0x87, _JTC1_SC37),
        encode_element(0x88, format_type),
    )
    template = encode_element(0x7F60, header, encode_element(0x5F2E, record))
    return encode_element(GROUP_TAGS[number], encode_element(0x7F61, encode_element(0x02, b"\x01"), template))


def _write_newer_group(number: int, format_type: bytes, record: bytes) -> bytes:
    """A group of one record in a format of ISO/IEC 39794, as ICAO's reference files have it."""
    header = encode_element(0xA1, encode_element(0x87, _JTC1_SC37), encode_element(0x88, format_type))
    template = encode_element(0x7F60, header, encode_element(0x7F2E, encode_element(0xA1, record)))
    return encode_element(GROUP_TAGS[number], encode_element(0x7F61, encode_element(0x02, b"\x01"), template))


def _integer_octets(value: int) -> bytes:
    """The content octets of a positive INTEGER."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
