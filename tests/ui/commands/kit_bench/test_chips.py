"""The bench reads a chip once for each time that it is presented, and waits until it is taken away."""

import asyncio
from threading import Event

import pytest

from devices.chip.access_keys import CanKey
from devices.faults import DeviceFault, FaultReason
from devices.ports import DeviceInfo, Transport
from tests.support.chip_tray import ChipTray
from tests.support.invented_chips import chip
from tests.support.waiting import GUARD_S, until, within
from ui.commands.kit_bench import chips
from ui.commands.kit_bench.chips import bench_chips

CAN = CanKey("271828")
READ = "It was read once. Take it off the reader"


class LyingChip:
    """A chip that lies on the reader until it is taken away."""

    def __init__(self, **profile: object) -> None:
        self._chip = chip(can="271828", **profile)
        self._chip.lay_down()
        self.fault: FaultReason | None = None
        self.hangs, self.released = Event(), Event()

    def transmit(self, command: bytes) -> bytes:
        if self.hangs.is_set():
            self.released.wait(GUARD_S)
        if self.fault is not None:
            raise DeviceFault(self.fault, "not now")
        return self._chip.transmit(command)


class Table(ChipTray):
    """A reader that gives the chip on it as often as it is asked, as PC/SC does."""

    def __init__(self, *chips: LyingChip) -> None:
        super().__init__(*chips)
        self.info = DeviceInfo("table:1", "Table", "table")
        self.given = 0

    async def chip(self, timeout_s: float) -> Transport | None:
        await asyncio.sleep(0)
        while self.chips and self.chips[0].fault is FaultReason.UNPLUGGED:
            self.chips.pop(0)
        if not self.chips:
            await asyncio.sleep(timeout_s)
            return None
        self.given += 1
        return self.chips[0]  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chips, "LOOK_S", 0.01, raising=False)


@pytest.mark.parametrize("key", [CAN, CanKey("271829")])
async def test_a_chip_that_stays_is_read_once(key: CanKey, capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(LyingChip())
    code = await bench_chips(table, key, 1.0)
    assert table.given == 1, "a wrong key is not shown again either"
    assert code == (0 if key == CAN else 1)
    assert capsys.readouterr().out.count(READ) == 1


async def test_the_next_chip_is_read_after_the_first_was_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = LyingChip(), LyingChip(access=["pace"])
    table = Table(first, second)
    bench = asyncio.create_task(bench_chips(table, CAN, None))
    await until(lambda: READ in capsys.readouterr().out, "the first chip")
    first.fault = FaultReason.PROTOCOL
    await asyncio.sleep(0.1)
    assert table.given == 1, "a fault is no removal"
    first.fault = FaultReason.UNPLUGGED
    await until(lambda: READ in capsys.readouterr().out, "the second chip")
    assert table.given == 2
    bench.cancel()
    with pytest.raises(asyncio.CancelledError):
        await bench


async def test_a_driver_that_hangs_does_not_keep_the_bench_from_ending(capsys: pytest.CaptureFixture[str]) -> None:
    lying = LyingChip()
    bench = asyncio.create_task(bench_chips(Table(lying), CAN, 3.0))
    await until(lambda: READ in capsys.readouterr().out, "the chip")
    lying.hangs.set()
    assert await within(bench) == 0
    lying.released.set()
