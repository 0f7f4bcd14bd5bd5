"""Drivers of third parties, installed in a folder as pip would install them."""

from collections.abc import Mapping
from pathlib import Path

GOOD = """
from devices.ports import DeviceInfo, DiscoveredDevice

SIMULATED = False

def discover(context):
    return [DiscoveredDevice("good://1", DeviceInfo("good:1", "A good reader", "whatever it says"))]

def reader(url, context):
    from devices.live_reader import LiveReader
    return LiveReader(DeviceInfo("good:" + url.where, "A good reader", "whatever it says"), Silent(), context.now)

class Silent:
    has_begun = False

    def connect(self):
        pass

    def disconnect(self):
        pass

    async def receive(self):
        import asyncio
        await asyncio.sleep(0.02)
        return ()
"""
"""A driver that finds one device, on which nobody lays a document."""

TAPS_WHILE_IT_OPENS = GOOD.replace("Silent()", "Silent(context.tap)").replace(
    """
    def connect(self):
        pass
""",
    """
    def __init__(self, tap):
        self.tap = tap

    def connect(self):
        if self.tap:
            self.tap(b"version 1.2")
""",
)
"""The same one, which asks its device for its version first."""

FORKS = """
import os, sys, time
from pathlib import Path

def fork(name):
    if os.fork() == 0:
        Path(__file__).with_name(name).write_text(str(os.getpid()))
        time.sleep(1000)

fork("first")
if os.fork() == 0:
    fork("second")
    os._exit(0)
"""
FORKS += GOOD
"""A driver that starts two processes as soon as it is imported, one of them by way of a third."""

HARMS_WHEN_IMPORTED = {
    "hangs": "import time; time.sleep(1000)",
    "ends": "import os; os._exit(0)",
    "dies": "import os; os.abort()",
    "stops": "import sys; sys.exit('ZOLTAVERDE')",
    "fails": "raise KeyError('ZOLTAVERDE')",
    "misses": "import there_is_no_such_module",
}
"""By scheme, what a driver does as soon as it is imported."""


def install_drivers(folder: Path, drivers: Mapping[str, str]) -> None:
    """Put a package with these drivers, source by scheme, into `folder`: it only has to be on the path then."""
    info = folder / "third_party-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1\n")
    entries = "".join(f"{scheme} = {scheme}_driver\n" for scheme in drivers)
    (info / "entry_points.txt").write_text(f"[waypost.drivers]\n{entries}")
    for scheme, source in drivers.items():
        (folder / f"{scheme}_driver.py").write_text(source)
