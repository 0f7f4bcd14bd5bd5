"""Watches one device being plugged in and out: its reader waits here for it, and is called at once when it is removed.

The device is also looked for at intervals, at longer ones if udev reports, because a message of udev may be lost.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from devices.hotplug.udev import Plugged, UdevMonitor, udev_monitor

LOOK_S = 0.25
"""Between two looks for a device without udev."""
LOOK_MONITORED_S = 2.0
"""Between two looks with udev."""
_KNOWN = Path("/dev")
"""Udev knows only the nodes below this folder."""


class Plug:
    """The plug of the device at `node`, None if there is no node. `monitor` makes the monitor, or returns None."""

    def __init__(self, node: Path | None = None, monitor: Callable[[], UdevMonitor | None] = udev_monitor) -> None:
        self._node = node
        self._make_monitor = monitor
        self._monitor: UdevMonitor | None = None
        self._arrival = asyncio.Event()
        self._on_removal: Callable[[], None] | None = None

    @property
    def is_monitored(self) -> bool:
        """Whether udev reports the device."""
        return self._monitor is not None

    def watch(self, on_removal: Callable[[], None]) -> None:
        """Start watching, in this thread's loop; `on_removal` is called whenever the device is unplugged."""
        self._on_removal = on_removal
        if self._node is not None and self._node.is_relative_to(_KNOWN):
            self._monitor = self._make_monitor()
        if self._monitor is not None:
            asyncio.get_running_loop().add_reader(self._monitor.descriptor, self._hear)

    def stop(self) -> None:
        """Stop watching."""
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            asyncio.get_running_loop().remove_reader(monitor.descriptor)
            monitor.close()

    async def next_look(self) -> None:
        """Wait until the device is plugged in, or until it is time to look for it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._arrival.wait(), LOOK_MONITORED_S if self.is_monitored else LOOK_S)
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
