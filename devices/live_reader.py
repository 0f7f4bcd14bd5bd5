"""Makes a document reader of any device channel, by the contract in `devices.ports` (tests/contract checks it).

- A `DeviceChannel` knows how to connect one kind of device, and what it sends. It knows no states, deadlines or
  callers, so a new driver is one channel; the reader adds what the contract promises.
- One task listens to the device, so a cancelled or timed-out read loses no document: the next read gets it.
- A device that is unplugged, also before `open`, is used again as soon as udev reports it; without udev, it is looked
  for every quarter of a second (`devices.hotplug`).
- A document's source (a dropped file) stays until the caller has kept the document: that is said by `acknowledge`, or
  by the next read. What was delivered last when the reader is closed, or its process ends, is delivered again by the
  next reader that is made of the device, and not by this one, however often it is opened.
- An unexpected exception of a channel is a fault of the device, which is connected again after a pause. Whatever fails,
  a reader that is closed, or could not be opened, keeps nothing taken.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from data.log.error_log import log_error, suppress_logged
from data.text import Message, _
from devices.device_state import StatefulDevice, release_device, take_device
from devices.faults import DeviceFault, FaultReason, Retry, driver_fault
from devices.hotplug.plug import Plug
from devices.ports import BUSY, CLOSED, CONNECTING, READY, DeviceHealth, DeviceInfo, DeviceState
from devices.reading import LONGEST_RAW, RawReading, Reading, make_reading

PlainEvent = str | RawReading | Retry | DeviceFault
"""A document's text (lines joined by line feeds), guidance, or the fault of one document."""


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """An event whose source stays where it is until what it says is safe."""

    event: PlainEvent
    put_away: Callable[[], DeviceFault | None]
    """Put the source away; why that failed, if it did."""


ChannelEvent = PlainEvent | HeldEvent

MOST_WAITING = 8
"""Documents in the queue; if there are more, they wait in the device."""


class DeviceChannel(Protocol):
    """One device of one kind."""

    @property
    def has_begun(self) -> bool:
        """Whether only a part of a document has been received so far."""

    def connect(self) -> None:
        """Take the device without waiting. DeviceFault UNPLUGGED if it is missing; BUSY, DENIED, NO_DRIVER, SETUP."""

    async def receive(self) -> Sequence[ChannelEvent]:
        """The next events; none if only `has_begun` changed. DeviceFault UNPLUGGED if the device is gone.

        Cancelling loses nothing that was received.
        """

    def disconnect(self) -> None:
        """Release the device and discard an incomplete document. May be called twice."""


class LiveReader(StatefulDevice):
    """A document reader over `channel`. `now` is trusted time; `plug` watches the device's node, if it has one.

    A reader for one more kind of device::

        reader = LiveReader(info, MyChannel(path), context.now, Plug(path))
        await reader.open()
        reading = await reader.read(3.0)
    """

    def __init__(
        self, info: DeviceInfo, channel: DeviceChannel, now: Callable[[], datetime], plug: Plug | None = None
    ) -> None:
        super().__init__(info)
        self._channel = channel
        self._now = now
        self._plug = plug or Plug()
        self._receive_timeout: asyncio.Timeout | None = None
        self._listener: asyncio.Task[None] | None = None
        self._queue: asyncio.Queue[ChannelEvent | None] = asyncio.Queue(MOST_WAITING)
        self._failure: DeviceFault | None = None
        self._is_reading = False
        self._held: list[Callable[[], DeviceFault | None]] = []
        """What puts away the sources of delivered documents, which are not safe yet."""

    async def open(self) -> None:
        """Take the device, or wait for it if it is unplugged. DeviceFault BUSY, DENIED, NO_DRIVER, SETUP."""
        take_device(self.info.id, self.info.title)
        self._events.change(CONNECTING)
        try:
            self._connect()
        except BaseException as error:
            if not isinstance(error, DeviceFault) or error.reason is not FaultReason.UNPLUGGED:
                self._let_go()
                if isinstance(error, DeviceFault) or not isinstance(error, Exception):
                    raise
                raise driver_fault(self.info.driver, self._failure_text()) from error
            log_error(error, device=self.info.driver)
        self._queue = asyncio.Queue(MOST_WAITING)
        self._plug.watch(self._interrupt)
        self._listener = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Release everything; a read that is running ends with NOT_OPEN."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        listener.cancel()
        try:
            await asyncio.gather(listener, return_exceptions=True)
        finally:
            self._plug.stop()
            self._let_go()
            if self._is_reading and self._queue.empty():
                self._queue.put_nowait(None)
            self._events.end()

    def _let_go(self) -> None:
        """Release the device, whatever fails."""
        self._disconnect()
        release_device(self.info.id)
        self._failure = None
        self._events.change(CLOSED)

    def _disconnect(self) -> None:
        with suppress_logged(Exception, device=self.info.driver):
            self._channel.disconnect()

    async def read(self, timeout_s: float) -> Reading | Retry | None:
        """The next document or guidance, or None if nothing was presented within `timeout_s`."""
        if self._listener is None:
            raise self._not_open_fault()
        if self._is_reading:
            raise DeviceFault(FaultReason.BUSY, _("{device} is already reading", device=self.info.title))
        failure = self._failure
        if failure is not None and self._queue.empty():
            await asyncio.sleep(0)  # a caller that tries again at once must not block its loop
            raise failure
        await self.acknowledge()
        self._is_reading = True
        self._show()
        try:
            async with asyncio.timeout(timeout_s):
                event = await self._queue.get()
        except TimeoutError:
            if self._channel.has_begun:
                raise DeviceFault(
                    FaultReason.TIMEOUT, _("{device} did not finish reading", device=self.info.title)
                ) from None
            return None
        finally:
            self._is_reading = False
            self._show()
        return self._deliver(event)

    async def acknowledge(self) -> None:
        """What was delivered is safe: its sources may go."""
        held, self._held = self._held, []
        for put_away in held:
            self._put_away(put_away)

    async def leave_unread(self) -> None:
        """What was delivered could not be kept: its sources stay for the next reader that is made of the device."""
        self._held = []

    def _put_away(self, put_away: Callable[[], DeviceFault | None]) -> None:
        problem = put_away()
        if problem is not None and not self._queue.full():
            self._queue.put_nowait(problem)  # whoever reads it logs it

    def _deliver(self, event: ChannelEvent | None) -> Reading | Retry:
        if event is None:
            raise self._not_open_fault()
        is_held = isinstance(event, HeldEvent)
        if isinstance(event, HeldEvent):
            if isinstance(event.event, str | RawReading):
                self._held.append(event.put_away)
            else:
                self._put_away(event.put_away)  # guidance and faults are said once
            event = event.event
        if isinstance(event, DeviceFault):
            raise event
        if isinstance(event, Retry):
            return event
        if len(event.text if isinstance(event, RawReading) else event) > LONGEST_RAW:
            raise DeviceFault(
                FaultReason.BAD_READ, _("{device} sent more than a document can contain", device=self.info.title)
            )
        info = self.info
        return make_reading(info.id, info.driver, self._now(), event, simulated=info.simulated, is_held=is_held)

    async def _listen(self) -> None:
        while True:
            try:
                if self._failure is not None:
                    await self._plug.next_look()
                    self._connect()
                await self._hear()
            except DeviceFault as fault:
                log_error(fault, device=self.info.driver)
                self._lose(fault)
            except Exception as error:  # a channel is often foreign code
                log_error(error, device=self.info.driver)
                self._lose(driver_fault(self.info.driver, self._failure_text()))

    def _connect(self) -> None:
        try:
            self._channel.connect()
        except DeviceFault as fault:
            self._lose(fault)
            raise
        if self._failure is not None:
            self._failure = None
            self._events.change(CONNECTING)
        self._show()

    async def _hear(self) -> None:
        for event in await self._receive():
            await self._queue.put(event)
        self._show()

    async def _receive(self) -> Sequence[ChannelEvent]:
        """The channel's next events; DeviceFault UNPLUGGED once the device is unplugged, even if the channel waits."""
        try:
            async with asyncio.timeout(None) as self._receive_timeout:
                return await self._channel.receive()
        except TimeoutError:
            if self._receive_timeout is None or not self._receive_timeout.expired():
                raise
            raise DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device=self.info.title)) from None
        finally:
            self._receive_timeout = None

    def _interrupt(self) -> None:
        if self._receive_timeout is not None:
            self._receive_timeout.reschedule(asyncio.get_running_loop().time())

    def _lose(self, fault: DeviceFault) -> None:
        """Handle a device that is missing or broken: a running read gets the fault, later reads get `_failure`."""
        self._disconnect()
        if self._is_reading and self._failure is None and self._queue.empty():
            self._queue.put_nowait(fault)
        self._failure = fault
        self._show()

    def _show(self) -> None:
        if self._failure is not None:
            health = DeviceHealth.ABSENT if self._failure.reason is FaultReason.UNPLUGGED else DeviceHealth.FAULTED
            self._events.change(DeviceState(health, self._failure.reason, self._failure.hint))
        elif self._listener is not None or self.state == CONNECTING:
            self._events.change(BUSY if self._is_reading and self._channel.has_begun else READY)

    def _failure_text(self) -> Message:
        return _("The driver of {device} failed", device=self.info.title)

    def _not_open_fault(self) -> DeviceFault:
        return DeviceFault(FaultReason.NOT_OPEN, _("{device} is not open", device=self.info.title))
