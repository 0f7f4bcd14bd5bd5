"""Reports from udev which device node was added or removed, after its rules have named the node.

pyudev comes with the extra `udev`. Without it, libudev or the udev service, there are no reports, and the caller looks
for the device instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from data.log.error_log import log_error

CONTROL = Path("/run/udev/control")
"""Exists while the service runs."""
_MOST_AT_ONCE = 256
"""Events taken at a time, enough for a hub full of devices; the others are taken the next time."""


class Plugged(Enum):
    """What happened to a device."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class PlugEvent:
    """One device that was plugged in or unplugged."""

    plugged: Plugged
    names: frozenset[str]
    """Its node and every stable name of it below /dev."""


class UdevMonitor:
    """Listens to udev until `close`."""

    def __init__(self, monitor: Any) -> None:
        self._monitor = monitor
        self._monitor.start()

    @property
    def descriptor(self) -> int:
        """Readable if there are events to take; -1 once closed."""
        return int(self._monitor.fileno()) if self._monitor is not None else -1

    def take(self) -> Iterator[PlugEvent]:
        """The events since the last call, without messages about other things than devices."""
        for _ in range(_MOST_AT_ONCE):
            device = self._monitor.poll(timeout=0) if self._monitor is not None else None
            if device is None:
                return
            plugged = {"add": Plugged.IN, "remove": Plugged.OUT}.get(device.action)
            if plugged is not None and device.device_node:
                yield PlugEvent(plugged, frozenset({device.device_node, *device.device_links}))

    def close(self) -> None:
        """Stop listening. The descriptor is closed with the last reference to libudev's monitor."""
        self._monitor = None


def udev_monitor() -> UdevMonitor | None:
    """A monitor; None if there is no udev here."""
    if not CONTROL.exists():
        return None
    try:
        import pyudev

        return UdevMonitor(pyudev.Monitor.from_netlink(pyudev.Context()))
    except ImportError:  # an extra, which is not installed
        return None
    except OSError as error:  # no libudev, or a sandbox without netlink
        log_error(error)
        return None
