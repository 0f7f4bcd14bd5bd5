"""Files of lists on their way: tampered, cut short, or needed no more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, sync
from tests.sync.support.published_trees import spoil


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def swap(path: Path) -> None:
    other = next(other for other in path.parent.iterdir() if other.name.startswith("s-"))
    path.write_bytes(other.read_bytes()[: path.stat().st_size])


@pytest.mark.parametrize("attack", [spoil, lengthen, swap])
def test_a_tampered_file_is_refused_and_the_old_list_stays(behind: Deployment, attack: Callable[[Path], None]) -> None:
    (kit,) = behind.kits
    attack(behind.payload("d"))
    for path in (behind.mirror / "lists" / "un").glob("s-*"):  # with the whole list beside it, that would come
        path.write_bytes(path.read_bytes()[::-1])
    result = sync(kit)["un"]
    assert result.error is not None
    assert "sign" in result.error.what
    assert (result.way, result.after) == (SyncMethod.UNCHANGED, 1)
    assert names(kit) == PEOPLE
    assert list(kit.staging.iterdir()) == []  # a whole download is no excuse: nothing of it is kept
    behind.refresh_mirror()
    assert sync(kit)["un"].way is SyncMethod.DELTA
    assert names(kit) == FEWER


def test_a_truncated_file_is_a_broken_line_and_goes_on_from_there(behind: Deployment) -> None:
    (kit,) = behind.kits
    path = behind.payload("d")
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    result = sync(kit)["un"]
    assert result.error is not None
    assert "broke off after 100" in result.error.what
    assert names(kit) == PEOPLE
    path.write_bytes(whole)
    result = sync(kit)["un"]
    assert result.bytes == len(whole) - 100
    assert names(kit) == FEWER


def test_what_no_version_needs_leaves_the_staging_folder(behind: Deployment) -> None:
    (kit,) = behind.kits
    (kit.staging / f"{'0' * 64}.part").write_bytes(b"of a version long gone")
    sync(kit)
    assert list(kit.staging.iterdir()) == []
