"""What the devices of all drivers share: an identity, a state, listeners to its changes, and who has them open.

Two reader objects of this process do not open the same device. The device itself keeps other processes out (an
exclusive port, a grab, a lock on the file).
"""

from asyncio import Event
from collections.abc import AsyncGenerator

from data.text import _
from devices.faults import DeviceFault, FaultReason
from devices.ports import CLOSED, DeviceInfo, DeviceState

_OPEN: set[str] = set()
"""Ids of the devices that this process has open."""


class _Listener:
    """What one listener has not heard yet: only that something has, however much it was."""

    def __init__(self) -> None:
        self.news = Event()
        self.has_ended = False


class StateEvents:
    """The state, and its listeners. Each listener gets every change once, in order; a slow one only the newest."""

    def __init__(self, state: DeviceState) -> None:
        self.state = state
        self._listeners: list[_Listener] = []

    def change(self, state: DeviceState) -> None:
        """Set the state. Listeners get nothing if it is the same."""
        if state != self.state:
            self.state = state
            for listener in self._listeners:
                listener.news.set()

    def end(self) -> None:
        """End every listener's iteration, after the newest change so far."""
        for listener in self._listeners:
            listener.has_ended = True
            listener.news.set()

    async def listen(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until `end`: of several since the last one heard, only the newest."""
        listener = _Listener()
        self._listeners.append(listener)
        heard = None
        try:
            while True:
                if self.state != heard:
                    heard = self.state
                    yield heard
                elif listener.has_ended:
                    return
                else:
                    await listener.news.wait()
                    listener.news.clear()
        finally:
            self._listeners.remove(listener)


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
