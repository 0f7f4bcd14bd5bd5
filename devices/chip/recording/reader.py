"""`replay://chip.jsonl?speed=1`: a recording of a chip, laid on a reader once."""

import asyncio
from pathlib import Path

from devices import claims
from devices.chip.recording.transports import ReplayedTransport
from devices.faults import DeviceFault, Reason
from devices.ports import DeviceInfo
from devices.stateful import StatefulDevice
from devices.states import CLOSED, READY


class ReplayedChipReader(StatefulDevice):
    """One recording; its chip lies there until it has been taken once. DeviceFault SETUP when it is no recording."""

    def __init__(self, path: Path, speed: float) -> None:
        ReplayedTransport(path)
        super().__init__(DeviceInfo(f"replay:{path}", f"Recording {path.name}", "replay", simulated=True))
        self._path = path
        self._speed = speed
        self._opened = self._taken = False

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

    async def chip(self, timeout_s: float) -> ReplayedTransport | None:
        """The recorded chip, the first time; then None after `timeout_s`."""
        if not self._opened:
            raise DeviceFault(Reason.NOT_OPEN, f"{self.info.title} is not open")
        if self._taken:
            await asyncio.sleep(timeout_s)
            return None
        self._taken = True
        return ReplayedTransport(self._path, self._speed)
