"""What every driver's device has in common: which one it is, its state now, and a word to whoever listens."""

from collections.abc import AsyncGenerator

from devices.ports import DeviceInfo
from devices.state_events import StateEvents
from devices.states import CLOSED, DeviceState


class StatefulDevice:
    """A closed device; `_events.change` brings it into another state and tells of it."""

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
