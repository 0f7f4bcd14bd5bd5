"""Any device channel as a document reader that keeps the adapter contract (tests/contract holds it).

- A `DeviceChannel` says how one kind of device is connected and what comes from it. It knows no states, deadlines or
  callers, so a new driver is one channel; the reader gives it the promises of the contract.
- One task listens to the device, so a cancelled or timed-out read loses no document: the next read has it.
- A device that goes away, or was away at `open`, is there again as soon as udev tells of it; where udev does not, it
  is looked for every quarter of a second (`devices.hotplug`).
- A channel that fails in a way nobody foresaw is a fault of the device, and is connected again after a pause.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from data.log.error_log import log_error
from devices import device_locks
from devices.device_state import StatefulDevice
from devices.faults import DeviceFault, FaultReason, Retry
from devices.hotplug.plug import Plug
from devices.ports import BUSY, CLOSED, CONNECTING, READY, DeviceHealth, DeviceInfo, DeviceState
from devices.reading import LONGEST_RAW, RawReading, Reading, make_reading

ChannelEvent = str | RawReading | Retry | DeviceFault
"""A document's text (lines joined by line feeds), guidance, or what went wrong with one document."""

MOST_WAITING = 8
"""Documents that wait to be read; beyond these the device itself has to hold them."""


class DeviceChannel(Protocol):
    """One device of one kind."""

    @property
    def has_begun(self) -> bool:
        """Whether part of a document has come and the rest has not."""

    def connect(self) -> None:
        """Take the device, at once. DeviceFault UNPLUGGED when it is away, else BUSY, DENIED, NO_DRIVER, SETUP."""

    async def receive(self) -> Sequence[ChannelEvent]:
        """What comes next; nothing, when only `has_begun` changed. DeviceFault UNPLUGGED when the device is gone.

        Cancelling it loses nothing that was heard.
        """

    def disconnect(self) -> None:
        """Let go of the device and forget what was begun. Doing so twice does nothing."""


class LiveReader(StatefulDevice):
    """A document reader over `channel`; `now` is trusted time, `plug` that of a device with a node of its own."""

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

    async def open(self) -> None:
        """Take the device, or wait for it where it is unplugged. DeviceFault BUSY, DENIED, NO_DRIVER, SETUP."""
        device_locks.acquire(self.info.id, self.info.title)
        self._events.change(CONNECTING)
        try:
            self._connect()
        except DeviceFault as fault:
            if fault.reason is not FaultReason.UNPLUGGED:
                device_locks.release(self.info.id)
                self._failure = None
                self._events.change(CLOSED)
                raise
        self._queue = asyncio.Queue(MOST_WAITING)
        self._plug.watch(self._interrupt)
        self._listener = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Let go of everything; a read under way ends with NOT_OPEN."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener
        self._plug.stop()
        self._channel.disconnect()
        device_locks.release(self.info.id)
        self._failure = None
        if self._is_reading and self._queue.empty():
            self._queue.put_nowait(None)
        self._events.change(CLOSED)
        self._events.end()

    async def read(self, timeout_s: float) -> Reading | Retry | None:
        """The next document or guidance, or None when nothing was presented within `timeout_s`."""
        if self._listener is None:
            raise self._not_open_fault()
        if self._is_reading:
            raise DeviceFault(FaultReason.BUSY, f"{self.info.title} is reading already")
        failure = self._failure
        if failure is not None and self._queue.empty():
            await asyncio.sleep(0)  # a caller that only asks again must not hold its loop
            raise failure
        self._is_reading = True
        self._show()
        try:
            async with asyncio.timeout(timeout_s):
                event = await self._queue.get()
        except TimeoutError:
            if self._channel.has_begun:
                raise DeviceFault(FaultReason.TIMEOUT, f"{self.info.title} did not finish reading") from None
            return None
        finally:
            self._is_reading = False
            self._show()
        return self._deliver(event)

    def _deliver(self, event: ChannelEvent | None) -> Reading | Retry:
        if event is None:
            raise self._not_open_fault()
        if isinstance(event, DeviceFault):
            raise event
        if isinstance(event, Retry):
            return event
        if len(event.text if isinstance(event, RawReading) else event) > LONGEST_RAW:
            raise DeviceFault(FaultReason.BAD_READ, f"{self.info.title} sent more than any document holds")
        return make_reading(self.info.id, self.info.driver, self._now(), event, simulated=self.info.simulated)

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
                self._lose(DeviceFault(FaultReason.PROTOCOL, f"{self.info.title}'s driver failed"))

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
        """What the channel hears next; DeviceFault UNPLUGGED once the plug is out, whatever the channel waits for."""
        try:
            async with asyncio.timeout(None) as self._receive_timeout:
                return await self._channel.receive()
        except TimeoutError:
            if self._receive_timeout is None or not self._receive_timeout.expired():
                raise
            raise DeviceFault(FaultReason.UNPLUGGED, f"{self.info.title} is unplugged") from None
        finally:
            self._receive_timeout = None

    def _interrupt(self) -> None:
        if self._receive_timeout is not None:
            self._receive_timeout.reschedule(asyncio.get_running_loop().time())

    def _lose(self, fault: DeviceFault) -> None:
        """The device is away or does not work. Told to a read under way; later reads are told by `_failure`."""
        self._channel.disconnect()
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

    def _not_open_fault(self) -> DeviceFault:
        return DeviceFault(FaultReason.NOT_OPEN, f"{self.info.title} is not open")
