"""`v4l2://0`, `v4l2:///dev/v4l/by-id/…`: a camera under which a document is laid or held.

- A document is given out when two frames read the same (three, where its check digits are wrong), once until it has
  left the picture. Guidance tells what would help while a zone is in view that cannot be read.
- Codes in view (boarding passes, seals) are given out with the document; without a zone in view, by themselves, once.
- Where the path is no device but a stream (a named pipe with MJPEG), it is read as if it were the camera.
- OpenCV and Tesseract are native code: the driver runs in a process of its own (`devices.isolation`).
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import cv2

from devices.camera.channel import CameraChannel
from devices.camera.frames import Frames
from devices.faults import DeviceFault, Reason
from devices.hotplug.plug import Plug
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
from devices.registry import Candidate
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = False
NATIVE = True


def discover(place: Surroundings) -> Iterator[Candidate]:
    """Cameras by their stable names. The first stream of each: the others carry no pictures."""
    for path in sorted((place.devices / "v4l" / "by-id").glob("*-video-index0")):
        yield Candidate(f"v4l2://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, place: Surroundings) -> LiveReader:
    """A closed reader; DeviceFault SETUP when the URL names no camera."""
    path = place.devices / f"video{url.where}" if url.where.isdecimal() else Path(url.where)
    if not path.is_absolute():
        raise DeviceFault(Reason.SETUP, "A camera is v4l2://0 or v4l2:///dev/v4l/by-id/…")
    info = _info(path)
    return LiveReader(info, CameraChannel(info.title, lambda: _started(path)), place.now, Plug(path))


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"v4l2:{path}", f"Camera {path.name}"[:80], "v4l2")


def _started(path: Path) -> Frames:
    try:
        device = stat.S_ISCHR(path.stat().st_mode)
    except OSError as error:
        raise DeviceFault(Reason.UNPLUGGED, f"The camera {path.name} is unplugged") from error
    if not os.access(path, os.R_OK):
        hint = "Put this user into the group 'video' and log in again"
        raise DeviceFault(Reason.DENIED, f"This user may not open {path.name}", hint=hint)
    return Frames(str(path), cv2.CAP_V4L2 if device else cv2.CAP_FFMPEG)
