"""`serial:///dev/serial/by-id/…?framing=stx-etx&baud=9600`: readers on a serial port or USB CDC-ACM.

- `framing`: auto (default), stx-etx (DESKO and most others), cr, crlf, elyctis (inquires with 49).
- `baud`: default 9600; USB CDC-ACM readers ignore it. 8 data bits, no parity, one stop bit.
- Only this process can use the port. Bytes from before it was opened are discarded.
"""

import errno
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from data.text import _
from devices.byte_channel import ByteChannel, ByteConnection
from devices.faults import DeviceFault, FaultReason, missing_extra, opening_fault
from devices.framing.selection import make_framing
from devices.hotplug.plug import Plug
from devices.live_reader import LiveReader
from devices.ports import LONGEST_NAME, DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext

SIMULATED = False
BAUDS = (300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Every port with udev's name for its device, which is the same in every socket."""
    for path in sorted((context.devices / "serial" / "by-id").glob("*")):
        if path.exists():
            yield DiscoveredDevice(f"serial://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP for an unknown framing or speed."""
    path = Path(url.where)
    baud = url.settings.get("baud", "9600")
    if not path.is_absolute() or baud not in map(str, BAUDS):
        raise DeviceFault(
            FaultReason.SETUP,
            _("A serial reader is named serial:///dev/…, with baud one of {speeds}", speeds=", ".join(map(str, BAUDS))),
        )
    info = _info(path)
    framing = make_framing(url.settings.get("framing", "auto"))
    channel = ByteChannel(info.title, lambda: _open(path, int(baud)), framing, tap=context.tap)
    return LiveReader(info, channel, context.now, Plug(path))


def _info(path: Path) -> DeviceInfo:
    name = path.name.removeprefix("usb-").replace("_", " ")
    return DeviceInfo(f"serial:{path}", _("Reader on {name}", name=name[:LONGEST_NAME]), "serial")


def _open(path: Path, baud: int) -> ByteConnection:
    try:
        import serial
    except ImportError:
        raise missing_extra("serial", _("a serial reader")) from None
    try:
        port = serial.Serial(str(path), baud, timeout=0, write_timeout=0, exclusive=True)
    except (OSError, ValueError) as error:  # pyserial's own error is an OSError
        raise _fault(path, _number(error)) from error
    line: ByteConnection = port
    return line


def _number(error: BaseException) -> int | None:
    """The system's error number; pyserial keeps that of a failed configuration only in the error's context."""
    for cause in (error, error.__context__):
        if cause is not None and cause.args and isinstance(cause.args[0], int):
            return cause.args[0]
    return None


def _fault(path: Path, number: int | None) -> DeviceFault:
    if number == errno.ENOTTY:
        return DeviceFault(FaultReason.SETUP, _("{device} is not a serial port", device=path.name))
    return opening_fault(path.name, number, "dialout")
