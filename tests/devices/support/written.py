"""Files of a chip as a test writes them."""

import struct


def tlv(tag: int, *parts: bytes) -> bytes:
    value = b"".join(parts)
    size = len(value)
    length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + length + value


def biometric(tag: int, *records: bytes, count: int | None = None, record_tag: int = 0x5F2E) -> bytes:
    header = tlv(0xA1, tlv(0x87, b"\x01\x01"), tlv(0x88, b"\x00\x08"))
    templates = [tlv(0x7F60, header, tlv(record_tag, record)) for record in records]
    return tlv(tag, tlv(0x7F61, tlv(0x02, bytes([len(records) if count is None else count])), *templates))


def face(picture: bytes, points: int = 0, sex: int = 2) -> bytes:
    body = bytes(8 * points) + struct.pack(">BBHHBBHH", 1, 0, 413, 531, 0, 0, 0, 0) + picture
    head = struct.pack(">IHBBB3s2s3s3s", 20 + len(body), points, sex, 0, 0, b"", b"", b"", b"")
    return b"FAC\x00010\x00" + struct.pack(">IH", 14 + len(head) + len(body), 1) + head + body


def fingers(*pictures: bytes) -> bytes:
    each = [struct.pack(">IBBBBBHHB", 14 + len(picture), 7, 1, 1, 80, 0, 500, 500, 0) + picture for picture in pictures]
    body = b"".join(each)
    sizes = (0, 31, len(pictures), 1, 500, 500, 500, 500, 8, 2, 0)
    return b"FIR\x00010\x00" + (32 + len(body)).to_bytes(6, "big") + struct.pack(">HHBBHHHHBBH", *sizes) + body


def face_39794(picture: bytes) -> bytes:
    image = tlv(0xA1, tlv(0xA0, tlv(0xA0, tlv(0x80, picture))))
    return tlv(0x65, tlv(0xA0, tlv(0x80, b"\x03")), tlv(0xA1, tlv(0x30, tlv(0x80, b"\x01"), image)))


def fingers_39794(*pictures: tuple[int, int, bytes]) -> bytes:
    """A record of ISO/IEC 39794-4 with position, format and content of each picture, one after another."""
    blocks = [
        tlv(0x30, *(tlv(tag, tlv(0x80, bytes([code]))) for tag, code in ((0xA0, position), (0xA1, 0), (0xA2, kind))),
            tlv(0x83, content))
        for position, kind, content in pictures
    ]  # fmt: skip
    return tlv(0x64, tlv(0xA0, tlv(0x80, b"\x03"), tlv(0x81, b"\x07\xe3")), tlv(0xA1, *blocks))
