"""A document reader whose driver runs in a process of its own, with the same contract as one in this process.

- A driver that crashes, or gives no sign of life for three seconds, is killed and started again, after pauses that grow
  while it keeps failing. Until it is back, reads fail at once and the state says why. So it is where a process cannot
  be started at all, or whatever else fails here.
- A driver cannot block the caller: a read ends at its deadline, whether the driver answers or not.
- A document that arrives after its read has ended is given to the next read: none is lost.
- Time and provenance are the kit's own, never those of the foreign process.
"""

import asyncio

from data.log.error_log import log_error, suppress_logged
from data.text import Message, _
from devices.device_state import StatefulDevice, release_device, take_device
from devices.faults import DeviceFault, FaultReason, Retry, driver_fault
from devices.isolation.messages import AnswerMessage, DriverMessage
from devices.isolation.process import DriverProcess, pass_on
from devices.ports import BUSY, CLOSED, CONNECTING, READY, DeviceHealth, DeviceInfo, DeviceState, DriverContext
from devices.reading import RawReading, Reading, make_reading

HANGS_AFTER_S = 3.0
"""Without a sign of life, or after the deadline of a read."""
LONGER_S = 0.5
"""By which the read in the driver is longer than the one here, so that the deadline here decides."""
BACK_OFF_S = (0.25, 0.5, 1.0, 2.0, 5.0)
"""Pauses before successive starts; the last is repeated."""
WELL_AFTER_S = 30.0
"""Of running, after which the pauses begin again with the shortest."""
_RESTARTS = _("It is stopped and restarted automatically; if that happens again and again, tell the technician")


class IsolatedReader(StatefulDevice):
    """The reader at `url`, in another process. `info` is what is known of it until its driver has opened it."""

    def __init__(self, info: DeviceInfo, url: str, context: DriverContext) -> None:
        super().__init__(info)
        self._url = url
        self._context = context
        self._driver_state = CLOSED
        self._supervision: asyncio.Task[None] | None = None
        self._process: DriverProcess | None = None
        self._answers: asyncio.Queue[AnswerMessage | DeviceFault] = asyncio.Queue()
        self._failure: DeviceFault | None = None
        self._reading = False
        self._read_ends_at: float | None = None
        """When the running read in the driver should end; None if none is running."""
        self._is_given_up = False
        """Whether the read here has ended before the one in the driver."""

    async def open(self) -> None:
        """Start the driver, which opens the device. DeviceFault as the driver raises it."""
        take_device(self.info.id, self.info.title)
        self._events.change(CONNECTING)
        self._answers = asyncio.Queue()
        try:
            await self._start()
            self._take_info()
        except BaseException as error:
            await self._let_go()
            if isinstance(error, DeviceFault) or not isinstance(error, Exception):
                raise
            raise driver_fault(self.info.driver, self._failure_text()) from error
        self._supervision = asyncio.create_task(self._supervise())

    def _take_info(self) -> None:
        """Be the device that the driver says it has opened. DeviceFault BUSY if that one is taken under another URL."""
        if self._process is None or (info := self._process.info) is None or info == self.info:
            return
        if info.id != self.info.id:
            take_device(info.id, info.title)
            release_device(self.info.id)
        self.info = info

    async def close(self) -> None:
        """Close the device and end its process."""
        supervision, self._supervision = self._supervision, None
        if supervision is None:
            return
        supervision.cancel()
        try:
            await asyncio.gather(supervision, return_exceptions=True)
        finally:
            self._failure, self._driver_state = None, CLOSED
            if self._reading:
                self._answers.put_nowait(self._not_open_fault())
            await self._let_go()
            self._events.end()

    async def _let_go(self) -> None:
        """End the process and release the device, whatever fails."""
        process, self._process = self._process, None
        try:
            if process is not None:
                with suppress_logged(Exception, device=self.info.driver):
                    await process.stop()
        finally:
            release_device(self.info.id)
            self._events.change(CLOSED)

    async def read(self, timeout_s: float) -> Reading | Retry | None:
        """The next document or guidance, or None if nothing was presented within `timeout_s`."""
        if self._supervision is None:
            raise self._not_open_fault()
        if self._reading:
            raise DeviceFault(FaultReason.BUSY, _("{device} is already reading", device=self.info.title))
        failure = self._failure
        if failure is not None and self._answers.empty():
            await asyncio.sleep(0)  # a caller that tries again at once must not block its loop
            raise failure
        self._reading = True
        try:
            async with asyncio.timeout(timeout_s):
                return self._deliver(await self._answer(timeout_s))
        except TimeoutError:
            if self.state == BUSY:
                raise DeviceFault(
                    FaultReason.TIMEOUT, _("{device} did not finish reading", device=self.info.title)
                ) from None
            return None
        finally:
            self._reading = False
            self._is_given_up = self._read_ends_at is not None
            self._show()

    async def acknowledge(self) -> None:
        """What was delivered is safe."""
        if self._process is not None:
            self._process.say_safe(safe=True)

    async def leave_unread(self) -> None:
        """What was delivered could not be kept."""
        if self._process is not None:
            self._process.say_safe(safe=False)

    async def _answer(self, timeout_s: float) -> AnswerMessage | DeviceFault:
        clock = asyncio.get_running_loop()
        ends_at = clock.time() + timeout_s
        while True:
            if self._read_ends_at is None and self._process is not None and self._answers.empty():
                self._read_ends_at = ends_at + LONGER_S
                self._process.ask_to_read(self._read_ends_at - clock.time())
            answer = await self._answers.get()
            if answer != AnswerMessage():
                return answer

    def _deliver(self, answer: AnswerMessage | DeviceFault) -> Reading | Retry:
        if isinstance(answer, DeviceFault):
            raise answer
        if answer.fault is not None:
            raise answer.fault.to_fault()
        if answer.retry is not None:
            return Retry(answer.retry)
        codes = tuple(code.to_barcode() for code in answer.codes)
        reading = RawReading(answer.raw or "", answer.doubts, answer.agreeing, codes)
        info, now = self.info, self._context.now()
        return make_reading(info.id, info.driver, now, reading, simulated=info.simulated, is_held=answer.held)

    async def _supervise(self) -> None:
        clock = asyncio.get_running_loop()
        failed, began = 0, clock.time()
        while True:
            try:
                if self._process is None:
                    await asyncio.sleep(BACK_OFF_S[min(failed, len(BACK_OFF_S)) - 1])
                    began = clock.time()
                    await self._start()
                await self._follow()
            except Exception as error:
                log_error(error, device=self.info.driver, failed=failed)
                failed = 1 if clock.time() - began > WELL_AFTER_S else failed + 1
                unexpected = DeviceFault(FaultReason.PROTOCOL, self._failure_text(), hint=_RESTARTS)
                await self._lose(error if isinstance(error, DeviceFault) else unexpected)

    async def _start(self) -> None:
        self._process = await DriverProcess.start(self._url, self._context)
        self._failure, self._read_ends_at, self._is_given_up = None, None, False
        self._driver_state = READY
        self._show()

    async def _follow(self) -> None:
        """Handle the process's messages until it dies or hangs."""
        clock = asyncio.get_running_loop()
        while self._process is not None:
            try:
                async with asyncio.timeout(HANGS_AFTER_S):
                    self._hear(await self._process.receive())
                await asyncio.sleep(0)  # who listens hears of each change, and a flood keeps nobody waiting
            except TimeoutError:
                raise self._hang_fault() from None
            if self._read_ends_at is not None and clock.time() > self._read_ends_at + HANGS_AFTER_S:
                raise self._hang_fault()

    def _hear(self, message: DriverMessage) -> None:
        pass_on(message, self._context, self.info.driver)
        if message.state is not None:
            self._driver_state = message.state.to_state()
            self._show()
        if message.answer is not None and self._read_ends_at is not None:  # nobody asked for any other
            # A document is never too late; any other answer is outdated if its read has ended.
            late = self._is_given_up and message.answer.raw is None
            self._read_ends_at, self._is_given_up = None, False
            if not late or self._reading:
                self._answers.put_nowait(AnswerMessage() if late else message.answer)

    async def _lose(self, fault: DeviceFault) -> None:
        self._failure = fault
        self._read_ends_at, self._is_given_up = None, False
        self._show()
        if self._reading:
            self._answers.put_nowait(fault)
        if self._process is not None:
            with suppress_logged(Exception, device=self.info.driver):
                await self._process.kill()
        self._process = None

    def _show(self) -> None:
        if self._failure is not None:
            self._events.change(DeviceState(DeviceHealth.FAULTED, self._failure.reason, self._failure.hint))
        elif self._process is not None:
            self._events.change(READY if self._driver_state == BUSY and not self._reading else self._driver_state)

    def _hang_fault(self) -> DeviceFault:
        what = _("The driver of {device} has stopped responding", device=self.info.title)
        return DeviceFault(FaultReason.PROTOCOL, what, hint=_RESTARTS)

    def _failure_text(self) -> Message:
        return _("The driver of {device} failed", device=self.info.title)

    def _not_open_fault(self) -> DeviceFault:
        return DeviceFault(FaultReason.NOT_OPEN, _("{device} is not open", device=self.info.title))
