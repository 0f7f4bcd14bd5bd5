"""A file that stays is read once."""

from pathlib import Path

import pytest

from devices.faults import DeviceFault
from devices.reading import Reading
from tests.contract.benches.port import ZONE
from tests.devices.support.opened import open_reader
from tests.support.waiting import GUARD_S


async def test_a_file_that_stays_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / "page.txt").write_text(ZONE)
    device = open_reader(f"folder://{tmp_path}?after=aside")
    await device.open()
    assert isinstance(await device.read(GUARD_S), Reading)
    with pytest.raises(DeviceFault, match="cannot be put away"):
        await device.read(GUARD_S)
    assert await device.read(0.3) is None
    await device.close()
