"""Width and height of a picture from the head of its file, before anything of it is decoded.

A file of a few bytes may say that it holds a hundred million pixels. Known: PNG (W3C PNG, 11.2.2), JPEG (ITU-T T.81,
B.2.2) and BMP.
"""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
_BMP = b"BM"
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG frames, which say the size."""


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for another kind of file, or one whose head is broken."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack_from(">II", content, 16)
        elif content.startswith(JPEG):
            return _of_jpeg(content)
        elif content.startswith(_BMP):
            width, height = struct.unpack_from("<ii", content, 18)
        else:
            return None
    except struct.error:
        return None
    return abs(width), abs(height)


def _of_jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        else:
            at += 2 + int(struct.unpack_from(">H", content, at + 2)[0])
    return None
