"""`wedge:///dev/input/by-id/…-event-kbd?layout=us`: readers that pose as a keyboard.

- The device is grabbed: what it types reaches this driver and no screen, window or shell.
- `layout`: us (default), de, fr: the keyboard that the reader is set to imitate, not the officer's.
- `framing` as for serial readers (`devices.documents.serial_port`); Enter ends a line.
- A named pipe with recorded events works like a device.
- Only keyboards with the name of a maker of document readers are discovered: the officer's own is never offered.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from devices.documents.key_events import KeyEvents
from devices.documents.tables.layouts import LAYOUTS
from devices.faults import DeviceFault, Reason
from devices.framing import framing_named
from devices.hotplug.plug import Plug
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
from devices.registry import Candidate
from devices.surroundings import Surroundings
from devices.url import DeviceUrl
from devices.wire import WireChannel

SIMULATED = False
MAKERS = ("access", "arh", "cherry_mrz", "desko", "elyctis", "gemalto", "regula", "thales")
"""Beginnings of makers' names in udev's names of devices, in small letters."""
_EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int) of linux/input.h."""


class _Grabbed:
    """An input device that types for us alone, or a pipe with its events."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Its descriptor."""
        return self._descriptor

    def close(self) -> None:
        """Closing ends the grab."""
        os.close(self._descriptor)


def discover(place: Surroundings) -> Iterator[Candidate]:
    """Keyboards by makers of document readers."""
    for path in sorted((place.devices / "input" / "by-id").glob("usb-*-event-kbd")):
        maker = path.name.removeprefix("usb-").lower()
        if maker.startswith(MAKERS) and path.exists():
            yield Candidate(f"wedge://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, place: Surroundings) -> LiveReader:
    """A closed reader; DeviceFault SETUP for a layout or framing there is none of."""
    path = Path(url.where)
    layout = url.settings.get("layout", "us")
    if not path.is_absolute() or layout not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        raise DeviceFault(Reason.SETUP, f"A keyboard wedge is wedge:///dev/input/…, with layout one of {known}")
    keys = KeyEvents(LAYOUTS[layout])
    info = _info(path)
    framing = framing_named(url.settings.get("framing", "auto"))
    if framing.ask:
        raise DeviceFault(Reason.SETUP, "A keyboard cannot be asked: this framing is for serial readers")
    channel = WireChannel(info.title, lambda: _open(path, keys), framing, decode=keys.decode, tap=place.tap)
    return LiveReader(info, channel, place.now, Plug(path))


def _info(path: Path) -> DeviceInfo:
    name = path.name.removeprefix("usb-").removesuffix("-event-kbd").replace("_", " ")
    return DeviceInfo(f"wedge:{path}", f"Keyboard reader {name}"[:80], "wedge")


def _open(path: Path, keys: KeyEvents) -> _Grabbed:
    keys.reset()
    try:
        line = _Grabbed(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY))
    except PermissionError as error:
        hint = "Put the user who runs the desk into the group 'input'"
        raise DeviceFault(Reason.DENIED, f"This user may not open {path.name}", hint=hint) from error
    except OSError as error:
        raise DeviceFault(Reason.UNPLUGGED, f"{path.name} is unplugged") from error
    try:
        _grab(line, path)
    except BaseException:
        line.close()
        raise
    return line


def _grab(line: _Grabbed, path: Path) -> None:
    kind = os.fstat(line.fileno()).st_mode
    try:
        if stat.S_ISCHR(kind):
            fcntl.ioctl(line.fileno(), _EVIOCGRAB, 1)
        elif stat.S_ISFIFO(kind):
            fcntl.flock(line.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            raise DeviceFault(Reason.SETUP, f"{path.name} is neither an input device nor a pipe")
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EAGAIN):
            raise DeviceFault(Reason.BUSY, f"Another program has grabbed {path.name}") from error
        if error.errno == errno.ENODEV:
            raise DeviceFault(Reason.UNPLUGGED, f"{path.name} is unplugged") from error
        raise DeviceFault(Reason.SETUP, f"{path.name} is no input device") from error
