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

from appliance.chips.read_job import ChipReadInput, ChipReadJob, ChipReadStage, NoChip, OnChipStep
from appliance.screening.list_access import TrustLists
from data.errors import WaypostError
from devices.chip.errors import ChipGone, ChipSlow, ReadingCancelled
from devices.chip.inspection import read_chip
from devices.chip.reading import ChipReading
from devices.faults import DeviceFault, FaultReason
from devices.ports import ChipReader, DeviceHealth, DeviceState, Transport

_RETRY_S = 0.2
"""Between two looks for a chip that lies askew."""
_MAX_JOBS = 4
"""Visits that are remembered; screenings of late checks may still ask."""
_GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class ChipTimeouts:
    """How long a chip may take."""

    lay_s: float = 4.0
    """Until one is laid down."""
    read_s: float = 20.0
    """Until it is read, with being laid back."""

    @property
    def whole_s(self) -> float:
        """A visit ends by itself within so many seconds."""
        return self.lay_s + self.read_s + _GRACE_S


class ChipReaderService:
    """One chip reader, and what is read on it. `now` is trusted time."""

    def __init__(self, reader: ChipReader, trust: TrustLists, waits: ChipTimeouts, now: Callable[[], datetime]) -> None:
        self.timeouts = waits
        self.trust = trust
        self._reader = reader
        self._now = now
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="chip station", daemon=True)
        self._lock, self._asking = Lock(), Lock()
        self._started = self._opened = False
        self._fault: DeviceFault | None = None
        self._current: tuple[ChipReadJob, asyncio.Task[None]] | None = None
        self._jobs: OrderedDict[UUID, ChipReadJob] = OrderedDict()

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
            return DeviceState(DeviceHealth.FAULTED, self._fault.reason, self._fault.hint)
        return self._reader.state

    def open(self) -> None:
        """Take the reader, soon; a reader that is away is waited for, and said to be away by `state`."""
        self._start()
        asyncio.run_coroutine_threadsafe(self._try_to_open(), self._loop)

    def start(self, asked: ChipReadInput, tell: OnChipStep = lambda step: None) -> ChipReadJob:
        """Read the chip of this document now. Returns at once; the one before is ended."""
        visit = ChipReadJob(asked, tell)
        self._start()
        self._loop.call_soon_threadsafe(self._replace_job, visit)
        return visit

    def start_for(self, screening: UUID, asked: ChipReadInput, tell: OnChipStep = lambda step: None) -> ChipReadJob:
        """The same for the checks of this screening; the visit they share, where one of them was first."""
        with self._asking:
            visit = self.find_job(screening)
            if visit is None:
                visit = self.start(asked, tell)
                self.keep(screening, visit)
            return visit

    def keep(self, screening: UUID, visit: ChipReadJob) -> None:
        """What the checks of this screening ask for."""
        with self._lock:
            self._jobs[screening] = visit
            while len(self._jobs) > _MAX_JOBS:
                self._jobs.popitem(last=False)

    def find_job(self, screening: UUID) -> ChipReadJob | None:
        """The visit of this screening, if there is one."""
        with self._lock:
            return self._jobs.get(screening)

    def forget(self) -> None:
        """The traveller is done: end what is read, keep no chip in memory."""
        with self._lock:
            kept = list(self._jobs.values())
            self._jobs.clear()
        for visit in kept:
            visit.cancel()
            if self._started:
                self._loop.call_soon_threadsafe(self._abandon, visit)

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

    def _replace_job(self, visit: ChipReadJob) -> None:
        before = None
        if self._current:
            earlier, before = self._current
            earlier.cancel()
            before.cancel()
        self._current = visit, self._loop.create_task(self._run_job(visit, before))

    def _abandon(self, visit: ChipReadJob) -> None:
        """Wait for its document no longer: the next one laid there is another's."""
        if self._current and self._current[0] is visit:
            self._current[1].cancel()

    async def _run_job(self, visit: ChipReadJob, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await asyncio.wait([before])
            async with asyncio.timeout(self.timeouts.whole_s):
                visit.finish(await self._read(visit))
        except WaypostError as error:
            visit.fail(error)
        except asyncio.CancelledError:
            visit.fail(ReadingCancelled())
        except TimeoutError:
            visit.fail(ChipSlow(f"The chip reader did not answer within {self.timeouts.whole_s:g} seconds"))
        except Exception:  # a driver is foreign code: whatever it raises is a fault of the device
            visit.fail(DeviceFault(FaultReason.PROTOCOL, "The chip reader's driver failed"))

    async def _read(self, visit: ChipReadJob) -> ChipReading:
        clock = self._loop.time
        visit.input.key()  # before anybody is asked to lay a document that cannot be opened
        visit.report_stage(ChipReadStage.LAY)
        ends = clock() + self.timeouts.lay_s
        lifted: WaypostError = NoChip()
        await self._open()
        while True:
            if visit.is_done:
                raise ReadingCancelled
            chip = await self._wait_for_chip(visit, ends - clock())
            if chip is None:
                raise lifted
            if not isinstance(lifted, ChipGone):
                ends = clock() + self.timeouts.read_s
            try:
                return await asyncio.to_thread(self._read_once, visit, chip, ends - clock())
            except ChipGone as gone:
                lifted = gone
                visit.report_stage(ChipReadStage.LAY_BACK)

    async def _wait_for_chip(self, visit: ChipReadJob, left_s: float) -> Transport | None:
        """The chip that is laid down in time. One that cannot be powered yet lies askew, and is tried again."""
        ends = self._loop.time() + left_s
        while (left_s := ends - self._loop.time()) > 0 and not visit.is_done:
            try:
                return await self._reader.chip(left_s)
            except DeviceFault as fault:
                if fault.reason is not FaultReason.BAD_READ:
                    raise
                await asyncio.sleep(_RETRY_S)
        return None

    def _read_once(self, visit: ChipReadJob, chip: Transport, left_s: float) -> ChipReading:
        visit.report_stage(ChipReadStage.OPENING)
        return read_chip(
            chip,
            visit.input.key(),
            self.trust.snapshot().store,
            deadline=visit.start_deadline(max(0.0, left_s)),
            now=self._now(),
            printed=visit.input.document,
            watcher=visit.report_progress,
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
