"""A chip reader that does what a TOML file says, with the contract of a real one; it issues each document's chip."""

import asyncio
from collections.abc import Callable

from data.errors import InputError
from data.text import _
from devices.device_state import StatefulDevice, release_device, take_device
from devices.faults import DeviceFault, FaultReason
from devices.ports import BUSY, CLOSED, CONNECTING, READY, DeviceInfo, Transport
from devices.simulated import document_reader
from devices.simulated.chip.personalisation.holder import holder_of
from devices.simulated.chip.personalisation.issuer import issuer_of
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.simulated_chip import SimulatedChip
from devices.simulated.kit_file import ChipReaderScript, Presentation

_LOOK_S = 0.02


class SimulatedChipReader(StatefulDevice):
    """The reader at `simulated://kit.toml#chip`."""

    def __init__(self, info: DeviceInfo, script: ChipReaderScript, kit: str) -> None:
        super().__init__(info)
        self._script = script
        self._device = f"{kit} {info.id}"
        self._page_reader = f"{kit} {info.id.partition('#')[0]}#{script.of}"
        self._opened = self._waiting = False
        self._next = 0
        self._issued: tuple[Presentation, asyncio.Future[SimulatedChip | None]] | None = None

    async def open(self) -> None:
        """Take the device; DeviceFault BUSY if it is taken."""
        take_device(self._device, self.info.title)
        self._opened = True
        self._events.change(CONNECTING)
        self._events.change(READY)

    async def close(self) -> None:
        """Release everything; a chip that was given out still works."""
        if not self._opened:
            return
        self._opened = False
        release_device(self._device)
        self._events.change(CLOSED)
        self._events.end()

    async def chip(self, timeout_s: float) -> Transport | None:
        """The chip on the reader, or None if none was laid down within `timeout_s`."""
        self._need_open()
        if self._waiting:
            raise DeviceFault(FaultReason.BUSY, _("{device} is already waiting for a document", device=self.info.title))
        self._waiting = True
        self._events.change(BUSY)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._next_chip()
        except TimeoutError:
            return None
        finally:
            self._waiting = False
            if self._opened:
                self._events.change(READY)

    async def _next_chip(self) -> Transport:
        while True:
            presentation = await self._next_document()
            self._need_open()
            try:
                chip = await self._chip_of(presentation)
            except DeviceFault:
                self._next += 1  # a document that cannot be read is told once
                raise
            self._next += 1  # not before: a call that times out while the chip is made leaves it to the next call
            if chip is not None:
                chip.lay_down()
                return chip
            await self._wait_for_other(presentation)

    async def _chip_of(self, presentation: Presentation) -> SimulatedChip | None:
        """The chip of the document: the same one while it is presented, so that it remembers wrong passwords."""
        if self._issued is None or self._issued[0] is not presentation:
            self._issued = (presentation, asyncio.ensure_future(asyncio.to_thread(issue_chip, presentation)))
        try:
            # A call that times out does not stop the work: the next call gets the result.
            return await asyncio.shield(self._issued[1])
        except InputError as problem:
            raise DeviceFault(
                FaultReason.BAD_READ, _("{device}: {problem}", device=self.info.title, problem=problem.what)
            ) from problem

    async def _next_document(self) -> Presentation:
        """The document on the page reader, or the next one of this reader's own."""
        if self._script.of:
            return await self._wait_for(lambda: document_reader.document_on(self._page_reader))
        presents = self._script.presents
        if self._next >= len(presents):
            await self._wait_for(lambda: None)
        presentation = presents[self._next]
        await asyncio.sleep(presentation.after_s)
        return presentation

    async def _wait_for_other(self, presentation: Presentation) -> None:
        """Wait for another document than one without a chip."""
        if self._script.of:
            await self._wait_for(lambda: self._document_other_than(presentation))

    def _document_other_than(self, presentation: Presentation) -> Presentation | None:
        there = document_reader.document_on(self._page_reader)
        return there if there is not presentation else None

    async def _wait_for(self, look: Callable[[], Presentation | None]) -> Presentation:
        while (presentation := look()) is None:
            await asyncio.sleep(_LOOK_S)
            self._need_open()
        return presentation

    def _need_open(self) -> None:
        if not self._opened:
            raise DeviceFault(FaultReason.NOT_OPEN, _("{device} is not open", device=self.info.title))


def issue_chip(presentation: Presentation) -> SimulatedChip | None:
    """The chip in the document; None if it has none. InputError for a zone that opens no chip."""
    if presentation.chip is None or not presentation.text:
        return None
    holder = holder_of(presentation)
    return SimulatedChip(personalise(holder, presentation.chip, issuer_of(holder.document.issuer)))
