"""`replay://chip.jsonl?speed=1`: a recording of a chip, laid on a reader once."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

from devices import claims
from devices.chip.recording.transports import ReplayedTransport
from devices.faults import DeviceFault, Reason
from devices.ports import DeviceInfo
from devices.registry import Candidate
from devices.state_events import StateEvents
from devices.states import BUSY, CLOSED, READY, DeviceState
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = True
SETTINGS = ("speed",)


def discover(place: Surroundings) -> Iterable[Candidate]:
    """Nothing: a recording is named, never found."""
    return ()


def chip_reader(url: DeviceUrl, place: Surroundings) -> "ReplayReader":
    """A closed reader; DeviceFault SETUP for a file that is no recording, or a speed that is none."""
    try:
        speed = float(url.settings.get("speed", "0"))
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= 100:
        raise DeviceFault(Reason.SETUP, "speed is a number from 0 (at once) to 100 (a hundred times as slow)")
    path = place.folder / url.where
    ReplayedTransport(path)
    return ReplayReader(DeviceInfo(f"replay:{path}", f"Recording {path.name}", "replay", simulated=True), path, speed)


class _ReplayedChip(ReplayedTransport):
    """A recorded chip that can be let go."""

    def __init__(self, path: Path, speed: float, reader: "ReplayReader") -> None:
        super().__init__(path, speed)
        self._reader = reader

    def close(self) -> None:
        """Let go of it."""
        self._reader.let_go()


class ReplayReader:
    """One recording; its chip lies there until it has been taken once."""

    def __init__(self, info: DeviceInfo, path: Path, speed: float) -> None:
        self.info = info
        self._path = path
        self._speed = speed
        self._events = StateEvents(CLOSED)
        self._opened = self._taken = False

    @property
    def state(self) -> DeviceState:
        """The state now."""
        return self._events.state

    def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until the reader is closed."""
        return self._events.listen()

    async def open(self) -> None:
        """Take the recording. DeviceFault BUSY."""
        claims.take(self.info.id, self.info.title)
        self._opened, self._taken = True, False
        self._events.change(READY)

    async def close(self) -> None:
        """Let go of the recording."""
        if self._opened:
            self._opened = False
            claims.give_back(self.info.id)
            self._events.change(CLOSED)
            self._events.end()

    async def chip(self, timeout_s: float) -> _ReplayedChip | None:
        """The recorded chip, the first time; then None after `timeout_s`."""
        if not self._opened:
            raise DeviceFault(Reason.NOT_OPEN, f"{self.info.title} is not open")
        if self.state == BUSY:
            raise DeviceFault(Reason.BUSY, f"{self.info.title} reads a chip already")
        if self._taken:
            await asyncio.sleep(timeout_s)
            return None
        self._taken = True
        self._events.change(BUSY)
        return _ReplayedChip(self._path, self._speed, self)

    def let_go(self) -> None:
        """The chip was closed."""
        if self._opened:
            self._events.change(READY)
