"""What the devices of all drivers share: an identity, a state, listeners to its changes, and who has them open.

Two reader objects of this process do not open the same device. The device itself keeps other processes out (an
exclusive port, a grab, a lock on the file).
"""

from asyncio import Queue
from collections.abc import AsyncGenerator

from data.text import _
from devices.faults import DeviceFault, FaultReason
from devices.ports import CLOSED, DeviceInfo, DeviceState

_OPEN: set[str] = set()
"""Ids of the devices that this process has open."""


class StateEvents:
    """The state, and its listeners. Each listener gets every change once, in order."""

    def __init__(self, state: DeviceState) -> None:
        self.state = state
        self._listeners: list[Queue[DeviceState | None]] = []

    def change(self, state: DeviceState) -> None:
        """Set the state. Listeners get nothing if it is the same."""
        if state != self.state:
            self.state = state
            self._tell(state)

    def end(self) -> None:
        """End every listener's iteration, after the changes so far."""
        self._tell(None)

    def _tell(self, state: DeviceState | None) -> None:
        for listener in self._listeners:
            listener.put_nowait(state)

    async def listen(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until `end`."""
        changes: Queue[DeviceState | None] = Queue()
        self._listeners.append(changes)
        try:
            yield self.state
            while (state := await changes.get()) is not None:
                yield state
        finally:
            self._listeners.remove(changes)


class StatefulDevice:
    """A closed device; `_events.change` sets its state."""

    def __init__(self, info: DeviceInfo) -> None:
        self.info = info
        self._events = StateEvents(CLOSED)

    @property
    def state(self) -> DeviceState:
        """The state now."""
        return self._events.state

    def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until the device is closed."""
        return self._events.listen()


def take_device(id: str, title: str) -> None:
    """Take a device, by any id that is the same for the same device. DeviceFault BUSY if it is taken."""
    if id in _OPEN:
        raise DeviceFault(FaultReason.BUSY, _("{device} is in use", device=title))
    _OPEN.add(id)


def release_device(id: str) -> None:
    """Allow others to take the device."""
    _OPEN.discard(id)
