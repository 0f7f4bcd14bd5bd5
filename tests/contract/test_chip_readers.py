"""The conformance suite of chip readers, over every driver that has one. A driver joins by a bench."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.ports import ChipReader, DeviceHealth
from devices.registry import BUILT_IN_DRIVERS, DeviceKind
from tests.contract.benches.chips import ChipBench, PcscChipBench, SimulatedChipBench
from tests.support.waiting import GUARD_S, within

_SHORT_S = 0.05
_SELECT = bytes.fromhex("00A4040C07A0000002471001")
_PCSC = "pcsc"
BENCHES: dict[str, Callable[[Path, pytest.FixtureRequest], ChipBench]] = {
    "simulated": lambda folder, request: SimulatedChipBench(folder),
    _PCSC: lambda folder, request: PcscChipBench(folder, request.getfixturevalue("virtual_pcsc")),
}


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChipBench]:
    bench = BENCHES[request.param](tmp_path, request)
    yield bench
    bench.clear()


def _reader(bench: ChipBench) -> ChipReader:
    return registry.chip_reader(bench.url, bench.context)


async def test_a_chip_is_given_and_answers(bench: ChipBench) -> None:
    device = _reader(bench)
    await device.open()
    await bench.lay()
    chip = await device.chip(GUARD_S)
    assert chip is not None and await asyncio.to_thread(chip.transmit, _SELECT) == b"\x90\x00"
    assert device.info.simulated is bench.simulated
    await device.close()


async def test_nothing_laid_down_is_no_error_and_keeps_the_deadline(bench: ChipBench) -> None:
    device = _reader(bench)
    await device.open()
    assert await within(device.chip(_SHORT_S)) is None
    assert device.state.health is DeviceHealth.READY
    await device.close()


async def test_a_chip_that_comes_after_a_wait_that_ended_is_not_lost(bench: ChipBench) -> None:
    device = _reader(bench)
    await device.open()
    assert await device.chip(_SHORT_S) is None
    await bench.lay()
    assert await device.chip(GUARD_S) is not None
    await device.close()


async def test_a_wait_can_be_cancelled_and_two_waits_are_refused(bench: ChipBench) -> None:
    device = _reader(bench)
    await device.open()
    waiting = asyncio.create_task(device.chip(GUARD_S))
    await asyncio.sleep(0)
    with pytest.raises(DeviceFault) as fault:
        await device.chip(_SHORT_S)
    assert fault.value.reason is FaultReason.BUSY
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert device.state.health is DeviceHealth.READY
    await device.close()


async def test_a_reader_is_opened_once_and_says_when_it_is_not(bench: ChipBench) -> None:
    first, second = _reader(bench), _reader(bench)
    with pytest.raises(DeviceFault) as fault:
        await first.chip(_SHORT_S)
    assert fault.value.reason is FaultReason.NOT_OPEN
    await first.open()
    with pytest.raises(DeviceFault) as fault:
        await second.open()
    assert fault.value.reason is FaultReason.BUSY
    await first.close()
    await first.close()
    await second.open()
    await second.close()
    assert second.state.health is DeviceHealth.ABSENT


async def test_closing_ends_a_wait(bench: ChipBench) -> None:
    device = _reader(bench)
    await device.open()
    waiting = asyncio.create_task(device.chip(GUARD_S))
    await asyncio.sleep(0)
    await device.close()
    with pytest.raises(DeviceFault) as fault:
        await within(waiting)
    assert fault.value.reason is FaultReason.NOT_OPEN


async def test_a_chip_that_was_lifted_says_so_and_is_given_again(bench: ChipBench) -> None:
    device = _reader(bench)
    await device.open()
    await bench.lay(lifted_at=2)
    chip = await device.chip(GUARD_S)
    assert chip is not None and await asyncio.to_thread(chip.transmit, _SELECT) == b"\x90\x00"
    with pytest.raises(DeviceFault) as fault:
        async with asyncio.timeout(GUARD_S):
            while True:  # a reader may notice only after a command or two that the chip is gone
                await asyncio.to_thread(chip.transmit, _SELECT)
                await asyncio.sleep(_SHORT_S)
    assert fault.value.reason is FaultReason.UNPLUGGED and fault.value.hint
    await bench.lay_again()
    again = await device.chip(GUARD_S)
    assert again is not None and await asyncio.to_thread(again.transmit, _SELECT) == b"\x90\x00"
    await device.close()


async def test_discovery_is_idempotent_and_ready_for_the_constructor(bench: ChipBench) -> None:
    discovered = await asyncio.to_thread(registry.discover_chips, bench.context)
    assert bench.url in {candidate.url for candidate in discovered}
    assert await asyncio.to_thread(registry.discover_chips, bench.context) == discovered
    for candidate in discovered:
        assert registry.chip_reader(candidate.url, bench.context).info == candidate.info


def test_every_driver_of_chips_stands_on_a_bench() -> None:
    assert {scheme for scheme, entry in BUILT_IN_DRIVERS.items() if entry.device_kind is DeviceKind.CHIPS} <= set(
        BENCHES
    )


def test_a_driver_without_chips_says_so(tmp_path: Path) -> None:
    context = SimulatedChipBench(tmp_path).context
    with pytest.raises(DeviceFault, match="do not read chips"):
        registry.chip_reader("folder:///nowhere", context)
