"""The chip reader at the counter: one chip at a time, in a thread with an event loop of its own.

- A driver that hangs, even one that blocks its loop, holds up nobody: whoever waits has a deadline of its own.
- A document that is lifted too early may be laid back; the reading begins anew within the same deadline.
- The next document ends the reading of the one before.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from uuid import UUID

from appliance.chips.steps import Stage
from appliance.chips.visit import Asked, NoChip, Tell, Visit
from appliance.trust_lists import TrustLists
from data.errors import WaypostError
from devices.chip.errors import ChipGone, ChipSlow, ReadingCancelled
from devices.chip.read import read_chip
from devices.chip.reading import ChipReading
from devices.chip.transport import Transport
from devices.faults import DeviceFault, Reason
from devices.ports import ChipReader
from devices.states import DeviceState, Health

_AGAIN_S = 0.2
"""Between two looks for a chip that lies askew."""
_MOST_KEPT = 4
"""Visits that are remembered; screenings of late checks may still ask."""
_GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a chip may take."""

    lay_s: float = 4.0
    """Until one is laid down."""
    read_s: float = 20.0
    """Until it is read, with being laid back."""

    @property
    def whole_s(self) -> float:
        """A visit ends by itself within so many seconds."""
        return self.lay_s + self.read_s + _GRACE_S


class ChipStation:
    """One chip reader, and what is read on it. `now` is trusted time."""

    def __init__(self, reader: ChipReader, trust: TrustLists, waits: Waits, now: Callable[[], datetime]) -> None:
        self.waits = waits
        self.trust = trust
        self._reader = reader
        self._now = now
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="chip station", daemon=True)
        self._lock, self._asking = Lock(), Lock()
        self._started = self._opened = False
        self._fault: DeviceFault | None = None
        self._current: tuple[Visit, asyncio.Task[None]] | None = None
        self._kept: OrderedDict[UUID, Visit] = OrderedDict()

    @property
    def title(self) -> str:
        """The reader's name."""
        return self._reader.info.title

    @property
    def simulated(self) -> bool:
        """Whether its chips are invented."""
        return self._reader.info.simulated

    @property
    def state(self) -> DeviceState:
        """The reader's state; what kept it from being opened, where something did."""
        if self._fault is not None:
            return DeviceState(Health.FAULTED, self._fault.reason, self._fault.hint)
        return self._reader.state

    def open(self) -> None:
        """Take the reader, soon; a reader that is away is waited for, and said to be away by `state`."""
        self._start()
        asyncio.run_coroutine_threadsafe(self._try_to_open(), self._loop)

    def begin(self, asked: Asked, tell: Tell = lambda step: None) -> Visit:
        """Read the chip of this document now. Returns at once; the one before is ended."""
        visit = Visit(asked, tell)
        self._start()
        self._loop.call_soon_threadsafe(self._take_turn, visit)
        return visit

    def begin_for(self, screening: UUID, asked: Asked, tell: Tell = lambda step: None) -> Visit:
        """The same for the checks of this screening; the visit they share, where one of them was first."""
        with self._asking:
            visit = self.of(screening)
            if visit is None:
                visit = self.begin(asked, tell)
                self.keep(screening, visit)
            return visit

    def keep(self, screening: UUID, visit: Visit) -> None:
        """What the checks of this screening ask for."""
        with self._lock:
            self._kept[screening] = visit
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)

    def of(self, screening: UUID) -> Visit | None:
        """The visit of this screening, if there is one."""
        with self._lock:
            return self._kept.get(screening)

    def forget(self) -> None:
        """The traveller is done: end what is read, keep no chip in memory."""
        with self._lock:
            kept = list(self._kept.values())
            self._kept.clear()
        for visit in kept:
            visit.end()
            if self._started:
                self._loop.call_soon_threadsafe(self._leave, visit)

    def close(self) -> None:
        """Let go of the reader; a driver that hangs is left behind."""
        self.forget()
        if self._started:
            closing = asyncio.run_coroutine_threadsafe(self._close(), self._loop)
            with suppress(Exception):
                closing.result(_GRACE_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_GRACE_S)
        else:
            self._loop.close()

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                self._started = True
                self._thread.start()

    # ── in the loop ──────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    def _take_turn(self, visit: Visit) -> None:
        before = None
        if self._current:
            earlier, before = self._current
            earlier.end()
            before.cancel()
        self._current = visit, self._loop.create_task(self._attend(visit, before))

    def _leave(self, visit: Visit) -> None:
        """Wait for its document no longer: the next one laid there is another's."""
        if self._current and self._current[0] is visit:
            self._current[1].cancel()

    async def _attend(self, visit: Visit, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await asyncio.wait([before])
            async with asyncio.timeout(self.waits.whole_s):
                visit.read(await self._read(visit))
        except WaypostError as error:
            visit.fail(error)
        except asyncio.CancelledError:
            visit.fail(ReadingCancelled())
        except TimeoutError:
            visit.fail(ChipSlow(f"The chip reader did not answer within {self.waits.whole_s:g} seconds"))
        except Exception:  # a driver is foreign code: whatever it raises is a fault of the device
            visit.fail(DeviceFault(Reason.PROTOCOL, "The chip reader's driver failed"))

    async def _read(self, visit: Visit) -> ChipReading:
        clock = self._loop.time
        visit.asked.key()  # before anybody is asked to lay a document that cannot be opened
        visit.stage(Stage.LAY)
        ends = clock() + self.waits.lay_s
        lifted: WaypostError = NoChip()
        await self._open()
        while True:
            if visit.ended:
                raise ReadingCancelled
            chip = await self._laid(visit, ends - clock())
            if chip is None:
                raise lifted
            if not isinstance(lifted, ChipGone):
                ends = clock() + self.waits.read_s
            try:
                return await asyncio.to_thread(self._once, visit, chip, ends - clock())
            except ChipGone as gone:
                lifted = gone
                visit.stage(Stage.LAY_BACK)

    async def _laid(self, visit: Visit, left_s: float) -> Transport | None:
        """The chip that is laid down in time. One that cannot be powered yet lies askew, and is tried again."""
        ends = self._loop.time() + left_s
        while (left_s := ends - self._loop.time()) > 0 and not visit.ended:
            try:
                return await self._reader.chip(left_s)
            except DeviceFault as fault:
                if fault.reason is not Reason.BAD_READ:
                    raise
                await asyncio.sleep(_AGAIN_S)
        return None

    def _once(self, visit: Visit, chip: Transport, left_s: float) -> ChipReading:
        visit.stage(Stage.OPENING)
        return read_chip(
            chip,
            visit.asked.key(),
            self.trust.trusted().store,
            patience=visit.patience(max(0.0, left_s)),
            now=self._now(),
            printed=visit.asked.document,
            watcher=visit.progress,
        )

    async def _open(self) -> None:
        if not self._opened:
            try:
                await self._reader.open()
            except DeviceFault as fault:
                self._fault = fault
                raise
            self._opened, self._fault = True, None

    async def _try_to_open(self) -> None:
        with suppress(DeviceFault):
            await self._open()

    async def _close(self) -> None:
        if self._current:
            self._current[1].cancel()
            await asyncio.wait([self._current[1]])
        if self._opened:
            self._opened = False
            await self._reader.close()
