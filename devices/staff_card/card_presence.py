"""What every reader of staff cards shares: which card is inserted, who hears of it, and one signature at a time."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator

from data.people.card_proof import CardProof
from data.text import _
from devices.device_state import StatefulDevice
from devices.faults import DeviceFault, FaultReason
from devices.ports import BUSY, READY, DeviceInfo
from devices.staff_card.card_reader import (
    MOST_IN_A_PIN,
    CardFault,
    CardPresence,
    CardProblem,
    InsertedCard,
)


class PresentCardReader(StatefulDevice):
    """A closed reader; `_see` tells what is inserted."""

    def __init__(self, info: DeviceInfo) -> None:
        super().__init__(info)
        self._is_open = self._is_signing = False
        self._presence: CardPresence = None
        self._changed = asyncio.Event()
        """Replaced at each change, so that everybody who waits hears of it."""

    def presence(self) -> CardPresence:
        """What is inserted, as it was seen last."""
        return self._presence

    async def insertions(self) -> AsyncGenerator[CardPresence, None]:
        """What is inserted now, then every change, until the reader is closed."""
        last_presence = self._presence
        yield last_presence
        while self._is_open:
            if _is_same(last_presence, self._presence):
                await self._changed.wait()
            else:
                last_presence = self._presence
                yield last_presence

    async def card(self, timeout_s: float) -> InsertedCard | None:
        """The inserted card; None if there is none within `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    self._need_open()
                    if isinstance(self._presence, CardFault):
                        raise CardFault(self._presence.problem)
                    if self._presence is not None:
                        return self._presence
                    await self._changed.wait()
        except TimeoutError:
            return None

    async def sign(self, fingerprint: str, challenge: bytes, pin: str, timeout_s: float) -> CardProof:
        """The signature of the key with this fingerprint. The PIN is tried at most once."""
        self._need_open()
        if self._is_signing:
            raise DeviceFault(FaultReason.BUSY, _("{device} is already asking a card", device=self.info.title))
        if not 0 < len(pin) <= MOST_IN_A_PIN or not pin.isprintable():
            raise CardFault(CardProblem.PIN_NOT_POSSIBLE)
        self._is_signing = True
        self._events.change(BUSY)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._sign(fingerprint, challenge, pin)
        except TimeoutError:
            raise CardFault(CardProblem.MODULE_HANGS) from None
        finally:
            self._is_signing = False
            if self.state == BUSY:
                self._events.change(READY)

    @abstractmethod
    async def _sign(self, fingerprint: str, challenge: bytes, pin: str) -> CardProof:
        """The same; it is cancelled at the deadline."""

    def _need_open(self) -> None:
        if not self._is_open:
            raise DeviceFault(FaultReason.NOT_OPEN, _("{device} is not open", device=self.info.title))

    def _see(self, presence: CardPresence) -> None:
        if not _is_same(self._presence, presence):
            self._presence = presence
            self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _is_same(before: CardPresence, now: CardPresence) -> bool:
    if isinstance(before, CardFault) and isinstance(now, CardFault):
        return before.problem is now.problem
    return before == now
