"""`pcsc://Reader%20Name`: chip readers of the system's PC/SC service (pcscd).

The name is that of `kit bench`; where it has no numbers at its end (they change with the socket), the one reader that
begins so is meant.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import suppress
from urllib.parse import quote

from devices import claims
from devices.chip.readers.laid_chip import PcscChip
from devices.chip.readers.presence import Presence, PresenceWatch
from devices.chip.readers.service import reader_names
from devices.faults import DeviceFault, Guidance, Reason, Retry
from devices.ports import DeviceInfo
from devices.registry import Candidate
from devices.state_events import StateEvents
from devices.states import BUSY, CLOSED, CONNECTING, READY, DeviceState, Health
from devices.surroundings import Surroundings
from devices.url import DeviceUrl

SIMULATED = False
SETTINGS: tuple[str, ...] = ()
_FIRST_LOOK_S = 2.0
_AWAY = DeviceState(Health.ABSENT, Reason.UNPLUGGED, "Check the reader's cable, then plug it in again")


def discover(place: Surroundings) -> Iterator[Candidate]:
    """Every reader that the service knows now."""
    for name in reader_names():
        yield Candidate(f"pcsc://{quote(name)}", _info(name))


def chip_reader(url: DeviceUrl, place: Surroundings) -> "PcscReader":
    """A closed reader; DeviceFault SETUP for a URL without a name."""
    if not url.where:
        raise DeviceFault(Reason.SETUP, "A chip reader is pcsc://Its%20Name, as kit bench lists it")
    return PcscReader(_info(url.where), url.where)


def _info(name: str) -> DeviceInfo:
    return DeviceInfo(f"pcsc:{name}", name[:80], "pcsc")


class _Laid(PcscChip):
    """A chip that tells its reader when it is let go."""

    def __init__(self, name: str, gone: Callable[[], None]) -> None:
        super().__init__(name)
        self._gone = gone

    def close(self) -> None:
        """Let go of the chip."""
        super().close()
        self._gone()


class PcscReader:
    """One reader; what lies on it is watched while it is open."""

    def __init__(self, info: DeviceInfo, name: str) -> None:
        self.info = info
        self._wanted = name
        self._name = name
        self._events = StateEvents(CLOSED)
        self._presence: Presence | None = None
        self._changed = asyncio.Event()
        self._watch: PresenceWatch | None = None
        self._laid: _Laid | None = None
        self._waiting = False

    @property
    def state(self) -> DeviceState:
        """The state now."""
        return self._events.state

    def events(self) -> AsyncGenerator[DeviceState, None]:
        """The state now, then every change, until the reader is closed."""
        return self._events.listen()

    async def open(self) -> None:
        """Take the reader, or wait for it where it is unplugged. DeviceFault BUSY, DENIED, NO_DRIVER."""
        claims.take(self.info.id, self.info.title)
        try:
            self._name = _named(self._wanted, await asyncio.to_thread(reader_names))
        except BaseException:
            claims.give_back(self.info.id)
            raise
        self._events.change(CONNECTING)
        self._presence = None
        loop = asyncio.get_running_loop()
        self._watch = PresenceWatch(self._name, lambda seen: _tell(loop, lambda: self._see(seen)))
        self._watch.start()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._change_from(None), _FIRST_LOOK_S)
        self._presence = self._presence or Presence.NO_READER
        self._show()

    async def close(self) -> None:
        """Let go of the reader and of its chip."""
        watch, self._watch = self._watch, None
        if watch is None:
            return
        self._changed.set()
        await asyncio.to_thread(watch.stop)
        if self._laid is not None:
            await asyncio.to_thread(self._laid.close)
            self._laid = None
        claims.give_back(self.info.id)
        self._events.change(CLOSED)
        self._events.end()

    async def chip(self, timeout_s: float) -> "_Laid | Retry | None":
        """The chip that lies there or is laid there in time, guidance, or None."""
        self._check()
        self._waiting = True
        try:
            async with asyncio.timeout(timeout_s):
                await self._change_from(Presence.NO_CHIP)
                self._check_present()
                return await self._take()
        except TimeoutError:
            return None
        finally:
            self._waiting = False

    async def _take(self) -> "_Laid | Retry":
        loop = asyncio.get_running_loop()
        taking = asyncio.ensure_future(asyncio.to_thread(_Laid, self._name, lambda: _tell(loop, self._let_go)))
        try:
            self._laid = await asyncio.shield(taking)
        except asyncio.CancelledError:
            taking.add_done_callback(_let_go_of)
            raise
        except DeviceFault as fault:
            if fault.reason is Reason.BAD_READ:
                return Retry(Guidance.LAY_FLAT)
            if fault.reason is Reason.UNPLUGGED and self._presence is not Presence.NO_READER:
                return Retry(Guidance.HOLD_STILL)
            raise
        self._show()
        return self._laid

    def _check(self) -> None:
        self._check_present()
        if self._laid is not None or self._waiting:
            raise DeviceFault(Reason.BUSY, f"{self.info.title} reads a chip already")

    def _check_present(self) -> None:
        if self._watch is None:
            raise DeviceFault(Reason.NOT_OPEN, f"{self.info.title} is not open")
        if self._presence is Presence.NO_READER:
            raise DeviceFault(Reason.UNPLUGGED, f"{self.info.title} is unplugged")

    async def _change_from(self, presence: Presence | None) -> None:
        """Wait while what was seen last is `presence`, and the reader is open."""
        while self._watch is not None and self._presence is presence:
            self._changed.clear()
            await self._changed.wait()

    def _see(self, presence: Presence) -> None:
        self._presence = presence
        self._changed.set()
        self._show()

    def _let_go(self) -> None:
        self._laid = None
        self._show()

    def _show(self) -> None:
        if self._watch is None:
            return
        if self._presence is Presence.NO_READER:
            self._events.change(_AWAY)
        elif self._presence is not None:
            self._events.change(BUSY if self._laid is not None else READY)


def _named(wanted: str, names: Sequence[str]) -> str:
    """The reader's full name; the name as it was given where no reader, or more than one, begins so."""
    if wanted in names:
        return wanted
    found = [name for name in names if name.startswith(f"{wanted} ")]
    return found[0] if len(found) == 1 else wanted


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    """Have the loop do something; nothing when it has ended meanwhile."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(what)


def _let_go_of(taking: "asyncio.Future[_Laid]") -> None:
    if not taking.cancelled() and taking.exception() is None:
        taking.result().close()
