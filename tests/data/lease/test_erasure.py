"""Erasing the lists of a kit that lost its leave: not under a courier's hands, and finished after a cut."""

import shutil
from pathlib import Path

import pytest

from data import durable_files
from data.errors import StoreError
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lease import enforcement, erasure
from data.lease.access import AccessState
from tests.data.support.leases import after
from tests.support.kit_status import save_status


def test_while_a_courier_is_at_work_nothing_is_erased_but_the_lists_are_closed(kit: KitHome) -> None:
    save_status(kit, KitStatus("wiped", "stolen"))
    with durable_files.hold_lock(kit.path / erasure.COURIER_LOCK, "syncing"):
        assert enforcement.enforce_access(kit, after(0)).state is AccessState.LOCKED
        assert (kit.path / "lists" / "un").exists()
    assert enforcement.enforce_access(kit, after(0)).state is AccessState.ERASED
    assert not (kit.path / "lists" / "un").exists()


@pytest.mark.parametrize("step", ["_erase_keys", "_empty"])
def test_an_erasure_that_was_cut_off_is_finished_at_the_next_look(
    kit: KitHome, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cut(*_: object) -> None:
        raise StoreError("cut off")

    save_status(kit, KitStatus("wiped", "stolen"))
    with monkeypatch.context() as patch:
        patch.setattr(erasure, step, cut)
        with pytest.raises(StoreError):
            enforcement.enforce_access(kit, after(0))
    assert enforcement.read_access(kit, after(0)).state is AccessState.ERASED
    assert not (kit.path / "lists" / "secret").exists()
    enforcement.enforce_access(kit, after(0))
    assert not (kit.path / "lists" / "un").exists()


LINKED = ["lists", "lists/un", "lists/un/overlay.db", "lists/secret", "trust/answers", "staging", "shared"]


def move_behind_link(home: Path, name: str, disk: Path) -> None:
    """What lies at `name` is on another disk, and a link is in its place."""
    path, target = home / name, disk / name.replace("/", "-")
    disk.mkdir()
    if not path.exists():
        path.mkdir(parents=True)
        (path / "received").write_bytes(b"list")
    shutil.move(path, target)
    path.symlink_to(target)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


@pytest.mark.parametrize("name", LINKED)
def test_what_lies_behind_a_link_is_erased(kit: KitHome, tmp_path: Path, name: str) -> None:
    disk = tmp_path / "disk"
    kit.close_lists()
    move_behind_link(kit.path, name, disk)
    save_status(kit, KitStatus("wiped", "stolen"))
    assert enforcement.enforce_access(kit, after(0)).state is AccessState.ERASED
    assert not files_in(disk)
    assert not files_in(kit.path / "lists")


@pytest.mark.parametrize("name", ["lists/un", "staging"])
def test_the_disk_behind_a_link_may_come_later(kit: KitHome, tmp_path: Path, name: str) -> None:
    disk, away = tmp_path / "disk", tmp_path / "away"
    kit.close_lists()
    move_behind_link(kit.path, name, disk)
    disk.rename(away)
    save_status(kit, KitStatus("wiped", "stolen"))
    with pytest.raises(StoreError, match="leads to a place that is not there"):
        enforcement.enforce_access(kit, after(0))
    assert enforcement.read_access(kit, after(0)).state is AccessState.ERASED
    assert not (kit.path / "lists" / "secret").exists(), "everything else is erased"
    away.rename(disk)
    enforcement.enforce_access(kit, after(0))
    assert not files_in(disk)


@pytest.mark.parametrize("target", ["..", "../trust", "../..", "../journal.db"])
def test_a_link_into_the_home_or_around_it_takes_nothing_else_along(kit: KitHome, tmp_path: Path, target: str) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"not a list")
    (kit.trust / "root.json").write_bytes(b"metadata")
    (kit.path / "lists" / "link").symlink_to(target)
    (kit.path / "lists" / "loop").symlink_to("loop")
    save_status(kit, KitStatus("wiped", "stolen"))
    assert enforcement.enforce_access(kit, after(0)).state is AccessState.ERASED
    assert not any((kit.path / "lists").iterdir())
    assert other.exists() and kit.journal and (kit.path / "journal.db").exists()
    assert files_in(kit.path / "trust")


def test_a_list_that_is_discarded_leaves_nothing_behind_its_link(kit: KitHome, tmp_path: Path) -> None:
    kit.close_lists()
    move_behind_link(kit.path, "lists/un", tmp_path / "disk")
    kit.lists.discard("un")
    assert not files_in(tmp_path / "disk")
    assert "un" not in kit.lists.names()
