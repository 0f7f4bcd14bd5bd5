"""A camera as a channel: frames are looked at until two of them say the same, and meanwhile what would help is told.

Where its frames come from is another matter: a device (`devices.documents.camera`) or a script
(`devices.simulated.camera`).
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from data.documents.barcodes import Barcode
from devices.camera.barcodes import BarcodeReader
from devices.camera.guidance import guidance_for
from devices.camera.picture import GreyImage
from devices.camera.tracking import ChangeDetector, CodeTracker, ZoneTracker
from devices.camera.zone_reader import ZoneReader, ZoneReading
from devices.faults import DeviceFault, FaultReason, Retry
from devices.live_reader import ChannelEvent
from devices.reading import RawReading

PLACES = 2
"""Of a frame that are read: the next frame comes soon."""
GUIDE_S = 2.0
"""Between two pieces of guidance."""


class FrameSource(Protocol):
    """The frames of one camera that was started."""

    async def next(self) -> GreyImage | None:
        """The newest frame that was not given out yet; None when the camera has ended."""

    def stop(self) -> None:
        """Let go of the camera."""


class CameraChannel:
    """Documents in front of one camera; `start` starts it, or raises as `Channel.connect` does."""

    def __init__(self, title: str, start: Callable[[], FrameSource]) -> None:
        self._title = title
        self._start = start
        self._zones = ZoneReader(PLACES)
        self._codes = BarcodeReader()
        self._codes_seen = CodeTracker()
        self._agreement = ZoneTracker()
        self._still = ChangeDetector()
        self._frames: FrameSource | None = None
        self._guided_at = 0.0
        self._empty = True

    @property
    def begun(self) -> bool:
        """Never: whoever lays a document down takes their time, and guidance tells what would help."""
        return False

    def connect(self) -> None:
        """Start the camera."""
        self._frames = self._start()

    async def receive(self) -> Sequence[ChannelEvent]:
        """What the next frame that shows something new comes to."""
        if self._frames is None:
            raise self._gone()
        frame = await self._frames.next()
        if frame is None:
            raise self._gone()
        if self._still.is_same(frame) and not self._agreement.has_unconfirmed:
            if self._empty:
                self._agreement.add(None, time.monotonic())
            return ()
        read, codes = await asyncio.to_thread(self._look, frame)
        self._empty = read is None and not codes
        self._codes_seen.add(codes, time.monotonic())
        seen = self._agreement.add(read, time.monotonic())
        if seen is not None:
            self._codes_seen.take_new()
            return (replace(seen, codes=self._codes_seen.now),)
        alone = self._codes_seen.take_new() if read is None else ()
        return (RawReading("", codes=alone),) if alone else self._guided(frame, read)

    def _look(self, frame: GreyImage) -> tuple[ZoneReading | None, tuple[Barcode, ...]]:
        return self._zones.read(frame), self._codes.read(frame)

    def disconnect(self) -> None:
        """Stop the camera."""
        frames, self._frames = self._frames, None
        self._agreement.reset()
        self._codes_seen.reset()
        self._still.forget()
        if frames is not None:
            frames.stop()

    def _guided(self, frame: GreyImage, read: ZoneReading | None) -> Sequence[ChannelEvent]:
        now = time.monotonic()
        if now - self._guided_at < GUIDE_S or (read is not None and (read.right or self._agreement.is_in_view)):
            return ()
        guidance = guidance_for(frame, read)
        if guidance is None:
            return ()
        self._guided_at = now
        return (Retry(guidance),)

    def _gone(self) -> DeviceFault:
        return DeviceFault(FaultReason.UNPLUGGED, f"{self._title} is unplugged")
