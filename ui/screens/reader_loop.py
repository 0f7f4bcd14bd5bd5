"""Keeps the passport reader reading, in a thread with an event loop of its own.

- A driver that hangs, even one that blocks its loop, leaves the screen responsive; `hangs` tells.
- A device that comes back is used again by itself, after waits that grow up to ten seconds.
- While a document waits to be taken, no further one is read: none is lost.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from time import monotonic

from textual.message import Message

from data.errors import WaypostError
from devices.faults import DeviceFault, Reason, Retry
from devices.ports import DocumentReader
from devices.reading import Reading
from devices.states import READY, DeviceState, Health
from ui.screens.background import beside
from ui.screens.messages import DocumentRead, ReaderGuides, ReaderSaid

READ_S = 3.0
HANGS_AFTER_S = 8.0
"""Well beyond `READ_S`: a driver that keeps its deadlines never gets there."""
PAUSE_S = 0.1
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 10.0
_STAYS_OPEN = (Reason.UNPLUGGED, Reason.BAD_READ, Reason.TIMEOUT, Reason.PROTOCOL)


class ReaderLoop:
    """Reads documents until it is stopped; `post` takes messages from any thread."""

    def __init__(self, reader: DocumentReader, post: Callable[[Message], object]) -> None:
        self._reader = reader
        self._post = post
        self._stopped = Event()
        self._held = Event()
        self._beat = monotonic()
        self._wait_s = FIRST_WAIT_S
        self._faulted = False

    def start(self) -> None:
        """Begin reading."""
        beside("passport reader", lambda: asyncio.run(self._run()), self._failed)

    def stop(self) -> None:
        """Stop at the next chance; a hung driver is left behind."""
        self._stopped.set()

    def hold(self) -> None:
        """Read nothing for now: one document waits already."""
        self._held.set()

    def go_on(self) -> None:
        """Read again."""
        self._held.clear()

    @property
    def hangs(self) -> bool:
        """Whether the driver has not come back from a call long after its deadline."""
        return monotonic() - self._beat > HANGS_AFTER_S

    async def _run(self) -> None:
        while not self._stopped.is_set():
            listener = asyncio.create_task(self._listen())
            try:
                await self._reader.open()
                await self._read_on()
            except DeviceFault as fault:
                self._tell(fault)
            except Exception:  # a driver is foreign code: whatever it raises is a fault of the device
                self._tell(DeviceFault(Reason.PROTOCOL, "The reader's driver failed"))
            finally:
                listener.cancel()
                with suppress(Exception):
                    await self._reader.close()
            await self._rest()

    async def _read_on(self) -> None:
        while not self._stopped.is_set():
            self._beat = monotonic()
            if self._held.is_set():
                await asyncio.sleep(PAUSE_S)
                continue
            try:
                got = await self._reader.read(READ_S)
            except DeviceFault as fault:
                if fault.reason not in _STAYS_OPEN:
                    raise
                await self._bear(fault)
            else:
                self._wait_s = FIRST_WAIT_S
                self._works_again()
                self._deliver(got)

    async def _bear(self, fault: DeviceFault) -> None:
        """A fault that passes while the device stays ours."""
        if fault.reason in (Reason.BAD_READ, Reason.TIMEOUT):
            self._post(ReaderGuides(fault.hint))
        else:
            self._tell(fault)
            await self._rest()

    def _deliver(self, got: Reading | Retry | None) -> None:
        if isinstance(got, Retry):
            self._post(ReaderGuides(got.says))
        elif got is not None:
            self.hold()
            self._post(DocumentRead(got))

    async def _listen(self) -> None:
        async for state in self._reader.events():
            if state.health is Health.READY:
                self._wait_s = 0.0
            if not (state.health is Health.ABSENT and state.reason is None):  # closed, not gone
                self._post(ReaderSaid(state))

    async def _rest(self) -> None:
        """Wait a little longer each time, until the device is ready again."""
        began = monotonic()
        self._wait_s = min(max(self._wait_s * 2, FIRST_WAIT_S), LONGEST_WAIT_S)
        while monotonic() < began + self._wait_s and not self._stopped.is_set():
            self._beat = monotonic()
            await asyncio.sleep(PAUSE_S)

    def _works_again(self) -> None:
        """A read that came back says so, even where the driver tells no change of state."""
        if self._faulted:
            self._faulted = False
            self._post(ReaderSaid(READY))

    def _tell(self, fault: DeviceFault) -> None:
        self._faulted = True
        self._post(ReaderSaid(DeviceState(Health.FAULTED, fault.reason, fault.hint), fault.what))

    def _failed(self, error: WaypostError) -> None:
        self._post(ReaderSaid(DeviceState(Health.FAULTED, Reason.PROTOCOL, error.do), error.what))
