"""A hung driver holds neither reads nor closing; how one that crashed ended is said."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devices.faults import DeviceFault, FaultReason
from devices.isolation import process
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from tests.devices.support.harmful_driver import survivors
from tests.support.third_party import FORKS, install_drivers
from tests.support.waiting import GUARD_S, until, within


async def test_a_hung_driver_holds_neither_reads_nor_closing(device: DocumentReader, tmp_path: Path) -> None:
    await device.open()
    (tmp_path / "hang").touch()
    await until(lambda: not (tmp_path / "hang").exists(), "the driver to hang")
    assert await device.read(0.05) is None
    await within(device.close())
    assert device.state.health is DeviceHealth.ABSENT


@pytest.mark.parametrize(("code", "words"), [("exit(3)", "exit code 3"), ("abort()", "SIGABRT")])
async def test_how_a_driver_ended_is_said(monkeypatch: pytest.MonkeyPatch, code: str, words: str) -> None:
    def spawn(theirs: socket.socket, *_begin: object) -> "subprocess.Popen[bytes]":
        ended = subprocess.Popen([sys.executable, "-c", f"import os; os.{code.replace('exit', '_exit')}"])
        ended.wait()
        return ended

    monkeypatch.setattr(process, "_spawn", spawn)
    with pytest.raises(DeviceFault, match=words) as fault:
        await process.DriverProcess.start("bad://x", DriverContext(Path()))
    assert "again and again" in fault.value.hint


UNGUARDED = """
import os, signal
from pathlib import Path

for stat in Path("/proc").glob("[0-9]*/stat"):
    try:
        parent = stat.read_text().rpartition(")")[2].split()[1]
    except OSError:
        continue
    if parent == str(os.getpid()):
        os.kill(int(stat.parent.name), signal.SIGKILL)
"""
"""Ends the process that would end what the driver starts: the kit does it, too."""
CRASHES = """
while not Path(__file__).with_name("first").exists() or not Path(__file__).with_name("first").read_text():
    pass
os.abort()
"""


@pytest.mark.parametrize("how", ["close", "kill", "discover"])
async def test_what_a_driver_started_ends_with_it(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_drivers(tmp_path, {"forks": UNGUARDED + FORKS})
    monkeypatch.syspath_prepend(tmp_path)
    context = DriverContext(tmp_path, devices=tmp_path)
    started = [tmp_path / name for name in ("first", "second")]
    if how == "discover":
        await process.DriverProcess.discover("forks", "discover", context)
    else:
        driver = await process.DriverProcess.start("forks://1", context)
        await until(lambda: all(file.exists() and file.read_text() for file in started), "its forks")
        await (driver.stop() if how == "close" else driver.kill())
    assert not survivors(started)


async def test_what_a_driver_started_ends_after_it_has_crashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_drivers(tmp_path, {"forks": UNGUARDED + FORKS + CRASHES})
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DeviceFault):
        await process.DriverProcess.start("forks://1", DriverContext(tmp_path, devices=tmp_path))
    assert not survivors([tmp_path / "first"])


FLOODS = """
import socket, sys
kit = socket.socket(fileno=int(sys.argv[1]))
while True:
    kit.sendall(b'{"beat": 0}\\n{"line": "00"}\\n{"state": {"health": "ready", "reason": null, "hint": ""}}\\n' * 99)
"""


@pytest.mark.parametrize("is_tapped", [False, True])
async def test_a_flood_of_messages_is_no_opened_device(monkeypatch: pytest.MonkeyPatch, *, is_tapped: bool) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def spawn(theirs: socket.socket, *_begin: object) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", FLOODS, str(theirs.fileno())]
        started.append(subprocess.Popen(command, pass_fds=(theirs.fileno(),), stderr=subprocess.DEVNULL))
        return started[0]

    monkeypatch.setattr(process, "_spawn", spawn)
    monkeypatch.setattr(process, "START_S", GUARD_S)
    heard = bytearray()
    with pytest.raises(DeviceFault, match="floods the kit") as fault:
        await within(
            process.DriverProcess.start("bad://x", DriverContext(Path(), tap=heard.extend if is_tapped else None))
        )
    assert fault.value.reason is FaultReason.PROTOCOL and fault.value.hint
    assert heard.count(0) == len(heard)
    assert started[0].poll() is not None


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EAGAIN, "too many processes are running"),
        (errno.EMFILE, "too many files are open"),
        (errno.EACCES, "Permission denied"),
    ],
)
async def test_a_process_that_cannot_be_started_is_a_fault_with_the_systems_reason(
    monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    sockets: list[socket.socket] = []
    pair = socket.socketpair

    def watched() -> tuple[socket.socket, socket.socket]:
        sockets.extend(pair())
        return sockets[0], sockets[1]

    def refuse(theirs: socket.socket, *_begin: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(process, "_spawn", refuse)
    monkeypatch.setattr(socket, "socketpair", watched)
    with pytest.raises(DeviceFault, match=f"could not be started: {words}") as fault:
        await process.DriverProcess.start("bad://x", DriverContext(Path()))
    assert fault.value.reason is FaultReason.PROTOCOL and "restart this machine" in fault.value.hint
    assert [end.fileno() for end in sockets] == [-1, -1]
