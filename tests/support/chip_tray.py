"""A chip reader on which a test lays chips, and a service over it with the trust of an invented state."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from threading import Event
from typing import Any

from appliance.chips.reader_service import ChipReaderService, ChipTimeouts
from appliance.screening.list_access import TrustLists, TrustSnapshot
from data.certificates.certificate import read_certificate
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_store import TrustStore, certificate_record, revocations_record
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.persons.person import Sex
from devices.ports import READY, DeviceInfo, DeviceState, Transport
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.personalisation.issuer import Issuer
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.pki.invented_state import InventedState
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.randomness import SYSTEM_RANDOM
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.support.invented_chips import ISSUED, NOW, trust
from tests.support.sample import edition
from tests.support.waiting import GUARD_S

RIGHT = write_mrz(
    MrzFields("P", "NOR", "L898902C3", "SAMPLE", "ANNA MARIA", "NOR", date(1974, 8, 12), Sex.FEMALE, date(2032, 4, 15)),
    MrzFormat.TD3,
)
"""A zone in which every digit is right, of a state that is no specimen's."""
NORWAY = Issuer(InventedState("NO"))
QUICK = ChipTimeouts(lay_s=0.3, read_s=GUARD_S)
"""Where nothing is laid down."""
PATIENT = ChipTimeouts(lay_s=GUARD_S, read_s=GUARD_S)
"""Where something is."""


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
            self.released.wait(GUARD_S)  # a driver that blocks its loop
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

    def snapshot(self) -> TrustSnapshot:
        return TrustSnapshot(self._known, (edition("signers"),))


@contextmanager
def reader_service(
    tray: ChipTray, waits: ChipTimeouts | None = None, store: TrustStore | None = None
) -> Iterator[ChipReaderService]:
    """A service over the tray; where nothing says how long it waits, that is long where a chip lies there."""
    service = ChipReaderService(tray, KnownTrust(store), waits or (PATIENT if tray.chips else QUICK), lambda: NOW)
    try:
        with closing(service):
            yield service
            tray.released.set()
    finally:
        tray.released.set()
        if service._is_started:
            service._thread.join(GUARD_S)  # one that hung ends now, and with it its loop
            assert not service._thread.is_alive()


def chip_of(zone: str, **profile: Any) -> SimulatedChip:
    """The chip of the document with this zone."""
    return SimulatedChip(personalise(Holder(zone, ISSUED), ChipProfile.model_validate(profile), NORWAY), SYSTEM_RANDOM)


@cache
def norwegian_trust() -> TrustStore:
    """What that state published."""
    csca, revocations = NORWAY.publish(datetime(2026, 5, 20, tzinfo=UTC))
    records = [certificate_record(read_certificate(csca), "a test")]
    return TrustStore([*records, revocations_record(read_revocation_list(revocations), "a test")])


def stages(steps: Sequence[Any]) -> list[str]:
    """The stages in their order, each change once."""
    return [step.stage.value for at, step in enumerate(steps) if at == 0 or steps[at - 1].stage is not step.stage]
