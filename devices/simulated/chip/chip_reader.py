"""A chip reader that does what a TOML file says, as a real one would; it issues the chip of each document."""

import asyncio
from collections.abc import Callable

from data.errors import InputError
from devices import device_locks
from devices.device_state import StatefulDevice
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
    """`simulated://kit.toml#chip`."""

    def __init__(self, info: DeviceInfo, script: ChipReaderScript, kit: str) -> None:
        super().__init__(info)
        self._script = script
        self._device = f"{kit} {info.id}"
        self._page_reader = f"{kit} {info.id.partition('#')[0]}#{script.of}"
        self._opened = self._waiting = False
        self._next = 0
        self._minted: tuple[Presentation, asyncio.Future[SimulatedChip | None]] | None = None

    async def open(self) -> None:
        """Take the device; DeviceFault BUSY when it is taken."""
        device_locks.acquire(self._device, self.info.title)
        self._opened = True
        self._events.change(CONNECTING)
        self._events.change(READY)

    async def close(self) -> None:
        """Let go of everything; a chip that was given may still be spoken to."""
        if not self._opened:
            return
        self._opened = False
        device_locks.release(self._device)
        self._events.change(CLOSED)
        self._events.end()

    async def chip(self, timeout_s: float) -> Transport | None:
        """The chip on the reader, or None when none was laid down within `timeout_s`."""
        self._need_open()
        if self._waiting:
            raise DeviceFault(FaultReason.BUSY, f"{self.info.title} is waiting for a document already")
        self._waiting = True
        self._events.change(BUSY)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._laid_down()
        except TimeoutError:
            return None
        finally:
            self._waiting = False
            if self._opened:
                self._events.change(READY)

    async def _laid_down(self) -> Transport:
        while True:
            shown = await self._shown()
            self._need_open()
            chip = await self._chip_of(shown)
            if chip is not None:
                chip.lay_down()
                return chip
            await self._another(shown)

    async def _chip_of(self, shown: Presentation) -> SimulatedChip | None:
        """The same chip for as long as the same document is presented: it remembers wrong passwords and faults."""
        if self._minted is None or self._minted[0] is not shown:
            self._minted = (shown, asyncio.ensure_future(asyncio.to_thread(issue_chip, shown)))
        try:
            # A call that times out does not undo what was begun: the next one has it.
            return await asyncio.shield(self._minted[1])
        except InputError as problem:
            raise DeviceFault(FaultReason.BAD_READ, f"{self.info.title}: {problem.what}") from problem

    async def _shown(self) -> Presentation:
        """What lies there, or what of its own comes next."""
        if self._script.of:
            return await self._when(lambda: document_reader.document_on(self._page_reader))
        presents = self._script.presents
        if self._next >= len(presents):
            await self._when(lambda: None)
        shown = presents[self._next]
        await asyncio.sleep(shown.after_s)
        self._next += 1
        return shown

    async def _another(self, shown: Presentation) -> None:
        """Wait until something else lies there than a document without a chip."""
        if self._script.of:
            await self._when(
                lambda: found if (found := document_reader.document_on(self._page_reader)) is not shown else None
            )

    async def _when(self, look: Callable[[], Presentation | None]) -> Presentation:
        while (found := look()) is None:
            await asyncio.sleep(_LOOK_S)
            self._need_open()
        return found

    def _need_open(self) -> None:
        if not self._opened:
            raise DeviceFault(FaultReason.NOT_OPEN, f"{self.info.title} is not open")


def issue_chip(shown: Presentation) -> SimulatedChip | None:
    """The chip in the document; None where it has none. InputError for a zone that opens no chip."""
    if shown.chip is None or not shown.text:
        return None
    holder = holder_of(shown)
    return SimulatedChip(personalise(holder, shown.chip, issuer_of(holder.document.issuer)))
