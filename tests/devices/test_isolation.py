"""A driver that crashes, hangs, leaks or lies in its own process takes nothing of the kit with it."""

import asyncio
import os
import sys
from importlib import invalidate_caches
from pathlib import Path

import pytest

from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.isolation import isolated_reader, messages, process
from devices.isolation.isolated_reader import IsolatedReader
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from devices.reading import Reading
from tests.support.waiting import GUARD_S, until, within

DRIVER = """
import os, time
from pathlib import Path

from devices.live_reader import DeviceChannel, LiveReader
from devices.ports import DeviceInfo

SIMULATED, NATIVE = False, True

def discover(context):
    return []

def reader(url, context):
    return LiveReader(DeviceInfo("bad:" + url.where, "Bad reader", "bad"), Bad(Path(url.where)), context.now)

class Bad:
    has_begun = False

    def __init__(self, folder):
        self.folder, self.hoard = folder, []

    def connect(self):
        if (self.folder / "refuse").exists():
            os._exit(3)

    def disconnect(self):
        pass

    async def receive(self):
        import asyncio
        await asyncio.sleep(0.02)
        for name in ("crash", "hang", "leak", "who"):
            if (self.folder / name).exists():
                (self.folder / name).unlink()
                return getattr(self, name)()
        return ()

    def crash(self):
        os.abort()

    def hang(self):
        time.sleep(1000)

    def leak(self):
        while True:
            self.hoard.append(bytearray(1 << 26))

    def who(self):
        return (f"{os.getpid()} {os.environ.get('WAYPOST_PASSPHRASE')}",)
"""


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentReader:
    (tmp_path / "bad_driver.py").write_text(DRIVER)
    info = tmp_path / "bad-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[waypost.drivers]\nbad = bad_driver\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bad_driver", raising=False)
    monkeypatch.setenv("WAYPOST_PASSPHRASE", "secret")
    monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", GUARD_S)
    monkeypatch.setattr(isolated_reader, "BACK_OFF_S", (0.05,))
    monkeypatch.setattr(process, "START_S", GUARD_S)
    invalidate_caches()
    return registry.reader(f"bad://{tmp_path}", DriverContext(tmp_path))


def runs(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


async def who(device: DocumentReader, folder: Path) -> str:
    (folder / "who").touch()
    got = await device.read(GUARD_S)
    assert isinstance(got, Reading)
    return got.raw


async def test_it_runs_elsewhere_and_inherits_no_passphrase(device: DocumentReader, tmp_path: Path) -> None:
    assert isinstance(device, IsolatedReader)
    await device.open()
    pid, passphrase = (await who(device, tmp_path)).split()
    assert int(pid) != os.getpid() and passphrase == "None"
    await device.close()
    assert not runs(pid)


@pytest.mark.parametrize("harm", ["crash", "hang", "leak"])
async def test_harm_is_told_and_the_driver_comes_back_by_itself(
    device: DocumentReader, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await device.open()
    if harm == "hang":
        monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", 2.0)  # from the next sign of life
    pid = (await who(device, tmp_path)).split()[0]
    (tmp_path / harm).touch()
    with pytest.raises(DeviceFault) as fault:
        while True:
            await device.read(1.0)
    monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", GUARD_S)
    assert fault.value.reason is FaultReason.PROTOCOL and fault.value.hint
    assert device.state.health is DeviceHealth.FAULTED
    async with asyncio.timeout(GUARD_S):
        async for state in device.events():
            if state.health is DeviceHealth.READY:
                break
    again = (await who(device, tmp_path)).split()[0]
    assert again != pid and not runs(pid)
    await device.close()


async def test_a_hung_driver_holds_neither_reads_nor_closing(device: DocumentReader, tmp_path: Path) -> None:
    await device.open()
    (tmp_path / "hang").touch()
    await until(lambda: not (tmp_path / "hang").exists(), "the driver to hang")
    assert await device.read(0.05) is None
    await within(device.close())
    assert device.state.health is DeviceHealth.ABSENT


async def test_a_driver_that_dies_over_its_device_is_a_fault_of_opening(device: DocumentReader, tmp_path: Path) -> None:
    (tmp_path / "refuse").touch()
    with pytest.raises(DeviceFault) as fault:
        await device.open()
    assert fault.value.reason is FaultReason.PROTOCOL
    assert device.state.health is DeviceHealth.ABSENT
    (tmp_path / "refuse").unlink()
    await device.open()
    await device.close()


@pytest.mark.parametrize(
    "line",
    [b"", b"null", b"{", b'{"opened": true, "more": 1}', b'{"answer": {"raw": "%s"}}' % (b"A" * 5_000), b"\xff"],
)
def test_nonsense_from_over_there_is_no_message(line: bytes) -> None:
    assert messages.parse_message(line) is None


async def test_the_bytes_of_an_isolated_driver_are_heard_before_what_they_come_to(tmp_path: Path) -> None:
    """What `kit bench` shows and records. A burst longer than one message comes whole."""
    master, slave = os.openpty()
    heard = bytearray()
    before: list[int] = []
    name = os.ttyname(slave)
    device = registry.reader(f"serial://{name}?isolated=yes", DriverContext(tmp_path, tap=heard.extend))
    await device.open()
    frame = b"\x02" + b"A" * 44 + b"\r" + b"B" * 44 + b"\r\x03"
    reading = asyncio.create_task(device.read(GUARD_S))
    os.write(master, frame)
    got = await reading
    before.append(len(heard))
    assert isinstance(got, Reading)
    assert (bytes(heard), before) == (frame, [len(frame)])
    await device.close()
    os.close(master)
    os.close(slave)
