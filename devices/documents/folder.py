"""`folder:///path`: readers whose own software drops each zone as a text file, .txt or .mrz, into a folder.

`devices.documents.dropped_files` says what happens to the files. Images are for `pictures://`.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from data.documents.mrz.parse import is_whole_zone
from data.documents.reader_frames import decode_zone_text
from data.kit import home_files
from data.text import _
from devices.documents.dropped_files import folder_reader
from devices.live_reader import LiveReader, PlainEvent
from devices.ports import LONGEST_NAME, DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext
from devices.reading import LONGEST_RAW

SIMULATED = False
INBOX = home_files.INBOX.path


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """The folder `inbox` of the kit's home, if there is one."""
    path = (context.folder / INBOX).resolve()
    if path.is_dir():
        yield DiscoveredDevice(f"folder://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP for an invalid setting."""
    return folder_reader(url, context, _info(Path(url.where)), TextFiles())


class TextFiles:
    """Text files, each with a zone."""

    suffixes: tuple[str, ...] = (".txt", ".mrz")
    most_bytes = 4 * LONGEST_RAW

    def interpret(self, data: bytes) -> PlainEvent:
        """The text of the file."""
        return decode_zone_text(data)

    def is_whole(self, data: bytes) -> bool:
        """Whether it certainly has a whole zone."""
        return is_whole_zone(decode_zone_text(data))


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"folder:{path}", _("Folder {name}", name=path.name[:LONGEST_NAME]), "folder")
