"""What every driver of a document reader promises (docs/devices.md, "What every driver promises")."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue

import pytest

from appliance.counter.reader_loop import ReaderChanged, ReaderEvent, ReaderLoop, ReadingArrived
from devices import registry
from devices.faults import DeviceFault, FaultReason, Retry
from devices.isolation import isolated_reader as isolated
from devices.isolation import process
from devices.ports import DeviceHealth, DeviceState, DocumentReader
from devices.reading import LONGEST_RAW, Reading
from devices.registry import BUILT_IN_DRIVERS, DeviceKind
from tests.contract.benches import BENCHES
from tests.contract.benches.port import DOCUMENT, JUNK, MERGED, SLOW, SPLIT, UNPLUG, ZONE, Bench
from tests.support.waiting import GUARD_S, until, within

SHORT_S = 0.1
"""A read that is to end without a document."""


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(isolated, "HANGS_AFTER_S", GUARD_S)  # how soon a driver hangs is tested with devices.isolation
    monkeypatch.setattr(process, "START_S", GUARD_S)
    made = BENCHES[request.param](tmp_path)
    yield made
    made.clear()


def reader(bench: Bench, *happens: str) -> DocumentReader:
    return registry.reader(bench.device(*happens), bench.context)


async def document(device: DocumentReader, bench: Bench) -> Reading:
    """The next document; it is taken away then."""
    got = await device.read(GUARD_S)
    assert isinstance(got, Reading)
    bench.take_away()
    return got


async def become(device: DocumentReader, health: DeviceHealth) -> None:
    """Wait until the device is so."""

    async def watch() -> None:
        async with aclosing(device.events()) as states:
            async for state in states:
                if state.health is health:
                    return

    await within(watch())


async def under_way(device: DocumentReader, bench: Bench, *happens: str) -> "asyncio.Task[Reading | Retry | None]":
    """A read that waits, and where one can see it: whose slow document has begun."""
    reading = asyncio.create_task(device.read(GUARD_S))
    await asyncio.sleep(0)
    if happens and bench.begins:
        await become(device, DeviceHealth.BUSY)
    return reading


@pytest.mark.parametrize(
    "scheme", [name for name, entry in BUILT_IN_DRIVERS.items() if entry.device_kind is DeviceKind.DOCUMENTS]
)
def test_every_driver_stands_on_a_bench_over_the_channel_it_claims(scheme: str, tmp_path: Path) -> None:
    benches = [make(tmp_path / str(number)) for number, make in enumerate(BENCHES.values())]
    for bench in benches:
        bench.clear()
    assert BUILT_IN_DRIVERS[scheme].channel in {bench.channel for bench in benches if bench.scheme == scheme}


async def test_discovery_is_idempotent_and_ready_for_the_constructor(bench: Bench) -> None:
    bench.device(DOCUMENT)
    discovered = registry.discover(bench.context)
    assert discovered
    assert registry.discover(bench.context) == discovered
    for candidate in discovered:
        device = registry.reader(candidate.url, bench.context)
        await device.open()  # an isolated driver says only then which device it is
        assert device.info == candidate.info
        assert device.info.simulated is bench.simulated
        await device.close()


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_many_openings_leak_nothing(bench: Bench) -> None:
    device = reader(bench, UNPLUG)
    await device.open()
    with pytest.raises(DeviceFault):
        await device.read(GUARD_S)
    bench.go_on()
    await become(device, DeviceHealth.READY)
    await device.close()
    before, tasks = _descriptors(), len(asyncio.all_tasks())
    for _ in range(bench.openings):
        await device.open()
        await device.close()
    # Fewer where the bench itself holds the device's other end.
    await until(lambda: _descriptors() <= before, "every descriptor closed")
    await until(lambda: len(asyncio.all_tasks()) == tasks, "every task ended")


async def test_nothing_presented_is_no_error_and_keeps_the_deadline(bench: Bench) -> None:
    device = reader(bench)
    await device.open()
    assert await within(device.read(SHORT_S)) is None
    assert device.state.health is DeviceHealth.READY
    await device.close()


async def test_a_reading_that_outlasts_its_deadline_is_a_fault_and_the_device_goes_on(bench: Bench) -> None:
    device = reader(bench, SLOW, DOCUMENT)
    await device.open()
    if bench.begins:
        with pytest.raises(DeviceFault) as fault:
            while True:  # a read that ended before the document began says that nothing was presented
                assert await within(device.read(SHORT_S)) is None
        assert fault.value.reason is FaultReason.TIMEOUT
    else:
        assert await within(device.read(SHORT_S)) is None
    bench.go_on()
    await document(device, bench)
    await device.close()


@pytest.mark.parametrize("happens", [(), (SLOW,)])
async def test_a_read_can_be_cancelled(bench: Bench, happens: tuple[str, ...]) -> None:
    device = reader(bench, *happens)
    await device.open()
    reading = await under_way(device, bench, *happens)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await within(reading)
    assert device.state.health is DeviceHealth.READY
    await within(device.close())


async def test_unplugged_in_mid_read_it_recovers_by_itself(bench: Bench) -> None:
    device = reader(bench, UNPLUG, DOCUMENT)
    await device.open()
    with pytest.raises(DeviceFault) as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is FaultReason.UNPLUGGED
    assert fault.value.hint
    assert device.state.health in (DeviceHealth.ABSENT, DeviceHealth.FAULTED)
    assert device.state.reason is FaultReason.UNPLUGGED
    bench.go_on()
    await become(device, DeviceHealth.READY)
    await document(device, bench)
    await device.close()


async def test_a_device_is_opened_once(bench: Bench) -> None:
    url = bench.device(DOCUMENT)
    first, second = registry.reader(url, bench.context), registry.reader(url, bench.context)
    await first.open()
    for again in (first, second):
        with pytest.raises(DeviceFault) as fault:
            await again.open()
        assert fault.value.reason is FaultReason.BUSY
    await second.close()
    await document(first, bench)
    await first.close()
    await second.open()
    await second.close()


async def test_its_state_is_truthful(bench: Bench) -> None:
    device = reader(bench, SLOW)
    assert device.state.health is DeviceHealth.ABSENT
    with pytest.raises(DeviceFault) as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is FaultReason.NOT_OPEN
    await device.open()
    states: list[DeviceState] = []
    listener = asyncio.create_task(_collect(device, states))
    await asyncio.sleep(0)
    reading = await under_way(device, bench, SLOW)
    bench.go_on()
    assert isinstance(await within(reading), Reading)
    await device.close()
    await device.close()
    await within(listener)
    began = [DeviceHealth.BUSY, DeviceHealth.READY] if bench.begins else []
    assert [state.health for state in states] == [DeviceHealth.READY, *began, DeviceHealth.ABSENT]


async def _collect(device: DocumentReader, states: list[DeviceState]) -> None:
    async for state in device.events():
        states.append(state)


async def test_two_reads_at_once_are_refused(bench: Bench) -> None:
    device = reader(bench)
    await device.open()
    first = await under_way(device, bench)
    with pytest.raises(DeviceFault) as fault:
        await device.read(SHORT_S)
    assert fault.value.reason is FaultReason.BUSY
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await device.close()


async def test_what_is_read_comes_untouched_and_with_its_provenance(bench: Bench) -> None:
    device = reader(bench, DOCUMENT)
    await device.open()
    got = await document(device, bench)
    assert got.raw == ZONE
    assert got.provenance.device == device.info.id
    assert got.provenance.driver == device.info.driver
    assert got.provenance.raw_hash == sha256(ZONE.encode()).hexdigest()
    assert got.provenance.simulated is bench.simulated
    assert got.provenance.at.tzinfo is not None
    await device.close()


async def test_split_and_merged_documents_come_whole_and_one_by_one(bench: Bench) -> None:
    device = reader(bench, SPLIT, MERGED, SPLIT)
    await device.open()
    assert [(await document(device, bench)).raw for _ in range(4)] == [ZONE] * 4
    assert await device.read(SHORT_S) is None
    await device.close()


async def test_garbage_without_end_is_bounded_and_the_next_document_is_read(bench: Bench) -> None:
    device = reader(bench, JUNK, DOCUMENT)
    await device.open()
    came: list[object] = []
    async with asyncio.timeout(GUARD_S):
        while not (any(map(_is_zone, came)) and len(came) > bench.tells_of_garbage):
            came += [one for one in [await _outcome(device)] if one is not None]
    said = [one for one in came if not _is_zone(one)]
    assert bench.tells_of_garbage <= len(said) <= 3
    for one in said:
        if isinstance(one, Reading):
            assert len(one.raw) <= LONGEST_RAW
        elif not isinstance(one, Retry):
            assert isinstance(one, DeviceFault)
            allowed = {FaultReason.BAD_READ, FaultReason.PROTOCOL}
            if bench.begins:  # a read can end while the garbage is under way
                allowed.add(FaultReason.TIMEOUT)
            assert one.reason in allowed
    await device.close()


def _is_zone(outcome: object) -> bool:
    return isinstance(outcome, Reading) and outcome.raw == ZONE


async def _outcome(device: DocumentReader) -> object:
    try:
        return await device.read(1.0)
    except DeviceFault as fault:
        return fault


async def test_closing_in_mid_read_ends_the_reading(bench: Bench) -> None:
    device = reader(bench, SLOW)
    await device.open()
    reading = await under_way(device, bench, SLOW)
    await device.close()
    with pytest.raises(DeviceFault) as fault:
        await within(reading)
    assert fault.value.reason is FaultReason.NOT_OPEN
    assert device.state.health is DeviceHealth.ABSENT


def test_the_counters_loop_goes_on_through_a_pulled_plug(bench: Bench) -> None:
    events: SimpleQueue[ReaderEvent] = SimpleQueue()
    loop = ReaderLoop(reader(bench, DOCUMENT, UNPLUG, DOCUMENT), events.put)
    loop.start()
    _wait_for_reading(events)
    bench.take_away()
    loop.go_on()
    while True:
        event = events.get(timeout=GUARD_S)
        if isinstance(event, ReaderChanged) and event.state.reason is FaultReason.UNPLUGGED:
            break
    bench.go_on()
    _wait_for_reading(events)
    bench.take_away()
    loop.stop()
    loop.wait_until_stopped()


def _wait_for_reading(events: SimpleQueue[ReaderEvent]) -> None:
    while not isinstance(events.get(timeout=GUARD_S), ReadingArrived):
        pass
