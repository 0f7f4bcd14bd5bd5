"""A picture for the reader of zones: grey, upright or not, of bounded size.

- A file is hostile: its size is bounded before and while it is decoded, and a file that cannot be decoded is a fault
  with its reason.
- Width and height are read from the file's header before it is decoded, because a file of a few bytes may claim a
  hundred million pixels. Known: PNG (W3C PNG, 11.2.2), JPEG (ITU-T T.81, B.2.2) and BMP.
"""

import struct

import cv2
import numpy as np
import numpy.typing as npt

from data.text import Message, _
from devices.faults import DeviceFault, FaultReason

_PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
_BMP = b"BM"
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG frames, which have the size."""

LARGEST_PIXELS = 40_000_000
"""A page at 600 dots an inch has 12 million; a telephone's camera 12 to 50."""
LARGEST_BYTES = 32 << 20
MOST_SCANS = 64
"""Most scans of a JPEG file: a progressive one has about ten, and each is a pass over every pixel."""
SMALLEST_SIDE = 40
"""Pixels. Three lines of a zone need more."""
LONGEST_SIDE = 3_000
"""A larger picture is reduced; a line of a passport still has 30 pixels per character then."""

_SCAN = b"\xff\xda"
"""The marker of a scan; it does not occur within a scan's data (ITU-T T.81, B.1.1.5)."""

GreyImage = npt.NDArray[np.uint8]
"""Grey, shape (height, width), 0 black."""

cv2.setNumThreads(1)  # a screening shares two cores with the desk
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def image_dimensions(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for another kind of file, or a broken header."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack_from(">II", content, 16)
        elif content.startswith(JPEG):
            return _jpeg_dimensions(content)
        elif content.startswith(_BMP):
            width, height = struct.unpack_from("<ii", content, 18)
        else:
            return None
    except struct.error:
        return None
    return abs(width), abs(height)


def decode_picture(content: bytes) -> GreyImage:
    """The picture in a JPEG, PNG or BMP file.

    Raises:
        DeviceFault: BAD_READ; it is too large, too small, or not a picture.
    """
    if len(content) > LARGEST_BYTES:
        raise _bad_picture(_("The picture is larger than {number} MB", number=LARGEST_BYTES >> 20))
    size = image_dimensions(content)
    if size is None:
        raise _bad_picture(_("The picture is not a JPEG, PNG or BMP"))
    if size[0] * size[1] > LARGEST_PIXELS:
        raise _bad_picture(_("The picture has more than {number} million pixels", number=LARGEST_PIXELS // 1_000_000))
    if content.startswith(JPEG) and content.count(_SCAN) > MOST_SCANS:
        raise _bad_picture(_("The picture has more than {number} scans", number=MOST_SCANS))
    try:
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise _bad_picture(_("The picture is damaged")) from error
    if decoded is None:
        raise _bad_picture(_("The picture is damaged"))
    return fit_picture(decoded.astype(np.uint8, copy=False))


def fit_picture(picture: GreyImage) -> GreyImage:
    """The picture, reduced if it is too large. DeviceFault BAD_READ if it is too small for a zone."""
    height, width = picture.shape
    if min(height, width) < SMALLEST_SIDE:
        raise _bad_picture(_("The picture has only {width} x {height} pixels", width=width, height=height))
    scale = LONGEST_SIDE / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _jpeg_dimensions(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        else:
            at += 2 + int(struct.unpack_from(">H", content, at + 2)[0])
    return None


def _bad_picture(what: Message) -> DeviceFault:
    return DeviceFault(FaultReason.BAD_READ, what, hint=_("Take the picture again"))
