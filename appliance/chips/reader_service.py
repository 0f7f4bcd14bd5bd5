"""The chip reader at the counter: one chip at a time, in a thread with an event loop of its own.

- A driver that hangs, even one that blocks its loop, delays nobody: every caller that waits has its own deadline.
- A document that is lifted too early may be laid back; the reading starts again within the same deadline.
- The next document ends the reading of the one before.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from uuid import UUID

from appliance.chips.read_job import ChipReadInput, ChipReadJob, ChipReadStage, NoChip, OnChipStep
from appliance.screening.list_access import TrustLists
from data.errors import InputError, WaypostError
from data.log.error_log import log_error, suppress_logged
from data.text import _
from devices.chip.errors import ChipGone, ChipSlow, ReadingCancelled
from devices.chip.inspection import read_chip
from devices.chip.reading import ChipReading
from devices.daemon_thread import call_in_thread
from devices.faults import DeviceFault, FaultReason
from devices.ports import ChipReader, DeviceHealth, DeviceState, Transport

_RETRY_S = 0.2
"""Between two tries for a chip that cannot be powered yet."""
_MAX_JOBS = 4
"""Jobs that are kept, because late checks of earlier screenings may still ask for them."""
_GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class ChipTimeouts:
    """How long a chip may take."""

    lay_s: float = 4.0
    """Until a chip is on the reader."""
    read_s: float = 20.0
    """Until it is read, even if the document is lifted and laid back."""

    @property
    def whole_s(self) -> float:
        """The longest time of a job, in seconds."""
        return self.lay_s + self.read_s + _GRACE_S


class ChipReaderService:
    """One chip reader, and the readings on it. `now` is trusted time.

    Read the chip of a document, and wait for it::

        service = ChipReaderService(reader, trust, ChipTimeouts(), clock.now)
        job = service.start(ChipReadInput(document), on_step)
        reading = job.wait(service.timeouts.whole_s)
    """

    def __init__(
        self, reader: ChipReader, trust: TrustLists, timeouts: ChipTimeouts, now: Callable[[], datetime]
    ) -> None:
        self.timeouts = timeouts
        self.trust = trust
        self._reader = reader
        self._now = now
        self._loop: asyncio.AbstractEventLoop
        self._thread = Thread(target=self._run, name="chip reader", daemon=True)
        self._lock, self._starting = Lock(), Lock()
        self._is_started = self._is_open = False
        self._fault: DeviceFault | None = None
        self._current: tuple[ChipReadJob, asyncio.Task[None]] | None = None
        self._jobs: OrderedDict[UUID, ChipReadJob] = OrderedDict()

    @property
    def title(self) -> str:
        """The reader's name."""
        return self._reader.info.title

    @property
    def simulated(self) -> bool:
        """Whether the reader is simulated."""
        return self._reader.info.simulated

    @property
    def state(self) -> DeviceState:
        """The reader's state; if it could not be opened, why."""
        if self._fault is not None:
            return DeviceState(DeviceHealth.FAULTED, self._fault.reason, self._fault.hint)
        return self._reader.state

    def open(self) -> None:
        """Open the reader in the background. If it is missing, the service waits for it, and `state` says so."""
        self._start()
        asyncio.run_coroutine_threadsafe(self._try_to_open(), self._loop)

    def start(self, read_input: ChipReadInput, on_step: OnChipStep = lambda step: None) -> ChipReadJob:
        """Start to read the chip of this document, and end the reading before. Returns at once."""
        job = ChipReadJob(read_input, on_step)
        self._start()
        self._loop.call_soon_threadsafe(self._replace_job, job)
        return job

    def start_for(
        self, screening: UUID, read_input: ChipReadInput, on_step: OnChipStep = lambda step: None
    ) -> ChipReadJob:
        """Start to read for the checks of this screening, or return the job if one of them has started it."""
        with self._starting:
            job = self.find_job(screening)
            if job is None:
                job = self.start(read_input, on_step)
                self.keep(screening, job)
            return job

    def keep(self, screening: UUID, job: ChipReadJob) -> None:
        """Keep a job for the checks of this screening."""
        with self._lock:
            self._jobs[screening] = job
            while len(self._jobs) > _MAX_JOBS:
                self._jobs.popitem(last=False)

    def find_job(self, screening: UUID) -> ChipReadJob | None:
        """The job of this screening; None if there is none."""
        with self._lock:
            return self._jobs.get(screening)

    def forget(self) -> None:
        """End all readings and drop all jobs, because the traveller is done."""
        with self._lock:
            jobs = list(self._jobs.values())
            self._jobs.clear()
        for job in jobs:
            job.cancel()
            if self._is_started:
                self._loop.call_soon_threadsafe(self._abandon, job)

    def close(self) -> None:
        """Release the reader; a driver that hangs is left behind."""
        self.forget()
        if self._is_started:
            closing = asyncio.run_coroutine_threadsafe(self._close(), self._loop)
            with suppress_logged(Exception, device=self._reader.info.driver):
                closing.result(_GRACE_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_GRACE_S)

    def _start(self) -> None:
        with self._lock:
            if not self._is_started:
                self._loop = asyncio.new_event_loop()
                self._is_started = True
                self._thread.start()

    # ── in the loop ──────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._end_tasks()
            self._loop.close()

    def _end_tasks(self) -> None:
        """Cancel what still waits for a driver that hangs, so that no task is destroyed while it waits."""
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=_GRACE_S))

    def _replace_job(self, job: ChipReadJob) -> None:
        task = None
        if self._current:
            earlier, task = self._current
            earlier.cancel()
            task.cancel()
        self._current = job, self._loop.create_task(self._run_job(job, task))

    def _abandon(self, job: ChipReadJob) -> None:
        """Stop waiting for the job's document: the next one on the reader belongs to another traveller."""
        if self._current and self._current[0] is job:
            self._current[1].cancel()

    async def _run_job(self, job: ChipReadJob, earlier: asyncio.Task[None] | None) -> None:
        try:
            if earlier is not None:
                await asyncio.wait([earlier])
            async with asyncio.timeout(self.timeouts.whole_s):
                job.finish(await self._read(job))
        except (NoChip, ReadingCancelled, InputError) as outcome:
            job.fail(outcome)
        except WaypostError as error:
            log_error(error, device=self._reader.info.driver)
            job.fail(error)
        except asyncio.CancelledError:
            job.fail(ReadingCancelled())
        except TimeoutError as error:
            log_error(error, device=self._reader.info.driver)
            seconds = f"{self.timeouts.whole_s:g}"
            job.fail(ChipSlow(_("The chip reader did not answer within {seconds} seconds", seconds=seconds)))
        except Exception as error:  # a driver is foreign code: whatever it raises is a fault of the device
            log_error(error, device=self._reader.info.driver)
            job.fail(DeviceFault(FaultReason.PROTOCOL, _("The chip reader's driver failed")))

    async def _read(self, job: ChipReadJob) -> ChipReading:
        clock = self._loop.time
        job.input.key()  # raises here, before the officer is asked to lay down a document that cannot be opened
        job.report_stage(ChipReadStage.LAY)
        ends = clock() + self.timeouts.lay_s
        lifted: WaypostError = NoChip()
        await self._open()
        while True:
            if job.is_done:
                raise ReadingCancelled
            chip = await self._wait_for_chip(job, ends - clock())
            if chip is None:
                raise lifted
            if not isinstance(lifted, ChipGone):
                ends = clock() + self.timeouts.read_s
            try:
                return await call_in_thread(self._read_once, job, chip, ends - clock())
            except ChipGone as gone:
                lifted = gone
                job.report_stage(ChipReadStage.LAY_BACK)

    async def _wait_for_chip(self, job: ChipReadJob, left_s: float) -> Transport | None:
        """The next chip on the reader, or None if there is none in time. One that cannot be powered is tried again."""
        ends = self._loop.time() + left_s
        while (left_s := ends - self._loop.time()) > 0 and not job.is_done:
            try:
                return await self._reader.chip(left_s)
            except DeviceFault as fault:
                if fault.reason is not FaultReason.BAD_READ:
                    raise
                log_error(fault, device=self._reader.info.driver)
                await asyncio.sleep(_RETRY_S)
        return None

    def _read_once(self, job: ChipReadJob, chip: Transport, left_s: float) -> ChipReading:
        job.report_stage(ChipReadStage.OPENING)
        return read_chip(
            chip,
            job.input.key(),
            self.trust.snapshot().store,
            deadline=job.start_deadline(max(0.0, left_s)),
            now=self._now(),
            printed=job.input.document,
            watcher=job.report_progress,
        )

    async def _open(self) -> None:
        if not self._is_open:
            try:
                await self._reader.open()
            except DeviceFault as fault:
                self._fault = fault
                raise
            self._is_open, self._fault = True, None

    async def _try_to_open(self) -> None:
        with suppress_logged(DeviceFault, device=self._reader.info.driver):
            await self._open()

    async def _close(self) -> None:
        if self._current:
            self._current[1].cancel()
            await asyncio.wait([self._current[1]])
        if self._is_open:
            self._is_open = False
            await self._reader.close()
