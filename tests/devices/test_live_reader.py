"""A device that is away at first, or comes back while its absence is told."""

import asyncio
from pathlib import Path

import pytest

from data.clock import read_system_time
from devices.faults import DeviceFault, FaultReason
from devices.hotplug.plug import LOOK_S
from devices.live_reader import ChannelEvent, LiveReader
from devices.ports import DeviceHealth, DeviceInfo
from tests.devices.support.opened import open_reader
from tests.support.waiting import GUARD_S, until


async def test_a_device_that_is_away_at_first_is_ready_when_it_comes(tmp_path: Path) -> None:
    device = open_reader(f"folder://{tmp_path}/inbox")
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


class Harmful:
    """A channel that fails where its `fails_at` says."""

    has_begun = False

    def __init__(self) -> None:
        self.fails_at = {"disconnect"}
        self.connections = 0

    def connect(self) -> None:
        self.connections += 1
        if "connect" in self.fails_at:
            raise ZeroDivisionError

    async def receive(self) -> list[ChannelEvent]:
        await asyncio.sleep(0)
        if "receive" in self.fails_at:
            raise ZeroDivisionError
        await asyncio.Event().wait()
        return []

    def disconnect(self) -> None:
        if "disconnect" in self.fails_at:
            raise ZeroDivisionError


async def test_whatever_a_channel_fails_at_nothing_stays_taken() -> None:
    channel = Harmful()
    device = LiveReader(DeviceInfo("harmful:1", "Harmful", "harmful"), channel, read_system_time)
    channel.fails_at.add("connect")
    with pytest.raises(DeviceFault, match="The driver of Harmful failed") as fault:
        await device.open()
    assert fault.value.reason is FaultReason.PROTOCOL
    assert device.state.health is DeviceHealth.ABSENT
    channel.fails_at = {"disconnect"}
    await device.open()
    await device.close()
    assert device.state.health is DeviceHealth.ABSENT
    await device.open()
    await device.close()


async def test_a_channel_that_cannot_be_disconnected_is_connected_again() -> None:
    channel = Harmful()
    channel.fails_at.add("receive")
    device = LiveReader(DeviceInfo("harmful:2", "Harmful", "harmful"), channel, read_system_time)
    await device.open()
    await until(lambda: channel.connections > 1, "it to be connected again")
    await device.close()
