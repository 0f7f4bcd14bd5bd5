"""Chips through a real pcscd: read, lifted in mid-read and laid again, taken for one program alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from devices import registry
from devices.chip.authenticity import Authenticity
from devices.chip.errors import ChipGone
from devices.chip.readers.pcsc import PcscReader, _full_name
from devices.chip.readers.pcsc_service import ChipPresence, PcscChip
from devices.faults import DeviceFault, FaultReason
from devices.ports import DeviceHealth, DeviceState, DriverContext, Transport
from tests.support.invented_chips import chip, read
from tests.support.virtual_pcsc import READER, VirtualPcsc
from tests.support.waiting import GUARD_S, within


@pytest.fixture
def pcsc(virtual_pcsc: VirtualPcsc) -> Iterator[VirtualPcsc]:
    yield virtual_pcsc
    virtual_pcsc.reader.take_away()


@pytest.fixture
def context(tmp_path: Path) -> DriverContext:
    return DriverContext(tmp_path)


@pytest.fixture
async def reader(pcsc: VirtualPcsc, context: DriverContext) -> AsyncIterator[PcscReader]:
    chip_reader = registry.chip_reader("pcsc://Simulated%20reader%2000%2000", context)
    assert isinstance(chip_reader, PcscReader)
    await chip_reader.open()
    yield chip_reader
    await chip_reader.close()


async def laid(reader: PcscReader) -> Transport:
    found = await reader.chip(GUARD_S)
    assert found is not None
    return found


async def until(reader: PcscReader, health: DeviceHealth) -> None:
    async def watch() -> None:
        async with aclosing(reader.events()) as states:
            async for state in states:
                if state.health is health:
                    return

    await within(watch())


async def test_discovery_finds_the_reader_and_what_it_finds_can_be_opened(
    pcsc: VirtualPcsc, context: DriverContext
) -> None:
    by_id = {device.info.id: device for device in registry.discover_chips(context)}
    assert f"pcsc:{READER}" in by_id
    assert registry.discover_chips(context) == registry.discover_chips(context)
    chip_reader = registry.chip_reader(by_id[f"pcsc:{READER}"].url, context)
    assert chip_reader.info == by_id[f"pcsc:{READER}"].info
    assert not any(device.url.startswith("pcsc") for device in registry.discover(context))
    await chip_reader.open()
    await chip_reader.close()


async def test_a_chip_is_read_whole(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    pcsc.reader.lay(chip())
    reading = await asyncio.to_thread(read, await laid(reader))
    assert reading.outcome is Authenticity.GENUINE
    assert reader.state.health is DeviceHealth.BUSY


async def test_a_chip_that_is_laid_later_is_waited_for(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    assert reader.state.health is DeviceHealth.READY
    assert await reader.chip(0.1) is None
    waiting = asyncio.create_task(laid(reader))
    await asyncio.sleep(0)
    pcsc.reader.lay(chip())
    assert (await asyncio.to_thread(read, await waiting)).outcome is Authenticity.GENUINE


async def test_a_lifted_chip_is_gone_and_is_read_when_it_lies_again(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    torn = chip(faults=["tear_off"], at=12)
    pcsc.reader.lay(torn)
    transport = await laid(reader)
    with contextlib.suppress(ChipGone):
        await asyncio.to_thread(_read_until_gone, transport)
    await until(reader, DeviceHealth.READY)
    pcsc.reader.lay(torn)
    assert (await asyncio.to_thread(read, await laid(reader))).outcome is Authenticity.GENUINE


def _read_until_gone(transport: Transport) -> None:
    with pytest.raises(Exception, match=r"lifted|refuse|channel|document"):
        read(transport)


async def test_documents_that_are_swapped_quickly_are_waited_for(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    """Faster than the watch looks: what was seen last is still "a chip", and there is none."""
    pcsc.reader.lay(chip())
    first = await laid(reader)
    pcsc.reader.take_away()
    reader._see(ChipPresence.CHIP)
    waiting = asyncio.create_task(laid(reader))
    await asyncio.sleep(0.3)
    pcsc.reader.lay(chip())
    second = await waiting
    assert second is not first
    assert (await asyncio.to_thread(read, second)).outcome is Authenticity.GENUINE


async def test_a_chip_is_taken_for_this_program_alone(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    pcsc.reader.lay(chip())
    transport = await laid(reader)
    with pytest.raises(DeviceFault) as busy:
        await asyncio.to_thread(PcscChip, READER)
    assert busy.value.reason is FaultReason.BUSY
    again = await laid(reader)
    assert (await asyncio.to_thread(read, again)).outcome is Authenticity.GENUINE
    with pytest.raises(DeviceFault) as let_go:
        transport.transmit(b"\x00\xa4\x00\x0c")
    assert let_go.value.reason is FaultReason.NOT_OPEN


async def test_a_chip_of_another_program_makes_the_reader_busy(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    pcsc.reader.lay(chip())
    theirs = await laid(reader)
    assert isinstance(theirs, PcscChip)
    await reader.close()
    other = await asyncio.to_thread(PcscChip, READER)
    await reader.open()
    with pytest.raises(DeviceFault) as busy:
        await reader.chip(GUARD_S)
    assert busy.value.reason is FaultReason.BUSY
    other.close()
    assert await laid(reader)


async def test_double_open_is_busy_and_closed_is_not_open(
    pcsc: VirtualPcsc, reader: PcscReader, context: DriverContext
) -> None:
    with pytest.raises(DeviceFault) as busy:
        await registry.chip_reader(f"pcsc://{READER.replace(' ', '%20')}", context).open()
    assert busy.value.reason is FaultReason.BUSY
    await reader.close()
    await reader.close()
    with pytest.raises(DeviceFault) as closed:
        await reader.chip(0.1)
    assert closed.value.reason is FaultReason.NOT_OPEN


async def test_two_calls_at_once_and_cancelling(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    first = asyncio.create_task(reader.chip(GUARD_S))
    await asyncio.sleep(0)
    with pytest.raises(DeviceFault) as busy:
        await reader.chip(0.1)
    assert busy.value.reason is FaultReason.BUSY
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await within(first)
    assert await reader.chip(0.05) is None


async def test_closing_ends_a_wait(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    waiting = asyncio.create_task(reader.chip(GUARD_S))
    await asyncio.sleep(0)
    await within(reader.close())
    with pytest.raises(DeviceFault) as closed:
        await within(waiting)
    assert closed.value.reason is FaultReason.NOT_OPEN


async def test_a_reader_that_is_not_there_is_waited_for_and_named(pcsc: VirtualPcsc, context: DriverContext) -> None:
    missing = registry.chip_reader("pcsc://No%20such%20reader", context)
    await missing.open()
    assert missing.state.health is DeviceHealth.ABSENT and missing.state.reason is FaultReason.UNPLUGGED
    with pytest.raises(DeviceFault) as away:
        await missing.chip(0.1)
    assert away.value.reason is FaultReason.UNPLUGGED
    await missing.close()
    assert missing.state == DeviceState(DeviceHealth.ABSENT)


def test_the_numbers_at_the_end_of_a_name_may_be_left_out() -> None:
    names = ("Maker A 00 00", "Maker B 01 00", "Maker B 02 00")
    assert _full_name("Maker A", names) == "Maker A 00 00"
    assert _full_name("Maker B 02 00", names) == "Maker B 02 00"
    assert _full_name("Maker B", names) == "Maker B", "two begin so"
    assert _full_name("Make", names) == "Make"


async def test_many_openings_leak_nothing(pcsc: VirtualPcsc, reader: PcscReader) -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    pcsc.reader.lay(chip())
    await laid(reader)
    await reader.close()
    before = descriptors()
    for _ in range(20):
        await reader.open()
        await laid(reader)
        await reader.close()
    assert descriptors() <= before
    await reader.open()
