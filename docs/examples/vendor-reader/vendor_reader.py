"""`vendor:///run/vendor/reader.sock`: an example of a driver by a third party, one file and one entry point.

The vendor's service hands out each document over a local socket, between STX and ETX. A driver is a module with
`SIMULATED`, `discover` and `reader`. Waypost runs it in a process of its own, as every driver of a third party: should
it, or a vendor's library that it loads, crash, hang or leak, the desk goes on.
"""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from data.text import _
from devices.byte_channel import ByteChannel
from devices.faults import DeviceFault, FaultReason
from devices.framing.delimited import StxEtxFraming
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext

SIMULATED = False


def discover(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Sockets of the vendor's service that are there now."""
    for path in sorted((context.devices / "vendor").glob("*.sock")):
        yield DiscoveredDevice(f"vendor://{quote(str(path))}", _info(path))


def reader(url: DeviceUrl, context: DriverContext) -> LiveReader:
    """A closed reader. LiveReader brings the states, deadlines, recovery and queue of the adapter contract."""
    path = Path(url.where)
    return LiveReader(
        _info(path), ByteChannel("The vendor's reader", lambda: _connect(path), StxEtxFraming()), context.now
    )


def _info(path: Path) -> DeviceInfo:
    return DeviceInfo(f"vendor:{path}", "Vendor's page reader", "vendor")


def _connect(path: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.setblocking(False)
        line.connect(str(path))
    except OSError as error:
        line.close()
        raise DeviceFault(FaultReason.UNPLUGGED, _("The vendor's service does not run")) from error
    return line
