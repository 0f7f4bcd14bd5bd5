"""`pkcs11://?module=/usr/lib/…/opensc-pkcs11.so`: staff cards by their maker's library (PKCS #11).

- The library runs in a process of its own (`devices.staff_card.pkcs11_child`), without the kit's environment. One that
  crashes or does not answer is ended and started again, after pauses that grow; meanwhile the state says why.
- The PIN reaches that process over its socket and nothing else; the process ends after the answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from data.log.error_log import log_error, suppress_logged
from data.people.card_proof import CardProof
from data.text import _
from data.untrusted_text import clean
from devices.device_state import release_device, take_device
from devices.faults import DeviceFault, FaultReason, missing_extra
from devices.isolation.isolated_reader import BACK_OFF_S
from devices.isolation.process import ChildProcess
from devices.ports import (
    CLOSED,
    CONNECTING,
    LONGEST_NAME,
    READY,
    DeviceHealth,
    DeviceInfo,
    DeviceState,
    DeviceUrl,
    DiscoveredDevice,
    DriverContext,
)
from devices.staff_card.card_messages import MOST_IN_A_CHALLENGE, CardAnswer, parse_answer
from devices.staff_card.card_presence import PresentCardReader
from devices.staff_card.card_reader import CardFault, CardPresence, CardProblem

SIMULATED = False
NATIVE = True
_DRIVER = "pkcs11"
START_S = 20.0
"""From the start of the process to a loaded library."""
LOOK_S = 0.5
"""Between two looks at what is inserted."""
LOOK_WITHIN_S = 15.0
"""For one look; a slow card takes seconds until its keys are read."""
_CARD_PROBLEMS = frozenset(CardProblem) - {
    CardProblem.CARD_FAILED,
    CardProblem.MODULE_MISSING,
    CardProblem.MODULE_UNUSABLE,
    CardProblem.MODULE_CRASHED,
    CardProblem.MODULE_HANGS,
}
"""After which the library goes on. One that failed otherwise is loaded again: the service behind it may be back."""
_Answer = TypeVar("_Answer")


def discover_cards(context: DriverContext) -> Iterator[DiscoveredDevice]:
    """Nothing: which library drives which reader only kit.toml knows."""
    return iter(())


def card_reader(url: DeviceUrl, context: DriverContext) -> "Pkcs11CardReader":
    """A closed reader; DeviceFault SETUP for a URL without a module, or with a relative path."""
    module = url.settings.get("module", "")
    if not Path(module).is_absolute():
        raise DeviceFault(
            FaultReason.SETUP,
            _("The card maker's library is named with its whole path, like pkcs11://?module=/usr/lib/…/name.so"),
        )
    title = _("Card reader ({library})", library=clean(Path(module).name, LONGEST_NAME))
    return Pkcs11CardReader(DeviceInfo(f"pkcs11:{module}", title, _DRIVER), module)


class CardProcess(ChildProcess):
    """The process that has the library."""

    MODULE = "devices.staff_card.pkcs11_child"
    INHERITS = ("SOFTHSM2_CONF", "OPENSC_CONF", "PCSCLITE_CSOCK_NAME")
    """Where libraries look for their settings: paths only."""

    @classmethod
    async def start(cls, module: str) -> Self:
        """Start it and load the library. CardFault, DeviceFault PROTOCOL, NO_DRIVER."""
        process = await cls._spawn()
        try:
            async with asyncio.timeout(START_S):
                await process._ask({"module": module})
        except BaseException as error:
            await process.kill()
            if isinstance(error, TimeoutError):
                raise CardFault(CardProblem.MODULE_HANGS) from None
            raise
        return process

    async def look(self) -> CardPresence:
        """What is inserted."""
        try:
            async with asyncio.timeout(LOOK_WITHIN_S):
                answer = await self._ask({"look": True})
        except TimeoutError:
            raise CardFault(CardProblem.MODULE_HANGS) from None
        return None if answer.card is None else answer.card.to_card()

    async def sign(self, fingerprint: str, challenge: bytes, pin: str) -> CardProof:
        """A signature; the process ends then."""
        answer = await self._ask({"fingerprint": fingerprint, "challenge": challenge.hex(), "pin": pin})
        if answer.proof is None:
            raise CardFault(CardProblem.MODULE_CRASHED)
        return answer.proof.to_proof()

    async def _ask(self, request: dict[str, Any]) -> CardAnswer:
        self._send(request)
        line = await self._receive_line()
        answer = parse_answer(line) if line else None
        if answer is None:
            raise CardFault(CardProblem.MODULE_CRASHED)
        if error := answer.to_error():
            log_error(error, device=_DRIVER)
        if answer.problem is CardProblem.NO_EXTRA:
            raise missing_extra("card", _("a reader of staff cards"))
        if answer.problem is not None:
            raise CardFault(answer.problem)
        return answer


class Pkcs11CardReader(PresentCardReader):
    """The cards that one library shows."""

    def __init__(self, info: DeviceInfo, module: str) -> None:
        super().__init__(info)
        self._module = module
        self._process: CardProcess | None = None
        self._in_use = asyncio.Lock()
        """Who asks the process."""
        self._watching: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Load the library and look. CardFault where the library is missing or fails; BUSY if this is open already."""
        take_device(self.info.id, self.info.title)
        self._events.change(CONNECTING)
        self._is_open = True
        try:
            await self._look()
            if isinstance(self._presence, CardFault) and self._presence.problem not in _CARD_PROBLEMS:
                raise CardFault(self._presence.problem)
        except BaseException:
            await self._let_go()
            raise
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """End the process, and with it whatever the card had allowed it."""
        watching, self._watching = self._watching, None
        if watching is None:
            return
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await self._let_go()
        self._events.end()

    async def _let_go(self) -> None:
        self._is_open = False
        try:
            await self._end_process()
        finally:
            release_device(self.info.id)
            self._presence = None
            self._wake()
            self._events.change(CLOSED)

    async def _watch(self) -> None:
        failed = 0
        while True:
            await asyncio.sleep(LOOK_S if not failed else BACK_OFF_S[min(failed, len(BACK_OFF_S)) - 1])
            try:
                await self._look()
                failed = 0 if self._process is not None else failed + 1
            except DeviceFault as fault:
                log_error(fault, device=_DRIVER, failed=failed)
                failed += 1
                self._events.change(DeviceState(DeviceHealth.FAULTED, fault.reason, fault.hint))

    async def _look(self) -> None:
        """See what is inserted. DeviceFault where there is no process to ask."""
        try:
            presence = await self._ask(CardProcess.look)
        except CardFault as fault:
            log_error(fault, device=_DRIVER)
            presence = None if fault.problem is CardProblem.PULLED_OUT else fault
        self._see(presence)
        if isinstance(presence, CardFault) and presence.problem not in _CARD_PROBLEMS:
            self._events.change(DeviceState(DeviceHealth.FAULTED, presence.reason, presence.hint))
        elif not self._is_signing:
            self._events.change(READY)

    async def _sign(self, fingerprint: str, challenge: bytes, pin: str) -> CardProof:
        if len(challenge) > MOST_IN_A_CHALLENGE:
            raise CardFault(CardProblem.CARD_FAILED)
        try:
            return await self._ask(lambda process: process.sign(fingerprint, challenge, pin), ends=True)
        except CardFault as fault:
            if fault.problem is CardProblem.PULLED_OUT:
                self._see(None)
            raise

    async def _ask(self, ask: Callable[[CardProcess], Awaitable[_Answer]], *, ends: bool = False) -> _Answer:
        """Ask the process, which is started if there is none. It ends where it failed, or nobody waits any more."""
        async with self._in_use:
            self._need_open()
            try:
                if self._process is None:
                    self._process = await CardProcess.start(self._module)
                answer = await ask(self._process)
            except BaseException as error:
                if ends or not (isinstance(error, CardFault) and error.problem in _CARD_PROBLEMS):
                    await self._end_process()
                raise
            if ends:
                await self._end_process()
            return answer

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress_logged(Exception, device=_DRIVER):
                await process.kill()
