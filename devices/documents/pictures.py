"""`pictures:///path`: page readers whose own software drops an image of each page into a folder.

- Files ending in .jpg, .jpeg, .png or .bmp, when they have not grown for `settle` seconds
  (`devices.documents.dropped_files`).
- A page without a zone, or with one that cannot be read, is guidance for the officer, never a document; the codes on
  it (boarding passes, seals) are given out with the zone, or alone.
- Decoding foreign images is native code, so the driver runs in a process of its own (`devices.isolation`).
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from devices.camera.barcodes import BarcodeReader
from devices.camera.guidance import guidance_for
from devices.camera.picture import LARGEST_BYTES, picture_from
from devices.camera.zone_reader import ZoneReader
from devices.channel import Heard
from devices.documents.dropped_files import reader_of
from devices.faults import Guidance, Retry
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
from devices.reading import Seen
from devices.registry import Candidate
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = False
NATIVE = True
INBOX = "pages"


def discover(place: Surroundings) -> Iterator[Candidate]:
    """The folder `pages` of the kit's home, where there is one."""
    path = (place.folder / INBOX).resolve()
    if path.is_dir():
        yield Candidate(f"pictures://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, place: Surroundings) -> LiveReader:
    """A closed reader; DeviceFault SETUP for a setting that cannot be."""
    return reader_of(url, place, _info(Path(url.where)), Pages())


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"pictures:{path}", f"Pages in {path.name}"[:80], "pictures")


class Pages:
    """Images of pages with a machine-readable zone."""

    suffixes: tuple[str, ...] = (".jpg", ".jpeg", ".png", ".bmp")
    most_bytes = LARGEST_BYTES + 1

    def __init__(self) -> None:
        self._zones = ZoneReader()
        self._codes = BarcodeReader()

    def heard(self, data: bytes) -> Heard:
        """The zone, or what would help. DeviceFault BAD_READ for what is no picture, NO_DRIVER without the extra."""
        picture = picture_from(data)
        read, codes = self._zones.read(picture), self._codes.read(picture)
        if read is None and codes:
            return Seen("", codes=codes)
        if read is None:
            return Retry(guidance_for(picture, None) or Guidance.TURN_OVER)
        return Seen(read.text, read.doubts, codes=codes)

    def is_whole(self, data: bytes) -> bool:
        """Never certain: an image that is still being written may end anywhere."""
        return False
