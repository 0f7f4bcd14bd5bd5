"""A hung driver holds neither reads nor closing."""

from pathlib import Path

from devices.ports import DeviceHealth, DocumentReader
from tests.support.waiting import until, within


async def test_a_hung_driver_holds_neither_reads_nor_closing(device: DocumentReader, tmp_path: Path) -> None:
    await device.open()
    (tmp_path / "hang").touch()
    await until(lambda: not (tmp_path / "hang").exists(), "the driver to hang")
    assert await device.read(0.05) is None
    await within(device.close())
    assert device.state.health is DeviceHealth.ABSENT
