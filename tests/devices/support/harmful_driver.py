"""A driver that crashes, hangs, leaks, stumbles or refuses as a file in its folder says."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib import invalidate_caches
from pathlib import Path

import pytest

from devices import registry
from devices.isolation import isolated_reader, process
from devices.ports import DocumentReader, DriverContext
from devices.reading import Reading
from tests.support.third_party import install_drivers
from tests.support.waiting import GUARD_S, LOOK_S

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
        for name in ("crash", "hang", "leak", "stumble", "who"):
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

    def stumble(self):
        raise ZeroDivisionError("ZOLTAVERDE")

    def who(self):
        import ctypes
        dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
        began_with = "WAYPOST_PASSPHRASE" in Path("/proc/self/environ").read_text()
        return (f"{os.getpid()} {os.environ.get('WAYPOST_PASSPHRASE')} {dumpable} {began_with}",)
"""


def is_running(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


def has_ended(pid: str) -> bool:
    """Whether it has ended, even if nobody has asked for its end yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


SOON_S = 15.0
"""The kernel ends it at once; a busy machine takes its time to show it."""


def survivors(forks: Sequence[Path]) -> list[str]:
    """The processes, of those whose numbers are in `forks`, that do not end by themselves. They are ended."""
    pids = [fork.read_text() for fork in forks if fork.exists()]
    ends = time.monotonic() + SOON_S
    while not all(map(has_ended, pids)) and time.monotonic() < ends:
        time.sleep(LOOK_S)
    alive = [pid for pid in pids if not has_ended(pid)]
    for pid in alive:
        os.kill(int(pid), signal.SIGKILL)
    return alive


async def ask_process(device: DocumentReader, folder: Path) -> str:
    (folder / "who").touch()
    got = await device.read(GUARD_S)
    assert isinstance(got, Reading)
    return got.raw


def harmful_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentReader:
    """The reader of that driver, isolated, with its file in `tmp_path`."""
    install_drivers(tmp_path, {"bad": DRIVER})
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bad_driver", raising=False)
    monkeypatch.setenv("WAYPOST_PASSPHRASE", "secret")
    monkeypatch.setattr(isolated_reader, "HANGS_AFTER_S", GUARD_S)
    monkeypatch.setattr(isolated_reader, "BACK_OFF_S", (0.05,))
    monkeypatch.setattr(process, "START_S", GUARD_S)
    invalidate_caches()
    return registry.reader(f"bad://{tmp_path}", DriverContext(tmp_path))
