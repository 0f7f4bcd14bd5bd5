"""What each reader adds to the contract that tests/contract holds for all of them."""

import asyncio
import builtins
import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from data.clock import read_system_time
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.hotplug.plug import LOOK_S
from devices.live_reader import ChannelEvent, LiveReader
from devices.ports import DeviceHealth, DeviceInfo, DocumentReader, DriverContext
from devices.reading import Reading
from tests.contract.benches.pipe_bench import strokes
from tests.contract.benches.port import ZONE
from tests.support.waiting import GUARD_S


def reader(url: str, folder: Path = Path("/")) -> DocumentReader:
    return registry.reader(url, DriverContext(folder, "development"))


def reason(url: str) -> FaultReason:
    with pytest.raises(DeviceFault) as fault:
        reader(url)
    assert fault.value.hint
    return fault.value.reason


async def reason_to_open(url: str) -> DeviceFault:
    device = reader(url)
    with pytest.raises(DeviceFault) as fault:
        await device.open()
    assert device.state.health is DeviceHealth.ABSENT
    await device.close()
    return fault.value


@pytest.mark.parametrize(
    "url",
    [
        "serial://ttyS0",
        "serial:///dev/ttyS0?baud=9601",
        "serial:///dev/ttyS0?framing=morse",
        "serial:///dev/ttyS0?parity=even",
        "serial:///dev/ttyS0?isolated=maybe",
        "wedge:///dev/input/event3?layout=xx",
        "wedge:///dev/input/event3?framing=elyctis",
        "folder:///tmp?settle=soon",
        "folder:///tmp?settle=0",
        "folder:///tmp?after=frame",
        "replay:///absent.jsonl",
    ],
)
def test_a_url_that_cannot_be_is_refused_before_anything_is_opened(url: str) -> None:
    assert reason(url) is FaultReason.SETUP


@contextmanager
def pseudo_terminal() -> Iterator[tuple[int, str]]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


async def test_an_inquired_reader_is_asked_and_answers() -> None:
    with pseudo_terminal() as (master, port):

        def answer() -> None:
            for text in (b"", ZONE.encode(), ZONE.encode()):
                inquiry = os.read(master, 3)
                assert inquiry == b"\x49\0\0"
                os.write(master, b"\x49" + len(text).to_bytes(2) + text)

        peer = threading.Thread(target=answer)
        peer.start()
        device = reader(f"serial://{port}?framing=elyctis")
        await device.open()
        got = await device.read(GUARD_S)
        assert isinstance(got, Reading) and got.raw == ZONE
        await asyncio.to_thread(peer.join, GUARD_S)
        assert await device.read(0.2) is None, "it still lies there"
        await device.close()


async def test_what_came_before_the_port_was_opened_is_not_read() -> None:
    with pseudo_terminal() as (master, port):
        os.write(master, b"\x02" + ZONE.encode() + b"\x03")
        device = reader(f"serial://{port}")
        await device.open()
        assert await device.read(0.2) is None
        await device.close()


async def test_a_port_that_another_program_holds_is_busy() -> None:
    import serial

    with pseudo_terminal() as (_, port), serial.Serial(port, exclusive=True):
        assert (await reason_to_open(f"serial://{port}")).reason is FaultReason.BUSY


async def test_what_is_no_port_or_no_keyboard_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for url in (f"serial://{tmp_path}/file", f"wedge://{tmp_path}/file", "wedge:///dev/null"):
        assert (await reason_to_open(url)).reason is FaultReason.SETUP


async def test_a_missing_extra_stops_nothing_and_says_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = builtins.__import__

    def without_serial(name: str, *rest: Any, **more: Any) -> Any:
        if name == "serial":
            raise ImportError(name)
        return ours(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_serial)
    fault = await reason_to_open("serial:///dev/ttyS0")
    assert fault.reason is FaultReason.NO_DRIVER and "waypost[serial]" in fault.hint


async def test_a_device_that_is_away_at_first_is_ready_when_it_comes(tmp_path: Path) -> None:
    device = reader(f"folder://{tmp_path}/inbox")
    await device.open()
    assert device.state.health is DeviceHealth.ABSENT and device.state.reason is FaultReason.UNPLUGGED
    with pytest.raises(DeviceFault) as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is FaultReason.UNPLUGGED
    (tmp_path / "inbox").mkdir()
    async for state in device.events():
        if state.health is DeviceHealth.READY:
            break
    await device.close()


async def test_a_wedge_that_types_bare_lines_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event3")
    device = reader(f"wedge://{tmp_path}/event3?layout=us")
    await device.open()
    writer = os.open(tmp_path / "event3", os.O_WRONLY)
    os.write(writer, strokes(ZONE.replace("\n", "\r") + "\r"))
    got = await device.read(GUARD_S)
    assert isinstance(got, Reading) and got.raw == ZONE
    await device.close()
    os.close(writer)


def test_only_readers_makers_keyboards_are_discovered(tmp_path: Path) -> None:
    by_id = tmp_path / "input" / "by-id"
    by_id.mkdir(parents=True)
    for name in (
        "usb-Logitech_Keyboard-event-kbd",
        "usb-DESKO_GmbH_PENTA-event-kbd",
        "usb-DESKO_GmbH_PENTA-event-mouse",
    ):
        (by_id / name).touch()
    (by_id / "usb-Elyctis_gone-event-kbd").symlink_to(tmp_path / "nowhere")
    discovered = registry.discover(DriverContext(tmp_path, devices=tmp_path))
    assert [candidate.info.title for candidate in discovered] == ["Keyboard reader DESKO GmbH PENTA"]


def left_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("after", ["aside", "delete"])
async def test_a_dropped_file_is_read_and_put_away(tmp_path: Path, after: str, encoding: str) -> None:
    for name, text in (("page.TXT", ZONE.replace("\n", "\r\n")), ("page.jpg", "x"), ("next.txt.part", ZONE)):
        (tmp_path / name).write_bytes(text.encode(encoding))
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    device = reader(f"folder://{tmp_path}?after={after}")
    await device.open()
    got = await device.read(GUARD_S)
    assert isinstance(got, Reading) and got.raw == ZONE
    assert await device.read(0.3) is None
    await device.close()
    assert left_in(tmp_path) == {"page.jpg", "next.txt.part", "link.txt"} | (
        {"read/page.TXT"} if after == "aside" else set()
    )


async def test_a_file_that_stays_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / "page.txt").write_text(ZONE)
    device = reader(f"folder://{tmp_path}?after=aside")
    await device.open()
    assert isinstance(await device.read(GUARD_S), Reading)
    assert await device.read(0.3) is None
    await device.close()


async def test_a_device_that_comes_back_while_its_absence_is_told_is_still_a_fault() -> None:
    class Flickering:
        has_begun = False
        there = False

        def connect(self) -> None:
            if not self.there:
                raise DeviceFault(FaultReason.UNPLUGGED, "away")

        async def receive(self) -> list[ChannelEvent]:
            await asyncio.Event().wait()
            return []

        def disconnect(self) -> None: ...

    channel = Flickering()
    device = LiveReader(DeviceInfo("flickering:1", "Flickering", "flickering"), channel, read_system_time)
    await device.open()
    channel.there = True
    await asyncio.sleep(LOOK_S * 0.9)
    while device.state.health is DeviceHealth.ABSENT:
        with pytest.raises(DeviceFault) as fault:
            await device.read(0.01)
        assert fault.value.reason is FaultReason.UNPLUGGED
    await device.close()
