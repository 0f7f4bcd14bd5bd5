"""Two-dimensional codes in a picture, by zxing-cpp: QR, Aztec, DataMatrix, PDF417.

Every one of them carries check symbols, so one reading is enough. Without the extra, pictures are read as before:
zones, and no codes.
"""

from functools import cached_property
from importlib.util import find_spec
from typing import Any

from data.documents.codes import LARGEST_BYTES, MOST_CODES, Code, Symbology
from devices.camera.picture import Picture

_FORMATS = {
    "QRCode": Symbology.QR,
    "Aztec": Symbology.AZTEC,
    "PDF417": Symbology.PDF417,
    "DataMatrix": Symbology.DATA_MATRIX,
}


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
        found = self._library.read_barcodes(picture, formats=self._formats)
        codes = (Code(_symbology(one.format), bytes(one.bytes)) for one in found if one.valid)
        kept = {code.content: code for code in codes if 0 < len(code.content) <= LARGEST_BYTES}
        return tuple(kept.values())[:MOST_CODES]

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


def _symbology(format: Any) -> Symbology:
    return _FORMATS.get(str(format.name), Symbology.UNKNOWN)
