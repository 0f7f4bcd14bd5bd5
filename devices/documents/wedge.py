"""`wedge:///dev/input/by-id/…-event-kbd?layout=us`: readers that act as a keyboard.

- The device is grabbed: only this driver gets what it types, and no screen, window or shell.
- `layout`: us (default) or another of `devices.documents.tables.layouts`: the keyboard that the reader is set to, not
  the officer's. Where another layout makes a right zone of the same keys, the document is a fault that names it.
- `framing` as for serial readers (`devices.documents.serial_port`); Enter ends a line.
- Key events are the kernel's (linux/input.h: 24 bytes an event). Only presses count, not repeats and releases. Control
  with a letter is its control character, so that a wedge can send STX and ETX. AltGr is its own key, or Control with
  Alt. Alt with digits of the number block is the character of that code. If the kernel reports lost events, the text
  gets a SUB, so that it is not read as a zone.
- A named pipe with recorded events works like a device.
- Only keyboards with the name of a maker of document readers are discovered, never the officer's own.
"""

import errno
import fcntl
import os
import stat
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from data.text import _
from devices.byte_channel import ByteChannel
from devices.documents.keyboard_layout import Key, find_layout_of
from devices.documents.tables.layouts import ALT_GR, LAYOUTS, Keys
from devices.faults import DeviceFault, FaultReason, opening_fault
from devices.framing.port import Framing
from devices.framing.selection import make_framing
from devices.hotplug.plug import Plug
from devices.live_reader import ChannelEvent, LiveReader
from devices.ports import LONGEST_NAME, DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext

EVENT = struct.Struct("@qqHHi")
"""Seconds, microseconds, type, code, value: struct input_event with a long of 64 bits."""
EV_SYN, EV_KEY, SYN_DROPPED = 0, 1, 3
UP, DOWN = 0, 1
SUB = b"\x1a"
_SHIFTS, _CONTROLS, _CAPS_LOCK = frozenset({42, 54}), frozenset({29, 97}), 58
_ALT, _ALT_GR = 56, 100
_HELD = _SHIFTS | _CONTROLS | {_ALT, _ALT_GR}
_NUMBER_BLOCK = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
_MOST_KEYS = 2_048

SIMULATED = False
MAKERS = ("access", "arh", "cherry_mrz", "desko", "elyctis", "gemalto", "regula", "thales")
"""Makers, as udev's names of devices begin, in small letters."""
_EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int) of linux/input.h."""


class KeyEvents:
    """Text from the events of one keyboard, in Latin-1."""

    def __init__(self, layout: str) -> None:
        self._keys: Keys = LAYOUTS[layout]
        self._alt_gr = ALT_GR[layout]
        self.typed: list[Key] = []
        """The keys that were typed since somebody cleared this list."""
        self.reset()

    def reset(self) -> None:
        """Start with no key pressed, for another keyboard or one that was plugged in again."""
        self._rest = b""
        self._down: set[int] = set()
        self._has_caps_lock = False
        self._code = ""
        self.typed.clear()

    def decode(self, data: bytes) -> bytes:
        """The text that the events in `data` type; an incomplete event waits for its rest."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        typed = [self._event(*event[2:]) for event in EVENT.iter_unpack(data[:whole])]
        return b"".join(typed)

    def _event(self, kind: int, code: int, value: int) -> bytes:
        if (kind, code) == (EV_SYN, SYN_DROPPED):
            self._down.clear()
            self._note((SUB[0], "code"))
            return SUB
        if kind != EV_KEY:
            return b""
        if code in _HELD:
            (self._down.discard if value == UP else self._down.add)(code)
            return self._end_code() if code == _ALT and value == UP else b""
        if value != DOWN:
            return b""
        if code == _CAPS_LOCK:
            self._has_caps_lock = not self._has_caps_lock
        return self._type_key(code)

    def _type_key(self, code: int) -> bytes:
        if self._down & _CONTROLS and _ALT not in self._down:
            return self._type_control(code)
        if _ALT_GR in self._down or (_ALT in self._down and self._down & _CONTROLS):
            return self._type((code, "altgr"), self._alt_gr.get(code, ""))
        if _ALT in self._down:
            self._code = (self._code + _NUMBER_BLOCK.get(code, ""))[-4:]
            return b""
        if code not in self._keys:
            self._note((code, ""))
            return b""
        alone, shifted = self._keys[code]
        is_shifted = bool(self._down & _SHIFTS) != (self._has_caps_lock and alone.isalpha())
        return self._type((code, "shift" if is_shifted else ""), shifted if is_shifted else alone)

    def _type_control(self, code: int) -> bytes:
        alone = self._keys.get(code, ("", ""))[0]
        character = chr(ord(alone) & 0x1F) if alone.isascii() and alone.isalpha() else ""
        return self._type((ord(character), "code"), character) if character else b""

    def _end_code(self) -> bytes:
        """The character whose code was typed on the number block with Alt held; `?` for one that Latin-1 lacks."""
        code, self._code = self._code, ""
        character = chr(int(code)) if code else ""
        return self._type((ord(character), "code"), character) if character else b""

    def _type(self, key: Key, character: str) -> bytes:
        self._note(key)
        return character.encode("latin-1", "replace")

    def _note(self, key: Key) -> None:
        if len(self.typed) <= _MOST_KEYS:
            self.typed.append(key)


class _WedgeChannel(ByteChannel):
    """Documents that a reader types, and the fault of one that it typed in another layout than its URL names."""

    def __init__(
        self, path: Path, title: str, layout: str, framing: Framing, tap: Callable[[bytes], None] | None
    ) -> None:
        self._layout = layout
        self._events = events = KeyEvents(layout)
        super().__init__(title, lambda: _open(path, events), framing, decode=events.decode, tap=tap)

    async def receive(self) -> Sequence[ChannelEvent]:
        """The documents that the next keys complete, or silence instead of keys."""
        received = await super().receive()
        if len(received) == 1 and isinstance(received[0], str):
            layout = find_layout_of(self._events.typed, self._layout)
            received = [self._layout_fault(layout)] if layout else received
        if received or not self.has_begun:
            self._events.typed.clear()
        return received

    def _layout_fault(self, layout: str) -> DeviceFault:
        kit = self._layout
        what = _("The reader types with the layout {reader}, and its keys are read with {kit}", reader=layout, kit=kit)
        hint = _(
            "Characters are swapped: set layout={reader} in its URL, or the reader itself to {kit}; then scan again",
            reader=layout,
            kit=kit,
        )
        return DeviceFault(FaultReason.BAD_READ, what, hint=hint)


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Keyboards by makers of document readers."""
    for path in sorted((context.devices / "input" / "by-id").glob("usb-*-event-kbd")):
        maker = path.name.removeprefix("usb-").lower()
        if maker.startswith(MAKERS) and path.exists():
            yield DiscoveredDevice(f"wedge://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP for an unknown layout or framing."""
    path = Path(url.where)
    layout = url.settings.get("layout", "us")
    if not path.is_absolute() or layout not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        raise DeviceFault(
            FaultReason.SETUP,
            _("A keyboard wedge is named wedge:///dev/input/…, with layout one of {names}", names=known),
        )
    info = _info(path)
    framing = make_framing(url.settings.get("framing", "auto"))
    if framing.ask:
        raise DeviceFault(
            FaultReason.SETUP, _("This framing is for serial readers: a keyboard does not answer inquiries")
        )
    channel = _WedgeChannel(path, info.title, layout, framing, context.tap)
    return LiveReader(info, channel, context.now, Plug(path))


class _GrabbedInput:
    """An input device that only this process reads, or a pipe with its events."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """The descriptor of the device or pipe."""
        return self._descriptor

    def close(self) -> None:
        """Close it, which ends the grab."""
        os.close(self._descriptor)


def _info(path: Path) -> DeviceInfo:
    name = path.name.removeprefix("usb-").removesuffix("-event-kbd").replace("_", " ")
    return DeviceInfo(f"wedge:{path}", _("Keyboard reader {name}", name=name[:LONGEST_NAME]), "wedge")


def _open(path: Path, keys: KeyEvents) -> _GrabbedInput:
    keys.reset()
    try:
        line = _GrabbedInput(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY))
    except OSError as error:
        raise opening_fault(path.name, error.errno, "input") from error
    try:
        _grab(line, path)
    except BaseException:
        line.close()
        raise
    return line


def _grab(line: _GrabbedInput, path: Path) -> None:
    kind = os.fstat(line.fileno()).st_mode
    try:
        if stat.S_ISCHR(kind):
            fcntl.ioctl(line.fileno(), _EVIOCGRAB, 1)
        elif stat.S_ISFIFO(kind):
            fcntl.flock(line.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            raise DeviceFault(FaultReason.SETUP, _("{device} is neither an input device nor a pipe", device=path.name))
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.EAGAIN):
            raise DeviceFault(FaultReason.BUSY, _("Another program uses {device}", device=path.name)) from error
        if error.errno == errno.ENODEV:
            raise DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device=path.name)) from error
        raise DeviceFault(FaultReason.SETUP, _("{device} is not an input device", device=path.name)) from error
