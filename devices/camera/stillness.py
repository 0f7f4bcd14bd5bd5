"""Whether anything has changed in front of a camera: an empty desk is not read ten times a second."""

import cv2
import numpy as np

from devices.camera.picture import Picture

_SIZE = (64, 48)
_SAME = 2.0
"""Mean difference of thumbnails, of 255: the noise of a dim picture is below one."""


class Stillness:
    """Compares each picture with the last one that was let through."""

    def __init__(self) -> None:
        self._before: Picture | None = None

    def is_same(self, picture: Picture) -> bool:
        """Whether `picture` shows what the last other one showed."""
        small = cv2.resize(picture, _SIZE, interpolation=cv2.INTER_AREA)
        if self._before is not None and float(np.mean(cv2.absdiff(small, self._before))) < _SAME:
            return True
        self._before = small.astype(np.uint8, copy=False)
        return False

    def forget(self) -> None:
        """The next picture is another one."""
        self._before = None
