"""The frames of a scripted camera, with the defects of its pictures.

- A page is in view for a number of frames that are read, however slow the kit is.
- The same number gives the same frame.
"""

import asyncio

import cv2
import numpy as np

from data.text import _
from devices.camera.channel import CameraChannel
from devices.camera.picture import GreyImage
from devices.faults import DeviceFault, FaultReason
from devices.simulated.camera.page import draw_page
from devices.simulated.document_reader import codes_on
from devices.simulated.kit_file import CameraPresentation, CameraScript, PictureDefect

TABLE = 55
"""Grey of the table around a page."""
_FRAME = (960, 960)
"""Height and width of a frame."""
_FAR = 0.25
_DARKER = 0.02
_SPOT = (200, 80)
"""Half width and half height of a reflection in pixels."""
_SHAKE = 3.0
"""Pixels a page in a hand is smeared over when it is moved."""

FRAME_S = 0.1
"""Between two frames."""
_BETWEEN = 2
"""Frames of the empty table between two pages."""


def empty_table() -> GreyImage:
    """A frame of the table without a page."""
    return np.full(_FRAME, TABLE, np.uint8)


def draw_frame(page: GreyImage, harms: frozenset[PictureDefect], number: int) -> GreyImage:
    """The `number`th frame of a page on the table, with these defects."""
    noise = np.random.default_rng(number)
    upright = np.ascontiguousarray(page[::-1, ::-1]) if PictureDefect.UPSIDE_DOWN in harms else page
    frame = _place_page(upright, harms, noise)
    if PictureDefect.BLURRED in harms:
        frame = cv2.GaussianBlur(frame, (0, 0), _SHAKE).astype(np.uint8, copy=False)
    if PictureDefect.GLARE in harms:
        frame = _add_glare(frame, page)
    grain = noise.normal(0, 3.0 if PictureDefect.HELD in harms else 1.5, frame.shape)
    light = _DARKER if PictureDefect.TOO_DARK in harms else 1.0
    return np.clip(frame * light + grain, 0, 255).astype(np.uint8)


class ScriptedCamera:
    """Plays a script, and continues after the camera was closed or unplugged."""

    def __init__(self, title: str, script: CameraScript) -> None:
        self._title = title
        self._script = script
        self._next = 0
        self._page: GreyImage | None = None
        self._shown = 0
        self._back_at = 0.0

    def channel(self) -> CameraChannel:
        """The camera as a channel."""
        return CameraChannel(self._title, self._start)

    def _start(self) -> "ScriptedCamera":
        if asyncio.get_running_loop().time() < self._back_at:
            raise DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device=self._title))
        return self

    async def next(self) -> GreyImage | None:
        """The next frame; None when the plug is pulled."""
        await asyncio.sleep(FRAME_S)
        if self._next >= len(self._script.presents):
            return empty_table()
        presentation = self._script.presents[self._next]
        if presentation.fault is not None:
            self._next, self._back_at = self._next + 1, asyncio.get_running_loop().time() + presentation.away_s
            return None
        if self._page is None:
            await asyncio.sleep(presentation.after_s + presentation.delay_s)
            self._page = await asyncio.to_thread(_draw_presentation, presentation)
        self._shown += 1
        is_shown = self._shown <= presentation.frames
        frame = draw_frame(self._page, presentation.harms, self._shown) if is_shown else empty_table()
        if self._shown >= presentation.frames + _BETWEEN:
            self._next, self._page, self._shown = self._next + 1, None, 0
        return frame

    def stop(self) -> None:
        """Do nothing: the page stays on the table."""


def _place_page(page: GreyImage, harms: frozenset[PictureDefect], noise: np.random.Generator) -> GreyImage:
    """The page in the middle of the frame, as large as fits or far away."""
    height, width = page.shape
    fits = 0.9 * min(_FRAME[0] / height, _FRAME[1] / width)
    scale = fits * (_FAR if PictureDefect.TOO_FAR in harms else 1.0)
    angle = (8.0 if PictureDefect.SLANTED in harms else 0.0) + (
        noise.uniform(-2, 2) if PictureDefect.HELD in harms else 0.0
    )
    way = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    way[:, 2] += (_FRAME[1] / 2 - width / 2, _FRAME[0] / 2 - height / 2)
    seen = cv2.warpAffine(page, way, (_FRAME[1], _FRAME[0]), flags=cv2.INTER_AREA, borderValue=float(TABLE))
    return seen.astype(np.uint8, copy=False)


def _add_glare(frame: GreyImage, page: GreyImage) -> GreyImage:
    """A lamp's reflection over the middle of a zone."""
    below = 0.45 * page.shape[0] * min(_FRAME[0] / page.shape[0], _FRAME[1] / page.shape[1])
    spot = np.zeros(frame.shape, np.float32)
    cv2.ellipse(spot, (_FRAME[1] // 2, _FRAME[0] // 2 + round(below) - 30), _SPOT, 0, 0, 360, 400.0, -1)
    lit = np.clip(frame + cv2.GaussianBlur(spot, (0, 0), 12), 0, 255)
    return np.asarray(lit, np.uint8)


def _draw_presentation(presentation: CameraPresentation) -> GreyImage:
    return draw_page(presentation.text, codes_on(presentation))
