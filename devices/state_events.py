"""A device's state, and everybody who is told when it changes."""

from asyncio import Queue
from collections.abc import AsyncGenerator

from devices.states import DeviceState


class StateEvents:
    """Holds the state; a change is told once to each listener, in order."""

    def __init__(self, state: DeviceState) -> None:
        self.state = state
        self._listeners: list[Queue[DeviceState | None]] = []

    def change(self, state: DeviceState) -> None:
        """Go to `state`; nothing is told when it is the same."""
        if state != self.state:
            self.state = state
            self._tell(state)

    def end(self) -> None:
        """End every listener's iteration, after what was told so far."""
        self._tell(None)

    def _tell(self, state: DeviceState | None) -> None:
        for listener in self._listeners:
            listener.put_nowait(state)

    async def listen(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until `end`."""
        told: Queue[DeviceState | None] = Queue()
        self._listeners.append(told)
        try:
            yield self.state
            while (state := await told.get()) is not None:
                yield state
        finally:
            self._listeners.remove(told)
