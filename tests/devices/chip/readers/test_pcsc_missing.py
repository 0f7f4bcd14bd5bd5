"""Chip readers where PC/SC, its library or a good URL is missing."""

import sys
from contextlib import aclosing

import pytest

from devices import registry
from devices.chip.readers import pcsc, pcsc_service
from devices.faults import DeviceFault, FaultReason
from devices.ports import DeviceHealth, DriverContext
from tests.support.waiting import within


async def test_without_the_extra_the_desk_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, context: DriverContext
) -> None:
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    assert not [device for device in registry.discover_chips(context) if device.url.startswith("pcsc")]
    with pytest.raises(DeviceFault, match="extra 'pcsc'") as missing:
        await registry.chip_reader("pcsc://Any", context).open()
    assert missing.value.reason is FaultReason.NO_DRIVER


async def test_without_the_service_the_desk_is_told_what_to_start(
    monkeypatch: pytest.MonkeyPatch, context: DriverContext
) -> None:
    scard = pytest.importorskip("smartcard.scard")
    monkeypatch.setattr(scard, "SCardEstablishContext", lambda scope: (scard.SCARD_E_NO_SERVICE, None))
    assert not [device for device in registry.discover_chips(context) if device.url.startswith("pcsc")]
    reader = registry.chip_reader("pcsc://Any", context)
    with pytest.raises(DeviceFault) as missing:
        await reader.open()
    assert missing.value.reason is FaultReason.NO_DRIVER
    assert "pcscd" in missing.value.hint
    assert reader.state.health is DeviceHealth.ABSENT


async def test_a_service_that_stops_while_the_reader_is_open_is_named_and_not_the_cable(
    monkeypatch: pytest.MonkeyPatch, context: DriverContext
) -> None:
    scard = pytest.importorskip("smartcard.scard")
    stopped = {"SCardEstablishContext": False, "SCardGetStatusChange": False}
    monkeypatch.setattr(pcsc_service, "reader_names", lambda: ("Any",))
    monkeypatch.setattr("devices.chip.readers.pcsc.reader_names", lambda: ("Any",))
    monkeypatch.setattr(pcsc_service, "_PAUSE_S", 0.01)
    monkeypatch.setattr(scard, "SCardReleaseContext", lambda context: 0)
    monkeypatch.setattr(scard, "SCardCancel", lambda context: 0)
    monkeypatch.setattr(
        scard,
        "SCardEstablishContext",
        lambda scope: (scard.SCARD_E_NO_SERVICE, None) if stopped["SCardEstablishContext"] else (0, 1),
    )

    def change(context: object, wait_ms: int, readers: list[tuple[str, int]]) -> tuple[int, list[tuple[str, int]]]:
        if stopped["SCardGetStatusChange"]:
            return scard.SCARD_E_SERVICE_STOPPED, []
        return 0, [(readers[0][0], scard.SCARD_STATE_EMPTY)]

    monkeypatch.setattr(scard, "SCardGetStatusChange", change)
    reader = registry.chip_reader("pcsc://Any", context)
    await reader.open()
    assert reader.state.health is DeviceHealth.READY
    stopped["SCardEstablishContext"] = stopped["SCardGetStatusChange"] = True

    async def until_faulted() -> None:
        async with aclosing(reader.events()) as states:
            async for state in states:
                if state.health is DeviceHealth.FAULTED:
                    return

    await within(until_faulted())
    assert reader.state.reason is FaultReason.NO_DRIVER
    assert "pcscd" in reader.state.hint and "cable" not in reader.state.hint
    with pytest.raises(DeviceFault) as missing:
        await reader.chip(0.1)
    assert missing.value.reason is FaultReason.NO_DRIVER and "technician" in missing.value.hint
    await reader.close()


def test_codes_have_the_reasons_of_every_device() -> None:
    scard = pytest.importorskip("smartcard.scard")
    for name, reason in (
        ("SCARD_E_SHARING_VIOLATION", FaultReason.BUSY),
        ("SCARD_W_REMOVED_CARD", FaultReason.UNPLUGGED),
        ("SCARD_E_NOT_TRANSACTED", FaultReason.UNPLUGGED),
        ("SCARD_E_TIMEOUT", FaultReason.TIMEOUT),
        ("SCARD_W_UNRESPONSIVE_CARD", FaultReason.BAD_READ),
        ("SCARD_F_INTERNAL_ERROR", FaultReason.PROTOCOL),
    ):
        fault = pcsc_service.pcsc_fault(getattr(scard, name), "A reader")
        assert fault.reason is reason
        assert fault.what.startswith("A reader: ") and fault.hint


def test_urls_that_name_no_chip_reader_are_refused(context: DriverContext) -> None:
    for url, reason in (
        ("pcsc://", FaultReason.SETUP),
        ("pcsc://Any?speed=3", FaultReason.SETUP),
        ("nothing://x", FaultReason.NO_DRIVER),
        ("folder:///tmp", FaultReason.SETUP),
        ("replay://none.jsonl", FaultReason.SETUP),
        ("replay://x?speed=-1", FaultReason.SETUP),
    ):
        with pytest.raises(DeviceFault) as refused:
            registry.chip_reader(url, context)
        assert refused.value.reason is reason
    with pytest.raises(DeviceFault, match="pcsc devices do not read machine-readable zones"):
        registry.reader("pcsc://Any", context)


async def test_a_reader_that_no_thread_can_watch_is_not_taken(
    context: DriverContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_names: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(pcsc, "reader_names", lambda: ["A reader"])
    monkeypatch.setattr(pcsc, "PresenceWatch", refuse)
    reader = registry.chip_reader("pcsc://A%20reader", context)
    for _again in range(2):
        with pytest.raises(RuntimeError, match="new thread"):
            await reader.open()
    assert reader.state.health is DeviceHealth.ABSENT
    await reader.close()
