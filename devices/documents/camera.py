"""`v4l2://0`, `v4l2:///dev/v4l/by-id/…`: a camera under which a document is laid or held.

- A document is given out when two frames read the same (three if its check digits are wrong), once until it has left
  the picture. There is guidance while a zone is in view that cannot be read.
- Codes in view (boarding passes, seals) are given out with the document; without a zone in view, by themselves, once.
- A thread of its own takes every frame and keeps the newest, so that no old one is read. OpenCV blocks inside a read
  and cannot be interrupted; the thread ends after that read, and releases the camera then.
- If the path is not a device but a stream (a named pipe with MJPEG), it is read as if it were the camera.
- OpenCV and Tesseract are native code: the driver runs in a process of its own (`devices.isolation`).
"""

import asyncio
import errno
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import cv2

from data.text import _
from devices.camera.channel import CameraChannel
from devices.camera.picture import GreyImage, fit_picture
from devices.faults import DeviceFault, FaultReason, opening_fault
from devices.hotplug.plug import Plug
from devices.live_reader import LiveReader
from devices.ports import LONGEST_NAME, DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext

_LOW_LATENCY = "probesize;32|analyzeduration;0|fflags;nobuffer"
"""For streams: give out each frame when it arrives."""
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", _LOW_LATENCY)

SIMULATED = False
NATIVE = True


class CameraFrames:
    """The frames of one open camera."""

    def __init__(self, source: Path, api: int) -> None:
        self._source = source
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._newest: GreyImage | None = None
        self._has_begun = self._has_ended = False
        self._stop = threading.Event()
        threading.Thread(target=self._take, args=(str(source), api), name="camera", daemon=True).start()

    async def next(self) -> GreyImage | None:
        """The newest frame that was not given out yet; None if the camera has ended. DeviceFault if it never began."""
        while self._newest is None and not self._has_ended:
            self._changed.clear()
            await self._changed.wait()
        newest, self._newest = self._newest, None
        if newest is None and not self._has_begun and self._source.exists():
            raise DeviceFault(
                FaultReason.PROTOCOL,
                _("The camera {name} gives no picture", name=self._source.name),
                hint=_("Close other programs that use the camera; if there are none, unplug it and plug it in again"),
            )
        return newest

    def stop(self) -> None:
        """Release the camera after its next frame."""
        self._stop.set()

    def _take(self, source: str, api: int) -> None:
        camera = cv2.VideoCapture(source, api)
        try:
            while not self._stop.is_set():
                there, frame = camera.read()
                if not there:
                    break
                with suppress(DeviceFault):  # a frame that is too small for a zone is ignored
                    self._tell(fit_picture(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype("uint8", copy=False)))
        finally:
            camera.release()
            self._tell(None)

    def _tell(self, frame: GreyImage | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is waiting
            self._loop.call_soon_threadsafe(self._set, frame)

    def _set(self, frame: GreyImage | None) -> None:
        if frame is None:
            self._has_ended = True
        else:
            self._has_begun = True
            self._newest = frame
        self._changed.set()


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Cameras by their stable names. Only the first stream of each has pictures."""
    for path in sorted((context.devices / "v4l" / "by-id").glob("*-video-index0")):
        yield DiscoveredDevice(f"v4l2://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP if the URL names no camera."""
    path = context.devices / f"video{url.where}" if url.where.isdecimal() else Path(url.where)
    if not path.is_absolute():
        raise DeviceFault(FaultReason.SETUP, _("A camera is named v4l2://0 or v4l2:///dev/v4l/by-id/…"))
    info = _info(path)
    return LiveReader(info, CameraChannel(info.title, lambda: _start_camera(path)), context.now, Plug(path))


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"v4l2:{path}", _("Camera {name}", name=path.name[:LONGEST_NAME]), "v4l2")


def _start_camera(path: Path) -> CameraFrames:
    try:
        device = stat.S_ISCHR(path.stat().st_mode)
    except OSError as error:
        raise opening_fault(path.name, error.errno, "video") from error
    if not os.access(path, os.R_OK):
        raise opening_fault(path.name, errno.EACCES, "video")
    return CameraFrames(path, cv2.CAP_V4L2 if device else cv2.CAP_FFMPEG)
