"""A file that is dropped is read and put away."""

from pathlib import Path

import pytest

from devices.reading import Reading
from tests.contract.benches.port import ZONE
from tests.devices.support.opened import open_reader
from tests.support.waiting import GUARD_S


def left_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("after", ["aside", "delete"])
async def test_a_dropped_file_is_read_and_put_away(tmp_path: Path, after: str, encoding: str) -> None:
    for name, text in (("page.TXT", ZONE.replace("\n", "\r\n")), ("page.jpg", "x"), ("next.txt.part", ZONE)):
        (tmp_path / name).write_bytes(text.encode(encoding))
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    device = open_reader(f"folder://{tmp_path}?after={after}")
    await device.open()
    got = await device.read(GUARD_S)
    assert isinstance(got, Reading) and got.raw == ZONE
    assert await device.read(0.3) is None
    await device.close()
    assert left_in(tmp_path) == {"page.jpg", "next.txt.part", "link.txt"} | (
        {"read/page.TXT"} if after == "aside" else set()
    )
