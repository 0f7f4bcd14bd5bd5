"""Hears from udev which device node was added or removed, after its rules have named the node.

pyudev comes with the extra `udev`. Where it, libudev or the udev service is missing nobody tells anything, and whoever
asked looks for the device instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from data.log.error_log import log_error

CONTROL = Path("/run/udev/control")
"""There for as long as the service runs."""
_MOST_AT_ONCE = 256
"""Events taken in one go: a hub full of devices; the rest is taken in the next."""


class Plugged(Enum):
    """What happened to a device."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class PlugEvent:
    """One device that came or went."""

    plugged: Plugged
    names: frozenset[str]
    """Its node and every stable name of it below /dev."""


class UdevMonitor:
    """Hears udev from its making until `close`."""

    def __init__(self, monitor: Any) -> None:
        self._monitor = monitor
        self._monitor.start()

    @property
    def descriptor(self) -> int:
        """Readable when there is something to take; -1 once closed."""
        return int(self._monitor.fileno()) if self._monitor is not None else -1

    def take(self) -> Iterator[PlugEvent]:
        """What was told since the last time; a message that is no device's is left out."""
        for _ in range(_MOST_AT_ONCE):
            device = self._monitor.poll(timeout=0) if self._monitor is not None else None
            if device is None:
                return
            plugged = {"add": Plugged.IN, "remove": Plugged.OUT}.get(device.action)
            if plugged is not None and device.device_node:
                yield PlugEvent(plugged, frozenset({device.device_node, *device.device_links}))

    def close(self) -> None:
        """Hear no more: the descriptor goes with the last reference to libudev's monitor."""
        self._monitor = None


def udev_monitor() -> UdevMonitor | None:
    """A monitor, where udev can be heard here."""
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
