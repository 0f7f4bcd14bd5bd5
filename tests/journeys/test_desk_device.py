"""The reader at the desk: documents come, faults are told with what to do, a hanging driver stops nothing."""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from appliance.counter import reader_loop
from devices.faults import DeviceFault, FaultReason, Guidance, Retry
from devices.ports import DeviceState
from tests.journeys.support.desk_driver import Officer, at_desk
from tests.journeys.support.travellers import HONEST
from tests.support.deployment import PASSPHRASE
from tests.support.waiting import GUARD_S
from tests.ui.support.desk_kit import CHECK, CLEAR, REFER, Counter, PaperReader, desk_app, zone
from ui.desk import waiting
from ui.desk.desk_port import PostState
from ui.screens import desk, desk_events
from ui.wiring import open_counter


async def test_a_document_on_the_reader_is_screened_and_said_to_be_simulated() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        await officer.sees("SIMULATED", "○ READY: place a document on the reader")
        reader.waiting.append(zone(CLEAR))
        await officer.sees("● CLEAR", "· simulated")


async def test_no_document_is_lost_while_one_waits() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        reader.waiting += [zone(REFER), zone(CHECK), zone(CLEAR, "OTHER")]
        await officer.sees("■ REFER", "The next document has been read")
        await asyncio.sleep(0.3)
        assert len(reader.waiting) == 1
        await officer.press("f5")
        await officer.sees("■ REFER", "Recorded: SAMPLE")
        await officer.sees("▲ CHECK", "The next document has been read")
        await officer.press("f5")
        await officer.sees("● CLEAR")


async def test_what_is_no_mrz_is_cannot_say() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        reader.waiting.append("\x02what a broken reader sends\x1b[2J")
        text = await officer.sees("◆ CANNOT SAY", "not a machine-readable zone")
        assert "\x1b" not in text


async def test_what_was_recorded_outlasts_guidance_and_not_the_next_document() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        reader.waiting.append(zone(REFER))
        await officer.sees("■ REFER")
        await officer.press("f5")
        await officer.sees("Recorded: SAMPLE")
        reader.waiting.append(Retry(Guidance.LAY_FLAT))
        await officer.sees("Recorded: SAMPLE", "Reader: Lay the document flat")
        reader.waiting.append(zone(CLEAR))
        words = await officer.sees("● CLEAR")
        assert "Lay the document flat" not in words and "Recorded" not in words


async def test_a_scan_does_not_take_the_place_of_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk() as officer:
        await officer.meets(CLEAR, "● CLEAR")
        for number, waits in ((REFER, "next document"), (CHECK, "2 more documents"), (CLEAR, "read once more")):
            await officer.scan(zone(number))
            await officer.sees(waits)
        monkeypatch.setattr(waiting, "MOST_WAITING", 3)
        await officer.scan(zone(REFER))
        await officer.sees("Not taken", "waits 3: NOR S., NOR S., +1")
        for verdict in ("■ REFER", "▲ CHECK", "● CLEAR"):
            await officer.press("f5")
            await officer.sees(verdict)
        await officer.press("f5")
        await officer.sees("Recorded:")
        assert len(officer.counter.decisions) == 4


async def test_a_key_pressed_twice_does_not_admit_who_waited_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "SEEN_AFTER_S", GUARD_S)
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        reader.waiting += [zone(CLEAR), zone(CHECK)]
        await officer.sees("● CLEAR", "has been read")
        await officer.press("f6")
        await officer.sees("Recorded: SAMPLE")
        await officer.press("f6")
        await officer.sees("▲ CHECK")
        await officer.press("f6")
        await officer.sees("Too soon after the answer")
        assert len(officer.counter.decisions) == 1
        monkeypatch.setattr(desk, "SEEN_AFTER_S", 0.0)
        await officer.press("f6")
        await officer.until(lambda: len(officer.counter.decisions) == 2)


async def test_a_reader_that_kit_toml_names_wrongly_leaves_a_desk_that_says_so(kit: Path) -> None:
    settings = kit / "kit.toml"
    settings.write_text(settings.read_text().replace('reader = ""', 'reader = "simulated://missing.toml#reader"', 1))
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        app = desk_app(counter, kit)
        async with app.run_test(size=(80, 24)) as pilot:
            officer = Officer(pilot, Counter())
            await officer.sees(
                "DEVICE: There is no simulated kit missing.toml", "the reader named in kit.toml does not work"
            )
            await officer.scan(HONEST)
            await officer.sees("● CLEAR")


async def test_a_chip_reader_that_cannot_be_had_is_told_and_nobody_is_clear(kit: Path) -> None:
    settings = kit / "kit.toml"
    before, chip, after = settings.read_text().partition("[chip]")
    settings.write_text(before + chip + after.replace('reader = ""', 'reader = "simulated://missing.toml#chip"', 1))
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        app = desk_app(counter, kit)
        async with app.run_test(size=(80, 24)) as pilot:
            officer = Officer(pilot, Counter())
            await officer.sees("the reader chip does not work")
            await officer.scan(HONEST)
            await officer.sees(
                "◆ CANNOT SAY", "There is no simulated kit missing.toml", "a supervisor must open work: F9"
            )


async def test_guidance_is_told() -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        reader.waiting.append(Retry(Guidance.LAY_FLAT))
        await officer.sees("Reader: Lay the document flat")
        reader.waiting.append(DeviceFault(FaultReason.BAD_READ, "Page reader: bad read"))
        await officer.sees("Reader: Present the document again")


@pytest.mark.parametrize(
    "fault",
    [DeviceFault(FaultReason.UNPLUGGED, "Page reader is unplugged"), RuntimeError("SAMPLE, ADA: vendor's words")],
)
async def test_a_fault_is_told_with_what_to_do_and_ends_by_itself(fault: Exception) -> None:
    reader = PaperReader()
    async with at_desk(Counter(reader=reader)) as officer:
        reader.waiting += [fault]
        text = await officer.sees("✚ DEVICE", "the reader Page reader does not work", "again")
        assert "vendor's words" not in text
        reader.waiting += [zone(CLEAR)]
        await officer.sees("● CLEAR")
        await officer.press("f5", "enter")
        await officer.sees("○ READY")


class BlockingReader(PaperReader):
    """Once told to block, it holds its loop until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.block, self.released = Event(), Event()
        self.blocks = False

    async def read(self, timeout_s: float) -> Any:
        if self.block.is_set() and not self.released.is_set():
            self.blocks = True
            self.released.wait(GUARD_S)
            self.blocks = False
        return await super().read(timeout_s)


async def test_a_driver_that_blocks_leaves_the_desk_responsive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_loop, "HANGS_AFTER_S", 0.5)
    reader = BlockingReader()
    async with at_desk(Counter(reader=reader)) as officer:
        reader.block.set()
        await officer.sees("✚ DEVICE: The reader does not answer", "Unplug the device")
        await officer.press("f1")
        await officer.sees("Show every key")
        await officer.press("escape")
        await officer.meets(CLEAR, "● CLEAR")
        assert reader.blocks, "all that was while the driver held its loop"
        reader.released.set()


async def test_only_one_thread_asks_for_the_state_of_the_post(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_events, "POST_STATE_EVERY_S", 2 * GUARD_S)
    counter, may_answer = Counter(), Event()
    asked: list[Mapping[str, DeviceState]] = []
    post_state = counter.post_state

    def slow(readers: Mapping[str, DeviceState]) -> PostState:
        asked.append(readers)
        assert may_answer.wait(GUARD_S)
        return post_state(readers)

    may_answer.set()
    monkeypatch.setattr(counter, "post_state", slow)
    async with at_desk(counter) as officer:
        may_answer.clear()
        before = len(asked)
        for _ in range(20):
            officer.top.refresh_post_state()
        await officer.until(lambda: len(asked) == before + 1, "the first look")
        may_answer.set()
        await officer.until(lambda: len(asked) == before + 2, "the look that was asked for meanwhile")
        await asyncio.sleep(0.5)
        assert len(asked) == before + 2
