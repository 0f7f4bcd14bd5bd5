"""`v4l2://0`, `v4l2:///dev/v4l/by-id/…`: a camera under which a document is laid or held.

- A document is given out when two frames read the same (three, where its check digits are wrong), once until it has
  left the picture. Guidance tells what would help while a zone is in view that cannot be read.
- Codes in view (boarding passes, seals) are given out with the document; without a zone in view, by themselves, once.
- Where the path is no device but a stream (a named pipe with MJPEG), it is read as if it were the camera.
- OpenCV and Tesseract are native code: the driver runs in a process of its own (`devices.isolation`).
"""

import asyncio
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import cv2

from data.documents.codes import Code
from devices.camera.agreement import Agreement
from devices.camera.barcodes import BarcodeReader
from devices.camera.codes_seen import CodesSeen
from devices.camera.frames import Frames
from devices.camera.guidance import guidance_for
from devices.camera.picture import Picture
from devices.camera.stillness import Stillness
from devices.camera.zone_reader import ZoneReader, ZoneReading
from devices.channel import Heard
from devices.faults import DeviceFault, Reason, Retry
from devices.hotplug.plug import Plug
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
from devices.reading import Seen
from devices.registry import Candidate
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = False
NATIVE = True
PLACES = 2
"""Of a frame that are read: the next frame comes soon."""
GUIDE_S = 2.0
"""Between two pieces of guidance."""


def discover(place: Surroundings) -> Iterator[Candidate]:
    """Cameras by their stable names. The first stream of each: the others carry no pictures."""
    for path in sorted((place.devices / "v4l" / "by-id").glob("*-video-index0")):
        yield Candidate(f"v4l2://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, place: Surroundings) -> LiveReader:
    """A closed reader; DeviceFault SETUP when the URL names no camera."""
    path = place.devices / f"video{url.where}" if url.where.isdecimal() else Path(url.where)
    if not path.is_absolute():
        raise DeviceFault(Reason.SETUP, "A camera is v4l2://0 or v4l2:///dev/v4l/by-id/…")
    return LiveReader(_info(path), CameraChannel(path), place.now, Plug(path))


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"v4l2:{path}", f"Camera {path.name}"[:80], "v4l2")


class CameraChannel:
    """Documents in front of one camera."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zones = ZoneReader(PLACES)
        self._codes = BarcodeReader()
        self._codes_seen = CodesSeen()
        self._agreement = Agreement()
        self._still = Stillness()
        self._frames: Frames | None = None
        self._guided_at = 0.0
        self._empty = True

    @property
    def begun(self) -> bool:
        """Never: whoever lays a document down takes their time, and guidance tells what would help."""
        return False

    def connect(self) -> None:
        """Start the camera."""
        try:
            device = stat.S_ISCHR(self._path.stat().st_mode)
        except OSError as error:
            raise self._gone() from error
        if not os.access(self._path, os.R_OK):
            hint = "Put this user into the group 'video' and log in again"
            raise DeviceFault(Reason.DENIED, f"This user may not open {self._path.name}", hint=hint)
        self._frames = Frames(str(self._path), cv2.CAP_V4L2 if device else cv2.CAP_FFMPEG)

    async def receive(self) -> Sequence[Heard]:
        """What the next frame that shows something new comes to."""
        if self._frames is None:
            raise self._gone()
        frame = await self._frames.next()
        if frame is None:
            raise self._gone()
        if self._still.is_same(frame) and not self._agreement.waits:
            if self._empty:
                self._agreement.add(None, time.monotonic())
            return ()
        read, codes = await asyncio.to_thread(self._look, frame)
        self._empty = read is None and not codes
        self._codes_seen.add(codes, time.monotonic())
        seen = self._agreement.add(read, time.monotonic())
        if seen is not None:
            self._codes_seen.untold()
            return (replace(seen, codes=self._codes_seen.now),)
        alone = self._codes_seen.untold() if read is None else ()
        return (Seen("", codes=alone),) if alone else self._guided(frame, read)

    def _look(self, frame: Picture) -> tuple[ZoneReading | None, tuple[Code, ...]]:
        return self._zones.read(frame), self._codes.read(frame)

    def disconnect(self) -> None:
        """Stop the camera."""
        frames, self._frames = self._frames, None
        self._agreement.reset()
        self._codes_seen.reset()
        self._still.forget()
        if frames is not None:
            frames.stop()

    def _guided(self, frame: Picture, read: ZoneReading | None) -> Sequence[Heard]:
        now = time.monotonic()
        if (read is not None and read.right) or now - self._guided_at < GUIDE_S:
            return ()
        guidance = guidance_for(frame, read)
        if guidance is None:
            return ()
        self._guided_at = now
        return (Retry(guidance),)

    def _gone(self) -> DeviceFault:
        return DeviceFault(Reason.UNPLUGGED, f"The camera {self._path.name} is unplugged")
