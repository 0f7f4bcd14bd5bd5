"""`pictures:///path`: page readers whose own software drops an image of each page into a folder.

- Files ending in .jpg, .jpeg, .png or .bmp, when they have not grown for `settle` seconds
  (`devices.documents.dropped_files`).
- A page without a readable zone gives guidance for the officer, never a document; the codes on it (boarding passes,
  seals) are given out with the zone, or alone.
- Native code decodes the images, so the driver runs in a process of its own (`devices.isolation`).
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from data.kit import home_files
from data.text import _
from devices.camera.barcodes import BarcodeReader
from devices.camera.guidance import guidance_for
from devices.camera.picture import LARGEST_BYTES, decode_picture
from devices.camera.zone_reader import ZoneReader
from devices.documents.dropped_files import folder_reader
from devices.faults import Guidance, Retry
from devices.live_reader import LiveReader, PlainEvent
from devices.ports import LONGEST_NAME, DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext
from devices.reading import RawReading

SIMULATED = False
NATIVE = True
INBOX = home_files.PAGES.path


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """The folder `pages` of the kit's home, if there is one."""
    path = (context.folder / INBOX).resolve()
    if path.is_dir():
        yield DiscoveredDevice(f"pictures://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP for an invalid setting."""
    return folder_reader(url, context, _info(Path(url.where)), PageImages())


class PageImages:
    """Images of pages with a machine-readable zone."""

    suffixes: tuple[str, ...] = (".jpg", ".jpeg", ".png", ".bmp")
    most_bytes = LARGEST_BYTES + 1

    def __init__(self) -> None:
        self._zones = ZoneReader()
        self._codes = BarcodeReader()

    def interpret(self, data: bytes) -> PlainEvent:
        """The zone, or guidance. DeviceFault BAD_READ if it is not a picture, NO_DRIVER without the extra."""
        picture = decode_picture(data)
        read, codes = self._zones.read(picture), self._codes.read(picture)
        if read is None and codes:
            return RawReading("", codes=codes)
        if read is None:
            return Retry(guidance_for(picture, None) or Guidance.TURN_OVER)
        return RawReading(read.text, read.doubts, codes=codes)

    def is_whole(self, data: bytes) -> bool:
        """Never: an image that is being written may end anywhere."""
        return False


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"pictures:{path}", _("Pages in {name}", name=path.name[:LONGEST_NAME]), "pictures")
