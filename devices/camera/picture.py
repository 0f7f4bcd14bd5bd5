"""A picture as the reader of zones takes it: grey, upright or not, of bounded size.

A file is hostile: how large it may be is settled before and while it is decoded, and what cannot be decoded is a
fault with its reason.
"""

import cv2
import numpy as np
import numpy.typing as npt

from devices.camera.dimensions import JPEG, dimensions
from devices.faults import DeviceFault, Reason

LARGEST_PIXELS = 40_000_000
"""A page at 600 dots an inch has 12 million; a telephone's camera 12 to 50."""
LARGEST_BYTES = 32 << 20
MOST_SCANS = 64
"""Of a JPEG file: a progressive one has about ten, and each is another pass over every pixel."""
SMALLEST_SIDE = 40
"""Pixels. Three lines of a zone need more."""
LONGEST_SIDE = 3_000
"""A larger picture is reduced: a line of a passport then still has 30 pixels a character."""

_SCAN = b"\xff\xda"
"""The marker of one; within a scan's data there is none (ITU-T T.81, B.1.1.5)."""

Picture = npt.NDArray[np.uint8]
"""Grey, shape (height, width), 0 black."""

cv2.setNumThreads(1)  # a screening shares two cores with the desk
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def picture_from(content: bytes) -> Picture:
    """The picture in a JPEG, PNG or BMP file.

    Raises:
        DeviceFault: BAD_READ; it is too large, too small, or no picture.
    """
    if len(content) > LARGEST_BYTES:
        raise _refused(f"is larger than {LARGEST_BYTES >> 20} MB")
    size = dimensions(content)
    if size is None:
        raise _refused("is no JPEG, PNG or BMP")
    if size[0] * size[1] > LARGEST_PIXELS:
        raise _refused(f"has more than {LARGEST_PIXELS // 1_000_000} million pixels")
    if content.startswith(JPEG) and content.count(_SCAN) > MOST_SCANS:
        raise _refused(f"has more than {MOST_SCANS} scans")
    try:
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise _refused("is damaged") from error
    if decoded is None:
        raise _refused("is damaged")
    return fitted(decoded.astype(np.uint8, copy=False))


def fitted(picture: Picture) -> Picture:
    """A picture of a size that is worked with. DeviceFault BAD_READ when it is too small to hold a zone."""
    height, width = picture.shape
    if min(height, width) < SMALLEST_SIDE:
        raise _refused(f"has only {width} x {height} pixels")
    scale = LONGEST_SIDE / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _refused(why: str) -> DeviceFault:
    return DeviceFault(Reason.BAD_READ, f"The picture {why}", hint="Take the picture again")
