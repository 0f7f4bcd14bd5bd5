"""What the devices of all drivers share: an identity, a state, listeners to its changes, and who has them open.

Two reader objects of this process do not open the same device. The device itself keeps other processes out (an
exclusive port, a grab, a lock on the file).
"""

from asyncio import Event
from collections import deque
from collections.abc import AsyncGenerator

from data.text import _
from devices.faults import DeviceFault, FaultReason
from devices.ports import CLOSED, DeviceInfo, DeviceState

_OPEN: set[str] = set()
"""Ids of the devices that this process has open."""


MOST_UNHEARD = 64
"""Changes that wait for one listener. One that is slower hears only the newest, and costs no memory."""


class _Listener:
    """What one listener has not heard yet."""

    def __init__(self) -> None:
        self._changes: deque[DeviceState | None] = deque()
        self._news = Event()

    def tell(self, state: DeviceState | None) -> None:
        """A change; None: there will be none after it."""
        if state is not None and len(self._changes) >= MOST_UNHEARD:
            self._changes.clear()
        self._changes.append(state)
        self._news.set()

    async def hear(self) -> DeviceState | None:
        """The oldest change that was not heard."""
        while not self._changes:
            self._news.clear()
            await self._news.wait()
        return self._changes.popleft()


class StateEvents:
    """The state, and its listeners. Each listener gets every change once, in order, unless it is too slow."""

    def __init__(self, state: DeviceState) -> None:
        self.state = state
        self._listeners: list[_Listener] = []

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
            listener.tell(state)

    async def listen(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until `end`; of more than `MOST_UNHEARD` at once only the newest."""
        listener = _Listener()
        self._listeners.append(listener)
        try:
            yield self.state
            while (state := await listener.hear()) is not None:
                yield state
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
