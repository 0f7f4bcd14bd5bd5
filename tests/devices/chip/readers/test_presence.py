"""A reader that is unplugged and comes back, a service that stops and starts: each change is told once."""

import queue
from typing import Any

import pytest

from devices.chip.readers import pcsc_service
from devices.chip.readers.pcsc_service import ChipPresence, PresenceWatch
from devices.faults import DeviceFault, FaultReason
from tests.support.waiting import GUARD_S


class ScriptedService:
    """PC/SC that says, one look after another, what a test wrote down; then nothing changes any more."""

    SCARD_SCOPE_USER, SCARD_STATE_UNAWARE, SCARD_E_TIMEOUT = 0, 0, 1
    SCARD_STATE_UNKNOWN, SCARD_STATE_UNAVAILABLE, SCARD_STATE_PRESENT, SCARD_STATE_EMPTY = 4, 8, 32, 16

    def __init__(self, *looks: int | None) -> None:
        self._looks = list(looks)
        self.contexts = 0
        self.most = 0

    def SCardEstablishContext(self, scope: int) -> tuple[int, object]:
        self.contexts += 1
        self.most = max(self.most, self.contexts)
        return 0, object()

    def SCardReleaseContext(self, context: object) -> int:
        self.contexts -= 1
        return 0

    def SCardGetStatusChange(
        self, context: object, wait_ms: int, asked: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        look = self._looks.pop(0) if self._looks else self.SCARD_E_TIMEOUT
        if look is None:
            return 99, []
        if look == self.SCARD_E_TIMEOUT:
            return look, []
        return 0, [(asked[0][0], look, b"")]

    def SCardCancel(self, context: object) -> int:
        return 0


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(*looks: int | None) -> ScriptedService:
        made = ScriptedService(*looks)
        monkeypatch.setattr(pcsc_service, "library", lambda: made)
        monkeypatch.setattr(pcsc_service, "library", lambda: made)
        monkeypatch.setattr(pcsc_service, "_PAUSE_S", 0.01)
        return made

    return use


def seen(count: int) -> list[ChipPresence]:
    told: queue.Queue[ChipPresence] = queue.Queue()
    watch = PresenceWatch("A reader", told.put)
    watch.start()
    found = [told.get(timeout=GUARD_S) for _ in range(count)]
    watch.stop()
    assert told.empty()
    return found


def test_insertion_and_removal_are_told_once_each(scripted: Any) -> None:
    said = ScriptedService
    made = scripted(
        said.SCARD_STATE_EMPTY, 1, said.SCARD_STATE_PRESENT, said.SCARD_STATE_PRESENT | 256, said.SCARD_STATE_EMPTY
    )
    assert seen(3) == [ChipPresence.NO_CHIP, ChipPresence.CHIP, ChipPresence.NO_CHIP]
    assert made.contexts == 0, "every context is given back"


def test_a_reader_that_is_unplugged_is_found_again(scripted: Any) -> None:
    said = ScriptedService
    made = scripted(
        said.SCARD_STATE_PRESENT, said.SCARD_STATE_UNKNOWN, said.SCARD_STATE_UNAVAILABLE, None, said.SCARD_STATE_PRESENT
    )
    assert seen(3) == [ChipPresence.CHIP, ChipPresence.NO_READER, ChipPresence.CHIP]
    assert made.most == 1


def test_a_service_that_stops_is_a_reader_that_is_away(scripted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scripted(ScriptedService.SCARD_STATE_EMPTY)
    working = pcsc_service.establish_context
    answers = [DeviceFault(FaultReason.NO_DRIVER, "It does not run"), None]

    def context() -> object:
        failed = answers.pop(0) if answers else None
        if failed is not None:
            raise failed
        return working()

    monkeypatch.setattr(pcsc_service, "establish_context", context)
    assert seen(2) == [ChipPresence.NO_READER, ChipPresence.NO_CHIP]
    assert made.contexts == 0
