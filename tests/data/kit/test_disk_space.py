"""The reserve for the journal is really room on the disk, goes when there is no other, and comes back."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.kit import disk_space, home_files
from data.kit.disk_space import FILLING_BYTES, LEAST_FREE_BYTES, RESERVE_BYTES, DiskReserve, DiskState, read_disk_state

ROOMY = DiskState(1 << 40)


@pytest.fixture
def reserve(tmp_path: Path) -> DiskReserve:
    return DiskReserve(tmp_path)


def blocks(folder: Path) -> int:
    return home_files.RESERVE.within(folder).stat().st_blocks * 512


def set_disk(monkeypatch: pytest.MonkeyPatch, state: DiskState | None) -> None:
    monkeypatch.setattr(disk_space, "read_disk_state", lambda path: state)


def test_it_takes_room_and_gives_it_up_once(reserve: DiskReserve, tmp_path: Path) -> None:
    reserve.take()
    assert blocks(tmp_path) >= RESERVE_BYTES
    assert reserve.give_up()
    assert blocks(tmp_path) == 0
    assert not reserve.give_up()
    reserve.take()
    assert blocks(tmp_path) >= RESERVE_BYTES


def test_a_file_with_holes_is_no_reserve(reserve: DiskReserve, tmp_path: Path) -> None:
    with home_files.RESERVE.within(tmp_path).open("wb") as file:
        file.truncate(RESERVE_BYTES)  # as some copies of a home have it
    reserve.take()
    assert blocks(tmp_path) >= RESERVE_BYTES


@pytest.mark.parametrize(
    ("state", "stays"),
    [
        (DiskState(LEAST_FREE_BYTES), True),
        (DiskState(LEAST_FREE_BYTES - 1), False),
        (DiskState(0, is_read_only=True), True),
        (None, True),
    ],
    ids=str,
)
def test_it_is_given_up_only_where_the_disk_is_about_to_be_full(
    reserve: DiskReserve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: DiskState | None, stays: bool
) -> None:
    reserve.take()
    set_disk(monkeypatch, state)
    reserve.make_room()
    assert (blocks(tmp_path) > 0) is stays


@pytest.mark.parametrize("state", [DiskState(2 * RESERVE_BYTES - 1), replace(ROOMY, is_read_only=True), None], ids=str)
def test_it_is_not_taken_from_a_disk_that_needs_the_room(
    reserve: DiskReserve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: DiskState | None
) -> None:
    set_disk(monkeypatch, state)
    reserve.take()
    assert not home_files.RESERVE.within(tmp_path).exists()


def test_what_else_lies_there_hurts_nobody(reserve: DiskReserve, tmp_path: Path) -> None:
    home_files.RESERVE.within(tmp_path).symlink_to(tmp_path / "other")
    (tmp_path / "other").write_bytes(b"kept")
    reserve.take()
    reserve.give_up()
    assert (tmp_path / "other").read_bytes() == b"kept"


def test_a_disk_is_filling_long_before_it_is_full() -> None:
    assert not DiskState(FILLING_BYTES).is_filling
    filling = DiskState(FILLING_BYTES - 1)
    assert filling.is_filling
    assert filling.has_room
    assert FILLING_BYTES > 4 * (RESERVE_BYTES + LEAST_FREE_BYTES)
    assert not DiskState(LEAST_FREE_BYTES - 1).has_room
    assert not replace(ROOMY, is_read_only=True).has_room


def test_a_disk_that_does_not_answer_is_not_known(tmp_path: Path) -> None:
    assert read_disk_state(tmp_path / "none") is None
    state = read_disk_state(tmp_path)
    assert state is not None
    assert not state.is_read_only
