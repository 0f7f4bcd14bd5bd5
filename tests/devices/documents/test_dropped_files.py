"""A file that is dropped is read and put away."""

import errno
import os
from pathlib import Path

import pytest

from devices.documents.dropped_files import FolderChannel
from devices.faults import DeviceFault, FaultReason
from devices.ports import acknowledge, leave_unread
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


async def test_a_file_that_may_not_be_read_is_said_once_and_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = os.open

    def refuse(path: object, flags: int, *rest: int) -> int:
        if str(path).endswith("closed.txt"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return opening(path, flags, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)
    (tmp_path / "closed.txt").write_text(ZONE, "utf-8")
    device = open_reader(f"folder://{tmp_path}")
    await device.open()
    with pytest.raises(DeviceFault, match="Permission denied") as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is FaultReason.BAD_READ and "technician" in fault.value.hint
    (tmp_path / "page.txt").write_text(ZONE, "utf-8")
    assert isinstance(await device.read(GUARD_S), Reading)
    assert await device.read(0.3) is None
    await device.close()


async def test_a_file_that_cannot_be_put_away_is_read_and_the_officer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    (tmp_path / "page.txt").write_text(ZONE, "utf-8")
    device = open_reader(f"folder://{tmp_path}?after=delete")
    await device.open()
    assert isinstance(await device.read(GUARD_S), Reading)
    with pytest.raises(DeviceFault, match="stays there"):
        await device.read(GUARD_S)
    assert await device.read(0.3) is None
    await device.close()


@pytest.mark.parametrize(
    ("error", "reason", "advice"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file"), FaultReason.UNPLUGGED, "Mount the folder"),
        (PermissionError(errno.EACCES, "Permission denied"), FaultReason.DENIED, "allow the folder"),
        (OSError(errno.EIO, "Input/output error"), FaultReason.PROTOCOL, "look at the disk"),
    ],
)
async def test_a_folder_that_cannot_be_listed_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, reason: FaultReason, advice: str
) -> None:
    def refuse(self: FolderChannel) -> None:
        raise error

    device = open_reader(f"folder://{tmp_path}")
    await device.open()
    monkeypatch.setattr(FolderChannel, "_files", refuse)
    with pytest.raises(DeviceFault) as fault:
        await device.read(GUARD_S)
    assert fault.value.reason is reason and advice in fault.value.hint
    await device.close()


async def test_a_file_stays_until_its_document_is_safe_and_is_given_out_again_after_a_kill(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"page{number}.txt").write_text(f"{ZONE}{number}", "utf-8")
        os.utime(tmp_path / f"page{number}.txt", (number, number))
    device = open_reader(f"folder://{tmp_path}?after=delete&settle=0.1")
    await device.open()
    first = await device.read(GUARD_S)
    assert isinstance(first, Reading)
    await device.close()  # what was delivered was acknowledged by nobody
    assert len(left_in(tmp_path)) == 2
    again = open_reader(f"folder://{tmp_path}?after=delete&settle=0.1")
    await again.open()
    seen = [await again.read(GUARD_S)]
    await acknowledge(again)
    seen.append(await again.read(GUARD_S))
    await acknowledge(again)
    assert [reading.raw for reading in seen if isinstance(reading, Reading)] == [f"{ZONE}1", f"{ZONE}2"]
    assert left_in(tmp_path) == set()
    await again.close()


async def test_a_document_that_could_not_be_kept_leaves_its_file(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(ZONE, "utf-8")
    device = open_reader(f"folder://{tmp_path}?after=delete")
    await device.open()
    assert isinstance(await device.read(GUARD_S), Reading)
    await leave_unread(device)
    assert await device.read(0.3) is None
    await device.close()
    await device.open()
    assert await device.read(0.3) is None, "this reader delivers nothing twice"
    await device.close()
    assert len(left_in(tmp_path)) == 1
    next_reader = open_reader(f"folder://{tmp_path}?after=delete")
    await next_reader.open()
    assert isinstance(await next_reader.read(GUARD_S), Reading)
    await next_reader.close()
