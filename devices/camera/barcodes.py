"""Two-dimensional codes in a picture, by zxing-cpp: QR, Aztec, DataMatrix, PDF417.

- Every one of them carries check symbols, so one reading of the first three is enough. Of PDF417 it is not: where its
  rows are mixed up the check symbols may mend it to another code, so two readings at two sizes must agree.
- PDF417 is found by zxing-cpp only where it lies nearly straight: places that look like it are turned level.
- Without the extra, pictures are read as before: zones, and no codes.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import cv2
import numpy as np

from data.documents.codes import LARGEST_BYTES, MOST_CODES, Code, Symbology
from devices.camera.picture import Picture
from devices.camera.striped import striped_places

_FORMATS = {
    "QRCode": Symbology.QR,
    "Aztec": Symbology.AZTEC,
    "PDF417": Symbology.PDF417,
    "DataMatrix": Symbology.DATA_MATRIX,
}


_OTHER_SIZE = 0.8


class BarcodeReader:
    """Reads codes in pictures; does nothing where zxing-cpp is not installed."""

    @property
    def works(self) -> bool:
        """Whether zxing-cpp is installed."""
        return find_spec("zxingcpp") is not None

    def read(self, picture: Picture) -> tuple[Code, ...]:
        """Different codes in the picture, at most MOST_CODES; empty ones and ones longer than any are left out."""
        if self._library is None:
            return ()
        found = tuple(self._codes(picture, self._formats))
        stacked = [code for code in found if code.symbology is Symbology.PDF417]
        sure = self._again(picture, stacked) or self._askew(picture)
        kept = {code.content: code for code in (*found, *sure) if code in sure or code not in stacked}
        return tuple(kept.values())[:MOST_CODES]

    def _askew(self, picture: Picture) -> tuple[Code, ...]:
        read = (self._again(place, tuple(self._codes(place, self._pdf417))) for place in striped_places(picture))
        return next(filter(None, read), ())

    def _again(self, picture: Picture, found: Sequence[Code]) -> tuple[Code, ...]:
        """Which of them are read the same at another size."""
        if not found:
            return ()
        smaller = cv2.resize(picture, None, fx=_OTHER_SIZE, fy=_OTHER_SIZE, interpolation=cv2.INTER_AREA)
        again = set(self._codes(np.ascontiguousarray(smaller, np.uint8), self._pdf417))
        return tuple(code for code in found if code in again)

    def _codes(self, picture: Picture, formats: Any) -> Iterator[Code]:
        for one in self._library.read_barcodes(picture, formats=formats):
            if one.valid and 0 < len(one.bytes) <= LARGEST_BYTES:
                yield Code(_symbology(one.format), bytes(one.bytes))

    @cached_property
    def _library(self) -> Any:
        try:
            import zxingcpp
        except ImportError:
            return None
        return zxingcpp

    @cached_property
    def _formats(self) -> Any:
        return self._library.barcode_formats_from_str(",".join(_FORMATS))

    @cached_property
    def _pdf417(self) -> Any:
        return self._library.barcode_formats_from_str("PDF417")


def _symbology(format: Any) -> Symbology:
    return _FORMATS.get(str(format.name), Symbology.UNKNOWN)
