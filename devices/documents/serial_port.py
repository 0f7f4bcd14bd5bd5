"""`serial:///dev/serial/by-id/…?framing=stx-etx&baud=9600`: readers on a serial port or USB CDC-ACM.

- `framing`: auto (default), stx-etx (DESKO and most others), cr, crlf, elyctis (inquires with 49).
- `baud`: 9600 unless said; USB CDC-ACM readers ignore it. 8 data bits, no parity, one stop bit.
- The port is opened for this process alone. What came before it was opened is thrown away.
"""

import errno
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from devices.byte_channel import ByteChannel, ByteConnection
from devices.faults import DeviceFault, FaultReason, missing_extra
from devices.framing.selection import make_framing
from devices.hotplug.plug import Plug
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext

SIMULATED = False
BAUDS = (300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Every port that udev names by its device: those names stay the same whichever socket is used."""
    for path in sorted((context.devices / "serial" / "by-id").glob("*")):
        if path.exists():
            yield DiscoveredDevice(f"serial://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader; DeviceFault SETUP for a framing or speed there is none of."""
    path = Path(url.where)
    baud = url.settings.get("baud", "9600")
    if not path.is_absolute() or baud not in map(str, BAUDS):
        raise DeviceFault(FaultReason.SETUP, f"A serial reader is serial:///dev/…, with baud one of {BAUDS}")
    info = _info(path)
    framing = make_framing(url.settings.get("framing", "auto"))
    channel = ByteChannel(info.title, lambda: _open(path, int(baud)), framing, tap=context.tap)
    return LiveReader(info, channel, context.now, Plug(path))


def _info(path: Path) -> DeviceInfo:
    name = path.name.removeprefix("usb-").replace("_", " ")
    return DeviceInfo(f"serial:{path}", f"Reader on {name}"[:80], "serial")


def _open(path: Path, baud: int) -> ByteConnection:
    try:
        import serial
    except ImportError:
        raise missing_extra("serial", "A serial reader") from None
    try:
        port = serial.Serial(str(path), baud, timeout=0, write_timeout=0, exclusive=True)
    except (OSError, ValueError) as error:  # pyserial's own error is an OSError
        raise _fault(path, _number(error)) from error
    line: ByteConnection = port
    return line


def _number(error: BaseException) -> int | None:
    """The system's error number; pyserial hides that of a failed configuration in the error before."""
    for cause in (error, error.__context__):
        if cause is not None and cause.args and isinstance(cause.args[0], int):
            return cause.args[0]
    return None


def _fault(path: Path, number: int | None) -> DeviceFault:
    if number in (errno.EAGAIN, errno.EBUSY):
        return DeviceFault(FaultReason.BUSY, f"Another program uses {path.name}")
    if number in (errno.EACCES, errno.EPERM):
        hint = "Put the user who runs the desk into the group 'dialout'"
        return DeviceFault(FaultReason.DENIED, f"This user may not open {path.name}", hint=hint)
    if number == errno.ENOTTY:
        return DeviceFault(FaultReason.SETUP, f"{path.name} is no serial port")
    return DeviceFault(FaultReason.UNPLUGGED, f"{path.name} is unplugged")
