"""`folder:///path`: readers whose own software drops each zone as a text file, .txt or .mrz, into a folder.

What is done with the files is told in `devices.documents.dropped_files`. Images are for `pictures://`.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from data.documents.mrz.parse import find_layout, mrz_lines
from data.errors import InputError
from devices.documents.dropped_files import folder_reader
from devices.live_reader import ChannelEvent, LiveReader
from devices.ports import DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext
from devices.reading import LONGEST_RAW

SIMULATED = False
INBOX = "inbox"


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """The folder `inbox` of the kit's home, where there is one."""
    path = (context.folder / INBOX).resolve()
    if path.is_dir():
        yield DiscoveredDevice(f"folder://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP for a setting that cannot be."""
    return folder_reader(url, context, _info(Path(url.where)), TextFiles())


class TextFiles:
    """Zones as text."""

    suffixes: tuple[str, ...] = (".txt", ".mrz")
    most_bytes = 4 * LONGEST_RAW

    def interpret(self, data: bytes) -> ChannelEvent:
        """The text."""
        return _decode(data)

    def is_whole(self, data: bytes) -> bool:
        """Whether the lines are a format's."""
        return _is_zone(_decode(data))


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"folder:{path}", f"Folder {path.name}"[:80], "folder")


def _is_zone(text: str) -> bool:
    try:
        return find_layout(mrz_lines(text)) is not None
    except InputError:
        return False


def _decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark (as some Windows software writes), else Latin-1."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
