"""A picture as the reader of zones takes it: grey, upright or not, of bounded size.

A file is hostile: how large it may be is settled before and while it is decoded, and what cannot be decoded is a
fault with its reason.
"""

import os

import numpy as np
import numpy.typing as npt

LARGEST_PIXELS = 40_000_000
"""A page at 600 dots an inch has 12 million; a telephone's camera 12 to 50."""
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(LARGEST_PIXELS))  # OpenCV reads it when it first decodes

import cv2  # noqa: E402

from devices.faults import DeviceFault, Reason  # noqa: E402

LARGEST_BYTES = 32 << 20
SMALLEST_SIDE = 40
"""Pixels. Three lines of a zone need more."""
LONGEST_SIDE = 3_000
"""A larger picture is reduced: a line of a passport then still has 30 pixels a character."""

Picture = npt.NDArray[np.uint8]
"""Grey, shape (height, width), 0 black."""

cv2.setNumThreads(1)  # a screening shares two cores with the desk
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def picture_from(content: bytes) -> Picture:
    """The picture in a JPEG, PNG, BMP or TIFF file.

    Raises:
        DeviceFault: BAD_READ; it is too large, too small, or no picture.
    """
    if len(content) > LARGEST_BYTES:
        raise _refused(f"is larger than {LARGEST_BYTES >> 20} MB")
    if not content:
        raise _refused("is empty")
    try:
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise _refused(f"is damaged or has more than {LARGEST_PIXELS // 1_000_000} million pixels") from error
    if decoded is None:
        raise _refused("cannot be read as a picture")
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
