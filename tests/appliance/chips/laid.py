"""A chip reader on which a test lays chips, and a station over it with the trust of an invented state."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Event
from typing import Any

from appliance.chips.station import ChipStation, Waits
from appliance.chips.trust import Trusted, TrustLists
from data.certificates.trust_store import TrustStore
from devices.chip.transport import Transport
from devices.ports import DeviceInfo
from devices.states import READY, DeviceState
from tests.appliance.sample import edition
from tests.devices.chip.world import NOW, trust

QUICK = Waits(lay_s=0.3, read_s=20.0)


class ChipTray:
    """Gives what a test lays into `chips`, one after another: a transport, or an exception to raise."""

    def __init__(self, *chips: Any) -> None:
        self.info = DeviceInfo("tray:1", "Chip tray", "tray", simulated=True)
        self.state = READY
        self.chips: list[Any] = list(chips)
        self.hang = Event()
        self.released = Event()
        self.asked = 0

    async def events(self) -> AsyncIterator[DeviceState]:
        yield self.state

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def chip(self, timeout_s: float) -> Transport | None:
        self.asked += 1
        if self.hang.is_set():
            self.released.wait(30)  # a driver that blocks its loop
        ends = time.monotonic() + timeout_s
        while not self.chips:
            if time.monotonic() > ends:
                return None
            await asyncio.sleep(0.01)
        laid = self.chips.pop(0)
        if isinstance(laid, Exception):
            raise laid
        if hasattr(laid, "lay_down"):
            laid.lay_down()
        return laid  # type: ignore[no-any-return]


class KnownTrust(TrustLists):
    """Trust that a test chose."""

    def __init__(self, store: TrustStore | None = None) -> None:
        super().__init__()
        self._known = trust() if store is None else store

    def trusted(self) -> Trusted:
        return Trusted(self._known, (edition("signers"),))


@contextmanager
def station(tray: ChipTray, waits: Waits = QUICK, store: TrustStore | None = None) -> Iterator[ChipStation]:
    made = ChipStation(tray, KnownTrust(store), waits, lambda: NOW)
    with closing(made):
        yield made
        tray.released.set()


def stages(steps: Sequence[Any]) -> list[str]:
    """The stages in their order, each change once."""
    return [one.stage.value for at, one in enumerate(steps) if at == 0 or steps[at - 1].stage is not one.stage]
