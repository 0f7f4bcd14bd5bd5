"""Passport readers over pseudo-terminals: how fast a document is there, what plugging leaks, what failing drivers hold.

SIZE= is the number of documents and of unplugging cycles (100 unless said), and of pictures (`devices_pictures`).
"""

import asyncio
import json
import os
import pty
import sys
import threading
import tty
from contextlib import suppress
from datetime import date
from importlib import invalidate_caches
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from appliance.counter.subject import document_from_reading
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from devices import registry
from devices.faults import DeviceFault
from devices.ports import DeviceHealth, DocumentReader, DriverContext
from devices.reading import Reading
from tests.benchmarks import devices_codes, devices_pictures
from tests.benchmarks.report import aim, machine, percentile, spread
from tests.support.udev_peer import in_namespaces, missing

_ZONE = write_mrz(MrzFields("P", "UTO", "L1234567A", "SAMPLE", "ADA"), MrzFormat.TD3)
_FRAME = b"\x02" + _ZONE.replace("\n", "\r").encode() + b"\r\x03"
_LONGEST_S = 15.0
_FAILING = """
import asyncio, os, time
from pathlib import Path
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo
SIMULATED, NATIVE = False, True
def discover(place): return []
def reader(url, place): return LiveReader(DeviceInfo(f"failing:{url.where}", "Failing", "failing"),
                                          Failing(url.where, place.folder / f"failed-{url.where}"), place.now)
class Failing:
    has_begun = False
    def __init__(self, how, failed): self.how, self.failed = how, failed
    def connect(self): pass
    def disconnect(self): pass
    async def receive(self):
        if not self.failed.exists():
            self.failed.touch()
            time.sleep(3600) if self.how == "hangs" else os.abort()
        await asyncio.sleep(0.01)
        return ["P<UTO"]
"""


class _Port:
    """A reader's end of a pseudo-terminal below a name that stays."""

    def __init__(self, name: Path) -> None:
        self.name = name

    def plug_in(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.name.symlink_to(os.ttyname(slave))
        os.close(slave)

    def pull_out(self) -> None:
        self.name.unlink()
        os.close(self.master)


def run(size: int | None) -> None:
    """Print the figures."""
    machine("pyserial", "opencv-python-headless", "tesserocr", "zxing-cpp")
    count = size or 100
    with TemporaryDirectory() as folder:
        for isolated in ("no", "yes"):
            asyncio.run(_frames(Path(folder), count, isolated))
        asyncio.run(_cycles(Path(folder), count))
        asyncio.run(_openings(Path(folder), count))
        _install(Path(folder))
        for how in ("hangs", "crashes"):
            asyncio.run(_failing(Path(folder), how))
    _told_by_udev(count)
    devices_codes.run(size)
    devices_pictures.run(size)


def _reader(port: _Port, isolated: str = "no") -> DocumentReader:
    url = f"serial://{port.name}?framing=stx-etx&isolated={isolated}"
    return registry.reader(url, DriverContext(Path("/")))


async def _frames(folder: Path, count: int, isolated: str) -> None:
    port = _Port(folder / f"frames-{isolated}")
    port.plug_in()
    device = _reader(port, isolated)
    await device.open()
    times_ms = []
    for _ in range(count + 1):
        reading = asyncio.create_task(device.read(10))
        await asyncio.sleep(0.005)
        start = perf_counter()
        os.write(port.master, _FRAME)
        got = await reading
        assert isinstance(got, Reading)
        document = document_from_reading(got, date(2026, 7, 1))
        times_ms.append((perf_counter() - start) * 1000)
        assert document.number_is_certain
    await device.close()
    port.pull_out()
    ours = times_ms[1:]  # the first one imports
    way = "in its own process" if isolated == "yes" else "in process"
    print(f"serial frame to TravelDocument, {way}: {spread(ours)} ms, p99 {percentile(ours, 99):.2f} ms")
    aim(f"devices.frame_ms{'_isolated' if isolated == 'yes' else ''}", percentile(ours, 50), 5)


async def _cycles(folder: Path, count: int) -> None:
    port = _Port(folder / "cycles")
    port.plug_in()
    device = _reader(port)
    await device.open()
    before, resident_before = _held(), 0.0
    back_ms, read = [], 0
    for number in range(count):
        if number == count // 5:  # the first cycles fill caches
            before, resident_before = _held(), _resident_mb()
        os.write(port.master, _FRAME[:20])
        port.pull_out()
        with suppress(DeviceFault):
            await device.read(10)
        port.plug_in()
        start = perf_counter()
        await _ready(device)
        back_ms.append((perf_counter() - start) * 1000)
        os.write(port.master, _FRAME)
        read += isinstance(await device.read(10), Reading)
    leaked, grown_mb = _held() - before, _resident_mb() - resident_before
    await device.close()
    port.pull_out()
    print(f"{count} times unplugged in mid-frame: {read} documents read after it, back in {spread(back_ms)} ms")
    aim("devices.unplug_leaks", leaked, 0)
    aim("devices.unplug_grows_mb", grown_mb, 1)
    aim("devices.unplug_lost_documents", count - read, 0)


async def _openings(folder: Path, count: int) -> None:
    port = _Port(folder / "openings")
    port.plug_in()
    device = _reader(port, "yes")
    times_ms = []
    before = None
    for _ in range(count + 1):
        start = perf_counter()
        await device.open()
        times_ms.append((perf_counter() - start) * 1000)
        await device.close()
        before = _descriptors() if before is None else before
    print(f"{count} openings of an isolated driver: {spread(times_ms)} ms each")
    aim("devices.isolated_leaks", _descriptors() - (before or 0), 0)
    port.pull_out()


def _install(folder: Path) -> None:
    """A third party's driver that fails the first time it is used."""
    (folder / "failing_driver.py").write_text(_FAILING)
    (folder / "failing-1.dist-info").mkdir()
    (folder / "failing-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: failing\nVersion: 1\n")
    (folder / "failing-1.dist-info" / "entry_points.txt").write_text("[waypost.drivers]\nfailing = failing_driver\n")
    sys.path.insert(0, str(folder))
    invalidate_caches()


async def _failing(folder: Path, how: str) -> None:
    """How late reads of 50 ms end while the driver does not work, and how long until it reads again."""
    device = registry.reader(f"failing://{how}", DriverContext(folder))
    await device.open()
    late_ms, began, reads = [], perf_counter(), False
    while not reads and perf_counter() < began + _LONGEST_S:
        start = perf_counter()
        with suppress(DeviceFault):
            reads = isinstance(await device.read(0.05), Reading)
        late_ms.append(max(0.0, (perf_counter() - start) * 1000 - 50))
        await asyncio.sleep(0.01)
    back_s = perf_counter() - began
    await device.close()
    print(
        f"a driver that {how}: reads of 50 ms end {max(late_ms):.1f} ms late at most; it reads again in {back_s:.1f} s"
    )
    aim(f"devices.{how}_answer_ms", max(late_ms), 100)
    aim(f"devices.{how}_back_s", back_s if reads else float("inf"), 5)


def _told_by_udev(count: int) -> None:
    """Plugged out and in while udev alone tells of it, in namespaces of its own."""
    if lacking := missing():
        print(f"no udev: missing {lacking}")
        return
    done = in_namespaces("tests.devices.support.plugging", "cycles", str(count))
    found = json.loads(done.stdout)
    print(f"{count} times plugged out and in, told by udev: {found['read']} documents read after it")
    aim("devices.udev_leaks", sum(map(abs, found["leaked"])), 0)
    aim("devices.udev_lost_documents", count - found["read"], 0)


async def _ready(device: DocumentReader) -> None:
    async for state in device.events():
        if state.health is DeviceHealth.READY:
            return


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _held() -> int:
    """Descriptors, threads and tasks together."""
    return _descriptors() + threading.active_count() + len(asyncio.all_tasks())


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
