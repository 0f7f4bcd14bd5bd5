"""A document reader that does what a TOML file says, with the contract of a real one.

- It continues where it stopped: closing and opening again loses no traveller.
- A document that is laid down and not read in time is a TIMEOUT; if nothing is laid down in time, that is no error.
- The simulated readers of this process know the document on each: a page reader and a chip reader read the same one.
- A reading consists of the presentation's text, its codes, and the seal that is printed on it.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from data.documents.barcodes import Barcode
from data.errors import InputError
from data.text import _
from devices.device_state import StatefulDevice, release_device, take_device
from devices.faults import DeviceFault, FaultReason, Retry
from devices.ports import BUSY, CLOSED, CONNECTING, READY, DeviceHealth, DeviceInfo, DeviceState
from devices.reading import LONGEST_RAW, RawReading, Reading, make_reading
from devices.simulated.kit_file import Presentation, ReaderScript
from devices.simulated.seals.seal_writer import seal_on

_DOCUMENTS: dict[str, Presentation] = {}

RECONNECT_S = 0.05


def lay_document(device: str, presentation: Presentation) -> None:
    """Note that `presentation` is on `device` now."""
    _DOCUMENTS[device] = presentation


def document_on(device: str) -> Presentation | None:
    """The last presentation on `device`."""
    return _DOCUMENTS.get(device)


def codes_on(presentation: Presentation) -> tuple[Barcode, ...]:
    """Every code on a presentation, the seal last. DeviceFault BAD_READ for a document that has no seals."""
    try:
        seal = seal_on(presentation)
    except InputError as problem:
        raise DeviceFault(FaultReason.BAD_READ, problem.what) from problem
    return (*presentation.reading.codes, seal) if seal is not None else presentation.reading.codes


def make_raw_reading(presentation: Presentation) -> RawReading:
    """The text of a presentation, with its codes."""
    return RawReading(presentation.text, codes=codes_on(presentation))


class SimulatedReader(StatefulDevice):
    """The reader at `simulated://kit.toml#reader`."""

    def __init__(self, info: DeviceInfo, script: ReaderScript, kit: str, now: Callable[[], datetime]) -> None:
        super().__init__(info)
        self._script = script
        self._device = f"{kit} {info.id}"
        self._now = now
        self._opened = False
        self._reading = False
        self._next = 0
        self._lay_at: float | None = None
        self._return: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take the device; DeviceFault BUSY if it is taken."""
        take_device(self._device, self.info.title)
        self._opened = True
        self._events.change(CONNECTING)
        self._events.change(READY)

    async def close(self) -> None:
        """Release everything."""
        if not self._opened:
            return
        self._opened = False
        release_device(self._device)
        self._lay_at = None
        if self._return is not None:
            self._return.cancel()
            with suppress(asyncio.CancelledError):
                await self._return
            self._return = None
        self._events.change(CLOSED)
        self._events.end()

    async def read(self, timeout_s: float) -> Reading | Retry | None:
        """The next presentation, or None if there is none within `timeout_s`."""
        self._need_open()
        if self.state.health is DeviceHealth.ABSENT:
            await asyncio.sleep(0)  # a caller that tries again at once must not block its loop
            raise DeviceFault(FaultReason.UNPLUGGED, _("{device} is unplugged", device=self.info.title))
        if self._reading:
            raise DeviceFault(FaultReason.BUSY, _("{device} is already reading", device=self.info.title))
        self._reading = True
        try:
            async with asyncio.timeout(timeout_s):
                return await self._present()
        except TimeoutError:
            if self.state != BUSY:
                return None
            self._next += 1
            raise DeviceFault(
                FaultReason.TIMEOUT, _("{device} did not finish reading", device=self.info.title)
            ) from None
        finally:
            self._reading = False
            if self.state == BUSY:
                self._events.change(READY)

    def _need_open(self) -> None:
        """Raise NOT_OPEN if the reader is closed; called after every wait too."""
        if not self._opened:
            raise DeviceFault(FaultReason.NOT_OPEN, _("{device} is not open", device=self.info.title))

    async def _present(self) -> Reading | Retry:
        presentation = await self._next_presentation()
        self._need_open()
        self._events.change(BUSY)
        await asyncio.sleep(presentation.delay_s)
        self._need_open()
        self._next += 1
        if presentation.fault is not None:
            raise self._fail(presentation.fault, presentation.away_s)
        if presentation.retry is not None:
            return Retry(presentation.retry)
        lay_document(self._device, presentation)
        if len(presentation.text) > LONGEST_RAW:
            raise DeviceFault(
                FaultReason.BAD_READ, _("{device} sent more than a document can contain", device=self.info.title)
            )
        return make_reading(self.info.id, self.info.driver, self._now(), make_raw_reading(presentation), simulated=True)

    async def _next_presentation(self) -> Presentation:
        """Wait for the next presentation, over several reads if necessary."""
        presents = self._script.presents
        if presents and self._script.at_end == "again":
            self._next %= len(presents)
        if self._next >= len(presents):
            await asyncio.Event().wait()
        clock = asyncio.get_running_loop()
        if self._lay_at is None:
            self._lay_at = clock.time() + presents[self._next].after_s
        await asyncio.sleep(max(0.0, self._lay_at - clock.time()))
        self._lay_at = None
        return presents[self._next]

    def _fail(self, reason: FaultReason, away_s: float) -> DeviceFault:
        fault = DeviceFault(
            reason, _("{device} simulates a fault ({reason})", device=self.info.title, reason=reason.value)
        )
        if reason is FaultReason.UNPLUGGED:
            self._events.change(DeviceState(DeviceHealth.ABSENT, reason, fault.hint))
            self._return = asyncio.create_task(self._plug_in_after(away_s))
        return fault

    async def _plug_in_after(self, away_s: float) -> None:
        await asyncio.sleep(away_s)
        self._events.change(CONNECTING)
        await asyncio.sleep(RECONNECT_S)
        self._events.change(READY)
