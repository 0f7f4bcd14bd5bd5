"""Another passphrase for a home: the old one stops, nothing else changes, and a kill leaves one of the two."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from data import durable_files, store_key
from data.errors import Busy, InputError, NoHome, WrongPassphrase
from tests.support.killing import moments_of

OLD, NEW = "seven lanterns on the bridge", "nobody waters the stone garden"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    store_key.create_store_key(tmp_path / "home", OLD)
    return tmp_path / "home"


def opening(home: Path) -> list[str]:
    """Which passphrases open it."""
    opens = []
    for candidate in (OLD, NEW):
        with suppress(WrongPassphrase):
            store_key.unlock_store_key(home, candidate)
            opens.append(candidate)
    return opens


def test_the_new_one_opens_the_same_key_and_the_old_one_nothing(home: Path) -> None:
    key = store_key.unlock_store_key(home, OLD)
    store_key.change_passphrase(home, OLD, NEW)
    assert store_key.unlock_store_key(home, NEW) == key
    assert opening(home) == [NEW]
    assert (home / store_key.KEYS_FILE).stat().st_mode & 0o777 == 0o600


def test_the_bytes_that_the_old_one_opens_are_overwritten(home: Path) -> None:
    """A hard link stands for the blocks that a disk keeps of a file that was replaced."""
    (home / "blocks").hardlink_to(home / store_key.KEYS_FILE)
    before = (home / "blocks").read_bytes()
    store_key.change_passphrase(home, OLD, NEW)
    after = (home / "blocks").read_bytes()
    assert len(after) == len(before) and b"argon2id" in before and b"argon2id" not in after


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [("wrong, and long enough", NEW, WrongPassphrase), (OLD, "short", InputError), (OLD, OLD, InputError)],
)
def test_a_wrong_old_one_or_a_short_new_one_changes_nothing(
    home: Path, old: str, new: str, error: type[Exception]
) -> None:
    before = (home / store_key.KEYS_FILE).read_bytes()
    with pytest.raises(error):
        store_key.change_passphrase(home, old, new)
    assert (home / store_key.KEYS_FILE).read_bytes() == before


def test_two_at_once_do_not_undo_each_other(home: Path, tmp_path: Path) -> None:
    with durable_files.hold_lock(home / "keys.lock", "x"), pytest.raises(Busy):
        store_key.change_passphrase(home, OLD, NEW)
    with pytest.raises(NoHome):
        store_key.change_passphrase(tmp_path / "nothing", OLD, NEW)


def test_a_kill_before_any_durable_step_leaves_one_that_opens(home: Path, tmp_path: Path) -> None:
    step, ends = 0, None
    while ends is None:
        copy = tmp_path / f"copy-{step}"
        shutil.copytree(home, copy)
        ends = moments_of(lambda copy=copy: store_key.change_passphrase(copy, OLD, NEW), step)
        (opens,) = opening(copy)
        store_key.change_passphrase(copy, opens, "and a third one, after the kill")
        assert not [path for path in copy.iterdir() if path.name.endswith(".new")], "what a kill left is still there"
        assert opening(copy) == []
        step += 1
    assert step >= 4
