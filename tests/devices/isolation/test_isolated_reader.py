"""A driver that crashes, hangs, leaks or lies in its own process takes nothing of the kit with it."""

import asyncio
import errno
import os
import socket
from pathlib import Path

import pytest

from data.documents.barcodes import Barcode, Symbology
from data.documents.travel_document import MrzFormat
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.isolation import isolated_reader, process
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from devices.reading import Reading
from tests.benchmarks.code_pictures import drawn, on_page
from tests.benchmarks.zone_pictures import FONT, flat_page, png
from tests.contract.benches.port import ZONE
from tests.devices.support.codes import PASS, read_many
from tests.devices.support.harmful_driver import ask_process, is_running
from tests.support.third_party import GOOD, TAPS_WHILE_IT_OPENS, install_drivers
from tests.support.waiting import GUARD_S, until

FRAME = b"\x02" + b"A" * 44 + b"\r" + b"B" * 44 + b"\r\x03"


async def comes_to(device: DocumentReader, health: DeviceHealth) -> None:
    async with asyncio.timeout(GUARD_S):
        async for state in device.events():
            if state.health is health:
                return


@pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")
async def test_codes_of_a_page_reach_the_kit_from_the_drivers_own_process(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    page = on_page(flat_page(ZONE, MrzFormat.TD3), drawn(Symbology.QR, PASS))
    (folder / "one.png").write_bytes(png(page))
    (reading,) = await read_many(f"pictures://{folder}?settle=0.2", tmp_path, 1)
    assert (reading.raw, reading.codes) == (ZONE, (Barcode(Symbology.QR, PASS),))
    assert reading.is_held, "the page stays until its document is safe"


@pytest.mark.parametrize("harm", ["crash", "hang", "leak"])
async def test_harm_is_told_and_the_driver_comes_back_by_itself(
    device: DocumentReader, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await device.open()
    if harm == "hang":
        monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", 2.0)  # from the next sign of life
    pid = (await ask_process(device, tmp_path)).split()[0]
    (tmp_path / harm).touch()
    with pytest.raises(DeviceFault) as fault:
        while True:
            await device.read(1.0)
    monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", GUARD_S)
    assert fault.value.reason is FaultReason.PROTOCOL and fault.value.hint
    assert device.state.health is DeviceHealth.FAULTED
    await comes_to(device, DeviceHealth.READY)
    again = (await ask_process(device, tmp_path)).split()[0]
    assert again != pid and not is_running(pid)
    await device.close()


FLOOD = """
        import json, os, sys, threading, time

        def flood():
            socket = int(sys.argv[1])
            os.set_blocking(socket, True)
            messages = [MESSAGES]
            while True:
                os.write(socket, b"".join(json.dumps(message).encode() + b"\\n" for message in messages) * 200)

        threading.Thread(target=flood, daemon=True).start()
        await asyncio.sleep(1000)
"""
STATE = '{"state": {"health": "%s", "reason": None, "hint": ""}}'
FLOODS = {
    "states": ", ".join(STATE % health for health in ("ready", "busy")),
    "log": '{"log": [{"error": "KeyError", "code": "", "places": []}]}',
    "answers": '{"answer": {"raw": "P<"}}',
    "lines": '{"line": "00"}',
}


@pytest.mark.parametrize("what", FLOODS)
async def test_a_driver_that_floods_the_kit_is_stopped_and_queues_nothing(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = GOOD.replace("        await asyncio.sleep(0.02)\n", FLOOD.replace("MESSAGES", FLOODS[what]))
    install_drivers(tmp_path, {"floods": source})
    monkeypatch.syspath_prepend(tmp_path)
    device = registry.reader("floods://1", DriverContext(tmp_path, devices=tmp_path))
    await device.open()
    await comes_to(device, DeviceHealth.FAULTED)
    with pytest.raises(DeviceFault, match="floods the kit") as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is FaultReason.PROTOCOL and fault.value.hint
    await comes_to(device, DeviceHealth.READY)
    await device.close()


async def test_a_driver_comes_back_once_processes_can_be_started_again(
    device: DocumentReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[socket.socket] = []

    def refuse(theirs: socket.socket, *_begin: object) -> None:
        tries.append(theirs)
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    await device.open()
    with monkeypatch.context() as full:
        full.setattr(process, "_spawn", refuse)
        (tmp_path / "crash").touch()
        await until(lambda: len(tries) > 2, "three starts")
        with pytest.raises(DeviceFault, match="could not be started: too many processes are running") as fault:
            await device.read(1.0)
        assert fault.value.reason is FaultReason.PROTOCOL and "Close other programs" in fault.value.hint
        assert device.state.health is DeviceHealth.FAULTED
    await comes_to(device, DeviceHealth.READY)
    await device.close()
    await device.open()
    await device.close()


async def test_an_open_device_whose_process_cannot_be_started_closes_and_opens_again(
    device: DocumentReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(theirs: socket.socket, *_begin: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    await device.open()
    with monkeypatch.context() as full:
        full.setattr(process, "_spawn", refuse)
        (tmp_path / "crash").touch()
        await comes_to(device, DeviceHealth.FAULTED)
        await device.close()
        assert device.state.health is DeviceHealth.ABSENT
        with pytest.raises(DeviceFault, match="no memory is left"):
            await device.open()
    await device.open()
    await device.close()


async def test_a_tap_that_fails_is_a_fault_and_no_end(tmp_path: Path) -> None:
    """A recording to a full disk: the driver goes on once there is room."""
    master, slave = os.openpty()
    heard: list[bytes] = []

    def tap(data: bytes) -> None:
        heard.append(data)
        if len(heard) == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    name = os.ttyname(slave)
    device = registry.reader(f"serial://{name}?isolated=yes", DriverContext(tmp_path, tap=tap))
    await device.open()
    os.write(master, FRAME)
    await comes_to(device, DeviceHealth.FAULTED)
    assert "restarted automatically" in device.state.hint
    await comes_to(device, DeviceHealth.READY)
    os.write(master, FRAME)
    async with asyncio.timeout(GUARD_S):
        assert isinstance(await device.read(GUARD_S), Reading)
    await device.close()
    os.close(master)
    os.close(slave)


async def test_whatever_fails_while_it_opens_leaves_nothing_taken(
    device: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = process.DriverProcess.stop
    begin = isolated_reader.IsolatedReader._take_info

    async def fail_to_stop(self: process.DriverProcess) -> None:
        await real(self)
        raise ZeroDivisionError

    def fail(self: isolated_reader.IsolatedReader) -> None:
        begin(self)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as harm:
        harm.setattr(process.DriverProcess, "stop", fail_to_stop)
        harm.setattr(isolated_reader.IsolatedReader, "_take_info", fail)
        with pytest.raises(DeviceFault) as fault:
            await device.open()
        assert fault.value.reason is FaultReason.PROTOCOL
        assert device.state.health is DeviceHealth.ABSENT
        harm.setattr(isolated_reader.IsolatedReader, "_take_info", begin)
        await device.open()
        await device.close()
    await device.open()
    await device.close()


async def test_a_driver_may_tap_while_it_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_drivers(tmp_path, {"good": TAPS_WHILE_IT_OPENS})
    monkeypatch.syspath_prepend(tmp_path)
    heard = bytearray()
    device = registry.reader("good://1", DriverContext(tmp_path, tap=heard.extend))
    await device.open()
    await device.close()
    assert bytes(heard) == b"version 1.2"


async def test_the_bytes_of_an_isolated_driver_are_heard_before_what_they_come_to(tmp_path: Path) -> None:
    """What `kit bench` shows and records. A burst longer than one message comes whole."""
    master, slave = os.openpty()
    heard = bytearray()
    before: list[int] = []
    name = os.ttyname(slave)
    device = registry.reader(f"serial://{name}?isolated=yes", DriverContext(tmp_path, tap=heard.extend))
    await device.open()
    reading = asyncio.create_task(device.read(GUARD_S))
    os.write(master, FRAME)
    got = await reading
    before.append(len(heard))
    assert isinstance(got, Reading)
    assert (bytes(heard), before) == (FRAME, [len(FRAME)])
    await device.close()
    os.close(master)
    os.close(slave)
