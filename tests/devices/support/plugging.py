"""A reader that is plugged in and out while udev tells of it; run by `test_udev` in namespaces of its own.

Looks for the device are put off for an hour, so that whatever is noticed was told by udev. Prints it as JSON.
"""

import asyncio
import json
import os
import pty
import sys
import threading
import tty
from collections.abc import Sequence
from contextlib import aclosing, suppress
from pathlib import Path

from devices import registry
from devices.faults import DeviceFault
from devices.hotplug import plug
from devices.hotplug.plug import Plug
from devices.live_reader import ChannelEvent, LiveReader
from devices.ports import DeviceHealth, DeviceInfo, DocumentReader, DriverContext
from devices.reading import Reading
from tests.contract.benches.port import ZONE
from tests.support.udev_peer import UdevPeer
from tests.support.waiting import GUARD_S, until

LINK = Path("/dev/shm/usb-DESKO_GmbH_Bench_Reader-if00")  # noqa: S108 (an empty folder of this namespace)
FRAME = b"\x02" + ZONE.replace("\n", "\r").encode() + b"\r\x03"
WARM = 10
"""Cycles before anything is counted: the first ones import and fill caches."""


class Socket:
    """Where a serial reader is plugged in."""

    def __init__(self) -> None:
        self.udev = UdevPeer()
        self.master = -1

    def plug_in(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        LINK.symlink_to(os.ttyname(slave))
        self.udev.tell("add", os.ttyname(slave), "/dev/serial/by-path/other", str(LINK))
        os.close(slave)

    def pull_out(self) -> None:
        node = str(LINK.readlink())
        LINK.unlink()
        os.close(self.master)
        self.udev.tell("remove", node, str(LINK))


async def cycles(count: int) -> dict[str, object]:
    """Plug and unplug in mid-frame; a document is read after each return."""
    socket = Socket()
    socket.plug_in()
    device = registry.reader(f"serial://{LINK}?framing=stx-etx", DriverContext(Path("/")))
    await device.open()
    healths: list[str] = []
    listener = asyncio.create_task(_collect(device, healths))
    read, before = 0, (0, 0, 0)
    for number in range(count + WARM):
        if number == WARM:
            before = _count_resources()
        os.write(socket.master, FRAME[:20])
        socket.pull_out()
        with suppress(DeviceFault):
            await device.read(GUARD_S)
        socket.plug_in()
        await _until(device, DeviceHealth.READY)
        os.write(socket.master, FRAME)
        read += isinstance(await device.read(GUARD_S), Reading)
    after = _count_resources()
    await device.close()
    await listener
    return {"read": read - WARM, "leaked": [b - a for a, b in zip(before, after, strict=True)], "told": healths}


class Deaf:
    """A channel that never hears that its device is gone, as some cameras do not."""

    has_begun = False
    connected = 0

    def connect(self) -> None:
        self.connected += 1

    async def receive(self) -> Sequence[ChannelEvent]:
        await asyncio.Event().wait()
        return ()

    def disconnect(self) -> None:
        pass


async def pulled_from_under_a_deaf_driver() -> dict[str, object]:
    """Only what udev tells of this very device counts, and what is no message does nothing."""
    udev, channel = UdevPeer(), Deaf()
    node = "/dev/video7"
    device = LiveReader(DeviceInfo("deaf:7", "Deaf", "deaf"), channel, DriverContext(Path("/")).now, Plug(Path(node)))
    await device.open()
    healths: list[str] = []
    listener = asyncio.create_task(_collect(device, healths))
    udev.send(b"libudev\0" + b"\xff" * 200)
    udev.send(b"add@/devices/x\0ACTION=add\0")
    udev.tell("remove", "/dev/video70", subsystem="video4linux")
    udev.tell("remove", node, subsystem="video4linux")
    await _until(device, DeviceHealth.ABSENT)
    await until(lambda: DeviceHealth.ABSENT.value in healths)
    calm = healths[: healths.index(DeviceHealth.ABSENT.value)]  # what is sent is heard in its order
    udev.tell("add", node, subsystem="video4linux")
    await _until(device, DeviceHealth.READY)
    await device.close()
    await listener
    return {"calm": calm, "told": healths, "connected": channel.connected}


async def _collect(device: DocumentReader, healths: list[str]) -> None:
    async for state in device.events():
        healths.append(state.health.value)


async def _until(device: DocumentReader, health: DeviceHealth) -> None:
    async with asyncio.timeout(GUARD_S), aclosing(device.events()) as states:
        async for state in states:
            if state.health is health:
                return


def _count_resources() -> tuple[int, int, int]:
    """Descriptors, threads, tasks."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir()), threading.active_count(), len(asyncio.all_tasks())


if __name__ == "__main__":
    plug.LOOK_S = plug.LOOK_MONITORED_S = 3600
    if sys.argv[1] == "cycles":
        result = asyncio.run(cycles(int(sys.argv[2])))
    else:
        result = asyncio.run(pulled_from_under_a_deaf_driver())
    sys.stdout.write(json.dumps(result))
