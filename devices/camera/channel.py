"""A camera as a channel: it reads frames until two of them say the same, and gives guidance in the meantime.

The frames come from a device (`devices.documents.camera`) or a script (`devices.simulated.camera`).
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from data.documents.barcodes import Barcode
from data.text import _
from devices.camera.barcodes import BarcodeReader
from devices.camera.guidance import guidance_for
from devices.camera.picture import GreyImage
from devices.camera.tracking import ChangeDetector, CodeTracker, ZoneTracker
from devices.camera.zone_reader import ZoneReader, ZoneReading
from devices.faults import DeviceFault, FaultReason, Retry
from devices.live_reader import ChannelEvent
from devices.reading import RawReading

PLACES = 2
"""Most places in a frame that are read; the next frame comes soon."""
GUIDE_S = 2.0
"""Between two pieces of guidance."""


class FrameSource(Protocol):
    """The frames of one camera that was started."""

    async def next(self) -> GreyImage | None:
        """The newest frame that was not given out yet; None if the camera has ended."""

    def stop(self) -> None:
        """Release the camera."""


class CameraChannel:
    """Documents in front of one camera; `start` starts it, or raises as `DeviceChannel.connect` does."""

    def __init__(self, title: str, start: Callable[[], FrameSource]) -> None:
        self._title = title
        self._start = start
        self._zones = ZoneReader(PLACES)
        self._codes = BarcodeReader()
        self._code_tracker = CodeTracker()
        self._zone_tracker = ZoneTracker()
        self._change_detector = ChangeDetector()
        self._frames: FrameSource | None = None
        self._guided_at = 0.0
        self._is_empty = True

    @property
    def has_begun(self) -> bool:
        """Never: laying a document down takes time, and there is guidance meanwhile."""
        return False

    def connect(self) -> None:
        """Start the camera."""
        self._frames = self._start()

    async def receive(self) -> Sequence[ChannelEvent]:
        """The events of the next frame that shows something new."""
        if self._frames is None:
            raise self._unplugged_fault()
        frame = await self._frames.next()
        if frame is None:
            raise self._unplugged_fault()
        if self._change_detector.is_same(frame) and not self._zone_tracker.has_unconfirmed:
            if self._is_empty:
                self._zone_tracker.add(None, time.monotonic())
            return ()
        read, codes = await asyncio.to_thread(self._look, frame)
        self._is_empty = read is None and not codes
        self._code_tracker.add(codes, time.monotonic())
        seen = self._zone_tracker.add(read, time.monotonic())
        if seen is not None:
            self._code_tracker.take_new()
            return (replace(seen, codes=self._code_tracker.now),)
        alone = self._code_tracker.take_new() if read is None else ()
        return (RawReading("", codes=alone),) if alone else self._guide(frame, read)

    def _look(self, frame: GreyImage) -> tuple[ZoneReading | None, tuple[Barcode, ...]]:
        return self._zones.read(frame), self._codes.read(frame)

    def disconnect(self) -> None:
        """Stop the camera."""
        frames, self._frames = self._frames, None
        self._zone_tracker.reset()
        self._code_tracker.reset()
        self._change_detector.forget()
        if frames is not None:
            frames.stop()

    def _guide(self, frame: GreyImage, read: ZoneReading | None) -> Sequence[ChannelEvent]:
        now = time.monotonic()
        if now - self._guided_at < GUIDE_S or (read is not None and (read.is_valid or self._zone_tracker.is_in_view)):
            return ()
        guidance = guidance_for(frame, read)
        if guidance is None:
            return ()
        self._guided_at = now
        return (Retry(guidance),)

    def _unplugged_fault(self) -> DeviceFault:
        return DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device=self._title))
