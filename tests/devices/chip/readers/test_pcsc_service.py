"""A reader that is unplugged and comes back, a service that stops and starts: each change is told once, with why."""

import queue
from typing import Any

import pytest

from devices.chip.readers import pcsc_service
from devices.chip.readers.pcsc_service import ChipPresence, Presence, PresenceWatch
from devices.faults import DeviceFault, FaultReason
from tests.support.waiting import GUARD_S


class ScriptedService:
    """PC/SC that says, one look after another, what a test wrote down; then nothing changes any more."""

    SCARD_SCOPE_USER, SCARD_STATE_UNAWARE, SCARD_E_TIMEOUT = 0, 0, 1
    UNKNOWN_READER = SCARD_E_UNKNOWN_READER = 98
    SERVICE_STOPPED = SCARD_E_SERVICE_STOPPED = 99
    SCARD_STATE_UNKNOWN, SCARD_STATE_UNAVAILABLE, SCARD_STATE_PRESENT, SCARD_STATE_EMPTY = 4, 8, 32, 16

    def __init__(self, *looks: int) -> None:
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
        self, context: object, wait_ms: int, readers: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        look = self._looks.pop(0) if self._looks else self.SCARD_E_TIMEOUT
        if look in (self.SCARD_E_TIMEOUT, self.UNKNOWN_READER, self.SERVICE_STOPPED):
            return look, []
        return 0, [(readers[0][0], look, b"")]

    def SCardGetErrorMessage(self, code: int) -> str:
        return f"Failure {code}."

    def SCardCancel(self, context: object) -> int:
        return 0


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(*looks: int) -> ScriptedService:
        service = ScriptedService(*looks)
        monkeypatch.setattr(pcsc_service, "library", lambda: service)
        monkeypatch.setattr(pcsc_service, "library", lambda: service)
        monkeypatch.setattr(pcsc_service, "_PAUSE_S", 0.01)
        return service

    return use


def watch_presence(count: int) -> list[ChipPresence | FaultReason]:
    reports: queue.Queue[Presence] = queue.Queue()
    watch = PresenceWatch("A reader", reports.put)
    watch.start()
    presences = [reports.get(timeout=GUARD_S) for _ in range(count)]
    watch.stop()
    assert reports.empty()
    return [presence.reason if isinstance(presence, DeviceFault) else presence for presence in presences]


def test_insertion_and_removal_are_told_once_each(scripted: Any) -> None:
    service = ScriptedService
    scripted_service = scripted(
        service.SCARD_STATE_EMPTY,
        1,
        service.SCARD_STATE_PRESENT,
        service.SCARD_STATE_PRESENT | 256,
        service.SCARD_STATE_EMPTY,
    )
    assert watch_presence(3) == [ChipPresence.NO_CHIP, ChipPresence.CHIP, ChipPresence.NO_CHIP]
    assert scripted_service.contexts == 0, "every context is given back"


def test_a_reader_that_is_unplugged_is_found_again(scripted: Any) -> None:
    service = ScriptedService
    scripted_service = scripted(
        service.SCARD_STATE_PRESENT,
        service.SCARD_STATE_UNKNOWN,
        service.SCARD_STATE_UNAVAILABLE,
        service.UNKNOWN_READER,
        service.SCARD_STATE_PRESENT,
    )
    assert watch_presence(3) == [ChipPresence.CHIP, FaultReason.UNPLUGGED, ChipPresence.CHIP]
    assert scripted_service.most == 1


def test_a_service_that_stops_while_it_is_watched_is_no_unplugged_reader(scripted: Any) -> None:
    scripted(ScriptedService.SCARD_STATE_EMPTY, ScriptedService.SERVICE_STOPPED, ScriptedService.SCARD_STATE_EMPTY)
    assert watch_presence(3) == [ChipPresence.NO_CHIP, FaultReason.NO_DRIVER, ChipPresence.NO_CHIP]


def test_a_service_that_stops_is_a_reader_that_is_away(scripted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted_service = scripted(ScriptedService.SCARD_STATE_EMPTY)
    working = pcsc_service.establish_context
    answers = [DeviceFault(FaultReason.NO_DRIVER, "It does not run"), None]

    def context() -> object:
        failed = answers.pop(0) if answers else None
        if failed is not None:
            raise failed
        return working()

    monkeypatch.setattr(pcsc_service, "establish_context", context)
    assert watch_presence(2) == [FaultReason.NO_DRIVER, ChipPresence.NO_CHIP]
    assert scripted_service.contexts == 0
