"""A hung driver holds neither reads nor closing; how one that crashed ended is said."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devices.faults import DeviceFault
from devices.isolation import process
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from tests.support.waiting import until, within


async def test_a_hung_driver_holds_neither_reads_nor_closing(device: DocumentReader, tmp_path: Path) -> None:
    await device.open()
    (tmp_path / "hang").touch()
    await until(lambda: not (tmp_path / "hang").exists(), "the driver to hang")
    assert await device.read(0.05) is None
    await within(device.close())
    assert device.state.health is DeviceHealth.ABSENT


@pytest.mark.parametrize(("code", "words"), [("exit(3)", "exit code 3"), ("abort()", "SIGABRT")])
async def test_how_a_driver_ended_is_said(monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    def spawn(theirs: socket.socket) -> "subprocess.Popen[bytes]":
        ended = subprocess.Popen([sys.executable, "-c", f"import os; os.{code.replace('exit', '_exit')}"])
        ended.wait()
        return ended

    monkeypatch.setattr(process, "_spawn", spawn)
    with pytest.raises(DeviceFault, match=words) as fault:
        await process.DriverProcess.start("bad://x", DriverContext(Path()))
    assert "again and again" in fault.value.hint
