"""Readers by their URL, and why one cannot be opened."""

from pathlib import Path

import pytest

from devices import registry
from devices.faults import DeviceFault
from devices.ports import DeviceHealth, DocumentReader, DriverContext


def open_reader(url: str, folder: Path = Path("/")) -> DocumentReader:
    return registry.reader(url, DriverContext(folder, "development"))


async def reason_to_open(url: str) -> DeviceFault:
    device = open_reader(url)
    with pytest.raises(DeviceFault) as fault:
        await device.open()
    assert device.state.health is DeviceHealth.ABSENT
    await device.close()
    return fault.value
