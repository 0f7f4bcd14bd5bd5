"""The newest frame of a camera: a thread of its own takes every frame, so that none is read that is old.

OpenCV waits inside a read and cannot be told to stop; the thread ends with the read it is in, and lets go of the
camera then.
"""

import asyncio
import os
import threading
from contextlib import suppress

import cv2

from devices.camera.picture import Picture, fitted
from devices.faults import DeviceFault

_AT_ONCE = "probesize;32|analyzeduration;0|fflags;nobuffer"
"""For streams: give out each frame when it comes."""
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", _AT_ONCE)


class Frames:
    """The frames of one open camera."""

    def __init__(self, source: str, api: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._newest: Picture | None = None
        self._ended = False
        self._stop = threading.Event()
        threading.Thread(target=self._take, args=(source, api), name="camera", daemon=True).start()

    async def next(self) -> Picture | None:
        """The newest frame that was not given out yet; None when the camera has ended."""
        while self._newest is None and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        newest, self._newest = self._newest, None
        return newest

    def stop(self) -> None:
        """Let go of the camera as soon as it gives its next frame."""
        self._stop.set()

    def _take(self, source: str, api: int) -> None:
        camera = cv2.VideoCapture(source, api)
        try:
            while not self._stop.is_set():
                there, frame = camera.read()
                if not there:
                    break
                with suppress(DeviceFault):  # a frame too small to hold a zone is none
                    self._tell(fitted(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype("uint8", copy=False)))
        finally:
            camera.release()
            self._tell(None)

    def _tell(self, frame: Picture | None) -> None:
        with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._set, frame)

    def _set(self, frame: Picture | None) -> None:
        if frame is None:
            self._ended = True
        else:
            self._newest = frame
        self._changed.set()
