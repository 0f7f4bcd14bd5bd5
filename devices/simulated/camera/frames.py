"""The frames of a scripted camera: a page lies there for some frames that are looked at, however slow the kit is."""

import asyncio

from devices.camera.channel import CameraChannel
from devices.camera.picture import Picture
from devices.faults import DeviceFault, Reason
from devices.simulated.camera.harm import empty_table, frame
from devices.simulated.camera.page import page
from devices.simulated.camera.script import CameraScript, Laid
from devices.simulated.presented import codes_on

FRAME_S = 0.1
"""Between two frames."""
_BETWEEN = 2
"""Frames of the empty table between two pages."""


class ScriptedCamera:
    """Plays a script; it goes on where it stopped when the camera is closed and opened, or unplugged."""

    def __init__(self, title: str, script: CameraScript) -> None:
        self._title = title
        self._script = script
        self._next = 0
        self._page: Picture | None = None
        self._shown = 0
        self._back_at = 0.0

    def channel(self) -> CameraChannel:
        """The camera as a channel."""
        return CameraChannel(self._title, self._start)

    def _start(self) -> "ScriptedCamera":
        if asyncio.get_running_loop().time() < self._back_at:
            raise DeviceFault(Reason.UNPLUGGED, f"{self._title} is unplugged")
        return self

    async def next(self) -> Picture | None:
        """The next frame; None when the plug is pulled."""
        await asyncio.sleep(FRAME_S)
        if self._next >= len(self._script.presents):
            return empty_table()
        laid = self._script.presents[self._next]
        if laid.fault is not None:
            self._next, self._back_at = self._next + 1, asyncio.get_running_loop().time() + laid.away_s
            return None
        if self._page is None:
            await asyncio.sleep(laid.after_s + laid.delay_s)
            self._page = await asyncio.to_thread(_drawn, laid)
        self._shown += 1
        seen = frame(self._page, laid.harms, self._shown) if self._shown <= laid.frames else empty_table()
        if self._shown >= laid.frames + _BETWEEN:
            self._next, self._page, self._shown = self._next + 1, None, 0
        return seen

    def stop(self) -> None:
        """What lies there goes on lying there."""


def _drawn(laid: Laid) -> Picture:
    return page(laid.text, codes_on(laid))
