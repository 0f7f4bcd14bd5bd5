"""`pcsc://Reader%20Name`: chip readers of the system's PC/SC service (pcscd).

The name is that of `kit bench`. The numbers at its end change with the socket and may be left out if only one reader's
name begins in the same way.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from urllib.parse import quote

from data.text import _
from data.untrusted_text import clean
from devices.chip.readers.pcsc_service import (
    ChipPresence,
    PcscChip,
    Presence,
    PresenceWatch,
    reader_names,
    silence_fault,
)
from devices.daemon_thread import call_in_thread
from devices.device_state import StatefulDevice, release_device, take_device
from devices.faults import DeviceFault, FaultReason
from devices.ports import (
    BUSY,
    CLOSED,
    CONNECTING,
    READY,
    DeviceHealth,
    DeviceInfo,
    DeviceState,
    DeviceUrl,
    DiscoveredDevice,
    DriverContext,
)

SIMULATED = False
_FIRST_LOOK_S = 2.0
_AGAIN_S = 0.1


def discover_chips(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Every reader that the service lists now."""
    for name in reader_names():
        yield DiscoveredDevice(f"pcsc://{quote(name)}", _info(name))


def chip_reader(url: DeviceUrl, context: DriverContext) -> "PcscReader":
    """A closed reader; DeviceFault SETUP for a URL without a name."""
    if not url.where:
        raise DeviceFault(
            FaultReason.SETUP, _("A chip reader is named pcsc://Its%20Name, as `waypost kit bench` lists it")
        )
    return PcscReader(_info(url.where), url.where)


class PcscReader(StatefulDevice):
    """One reader, which is watched for chips while it is open."""

    def __init__(self, info: DeviceInfo, name: str) -> None:
        super().__init__(info)
        self._wanted_name = name
        self._name = name
        self._presence: Presence | None = None
        self._changed = asyncio.Event()
        self._watch: PresenceWatch | None = None
        self._chip: PcscChip | None = None
        self._is_waiting = False

    async def open(self) -> None:
        """Take the reader, or wait for it if it is unplugged. DeviceFault BUSY, DENIED, NO_DRIVER."""
        take_device(self.info.id, self.info.title)
        loop = asyncio.get_running_loop()
        try:
            self._name = _full_name(self._wanted_name, await call_in_thread(reader_names))
            watch = PresenceWatch(self._name, lambda seen: _call_in_loop(loop, lambda: self._see(seen)))
            watch.start()
        except BaseException:
            release_device(self.info.id)
            raise
        self._watch, self._presence = watch, None
        self._events.change(CONNECTING)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._change_from(None), _FIRST_LOOK_S)
        self._presence = self._presence or silence_fault(self.info.title)
        self._show()

    async def close(self) -> None:
        """Release the reader and its chip."""
        watch, self._watch = self._watch, None
        if watch is None:
            return
        self._changed.set()
        try:
            await call_in_thread(watch.stop)
            await self._release_chip()
        finally:
            release_device(self.info.id)
            self._events.change(CLOSED)
            self._events.end()

    async def chip(self, timeout_s: float) -> PcscChip | None:
        """The chip on the reader, or None if there is none in time. The chip of the last call is released."""
        self._check()
        if self._is_waiting:
            raise DeviceFault(FaultReason.BUSY, _("{device} is already waiting for a document", device=self.info.title))
        self._is_waiting = True
        try:
            async with asyncio.timeout(timeout_s):
                await self._release_chip()
                return await self._next()
        except TimeoutError:
            return None
        finally:
            self._is_waiting = False

    async def _next(self) -> PcscChip:
        """The next chip that can be taken; waits again if it is lifted at that moment."""
        while True:
            await self._change_from(ChipPresence.NO_CHIP)
            self._check()
            try:
                return await self._take()
            except DeviceFault as fault:
                if fault.reason is not FaultReason.UNPLUGGED:
                    raise
            await asyncio.sleep(_AGAIN_S)

    async def _take(self) -> PcscChip:
        taking = asyncio.ensure_future(call_in_thread(PcscChip, self._name))
        try:
            self._chip = await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(_close_unclaimed)
            raise
        self._show()
        return self._chip

    async def _release_chip(self) -> None:
        chip, self._chip = self._chip, None
        if chip is not None:
            await call_in_thread(chip.close)
            self._show()

    def _check(self) -> None:
        if self._watch is None:
            raise DeviceFault(FaultReason.NOT_OPEN, _("{device} is not open", device=self.info.title))
        if isinstance(self._presence, DeviceFault):
            absence = self._presence
            raise DeviceFault(absence.reason, absence.what, hint=absence.hint)

    async def _change_from(self, presence: Presence | None) -> None:
        """Wait while the last presence is `presence` and the reader is open."""
        while self._watch is not None and self._presence is presence:
            self._changed.clear()
            await self._changed.wait()

    def _see(self, presence: Presence) -> None:
        self._presence = presence
        self._changed.set()
        self._show()

    def _show(self) -> None:
        if self._watch is None:
            return
        if isinstance(self._presence, DeviceFault):
            absence = self._presence
            health = DeviceHealth.ABSENT if absence.reason is FaultReason.UNPLUGGED else DeviceHealth.FAULTED
            self._events.change(DeviceState(health, absence.reason, absence.hint))
        elif self._presence is not None:
            has_chip = self._chip is not None and self._presence is ChipPresence.CHIP
            self._events.change(BUSY if has_chip else READY)


def _info(name: str) -> DeviceInfo:
    return DeviceInfo(f"pcsc:{name}", clean(name, 80), "pcsc")


def _full_name(wanted: str, names: Sequence[str]) -> str:
    """The reader's full name; `wanted` itself if no name, or more than one, begins with it."""
    if wanted in names:
        return wanted
    matching = [name for name in names if name.startswith(f"{wanted} ")]
    return matching[0] if len(matching) == 1 else wanted


def _call_in_loop(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    """Call `what` in the loop; do nothing if the loop has ended."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(what)


def _close_unclaimed(taking: asyncio.Future[PcscChip]) -> None:
    """Release a chip that nobody is waiting for any longer."""
    if not taking.cancelled() and taking.exception() is None:
        taking.result().close()
