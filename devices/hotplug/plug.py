"""Watches one device being plugged in and out: its reader waits here for it, and hears at once when it goes.

A device is looked for as well, more seldom where udev tells: a message may be lost, a driver must not be.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from devices.hotplug.udev import Plugged, UdevMonitor, udev_monitor

LOOK_S = 0.25
"""Between two looks for a device of which nobody tells."""
LOOK_TOLD_S = 2.0
"""Between two looks where udev tells."""
_KNOWN = Path("/dev")
"""Udev knows the nodes below it and no others."""


class Plug:
    """The plug of the device at `node`; None for what is no device. `monitor` makes what tells, or nothing."""

    def __init__(self, node: Path | None = None, monitor: Callable[[], UdevMonitor | None] = udev_monitor) -> None:
        self._node = node
        self._make_monitor = monitor
        self._monitor: UdevMonitor | None = None
        self._arrival = asyncio.Event()
        self._on_removal: Callable[[], None] | None = None

    @property
    def is_monitored(self) -> bool:
        """Whether udev tells of it."""
        return self._monitor is not None

    def watch(self, on_removal: Callable[[], None]) -> None:
        """Begin to hear, in this thread's loop; `on_removal` is called whenever the device was pulled out."""
        self._on_removal = on_removal
        if self._node is not None and self._node.is_relative_to(_KNOWN):
            self._monitor = self._make_monitor()
        if self._monitor is not None:
            asyncio.get_running_loop().add_reader(self._monitor.descriptor, self._hear)

    def stop(self) -> None:
        """Hear no more."""
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            asyncio.get_running_loop().remove_reader(monitor.descriptor)
            monitor.close()

    async def next_look(self) -> None:
        """Wait until the device came, or until it is time to look for it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._arrival.wait(), LOOK_TOLD_S if self.is_monitored else LOOK_S)
        self._arrival.clear()

    def _hear(self) -> None:
        monitor = self._monitor
        for event in monitor.take() if monitor is not None else ():
            if str(self._node) not in event.names:
                continue
            if event.plugged is Plugged.IN:
                self._arrival.set()
            else:
                self._arrival.clear()
                if self._on_removal is not None:
                    self._on_removal()
