"""Files are replaced whole, and one process at a time holds a lock."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from data import durable_files
from data.errors import Busy


def test_replacing_leaves_only_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    durable_files.write_durably(path, b"old")
    durable_files.write_durably(path, b"new", mode=0o600)
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("replace", [durable_files.write_durably, durable_files.replace_file])
def test_two_writers_of_one_file_do_not_disturb_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: Callable[[Path, bytes], None]
) -> None:
    path = tmp_path / "a.json"
    rename = Path.replace

    def write_between(new: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", rename)
        replace(path, b"a second writer's")
        assert path.read_bytes() == b"a second writer's"
        return rename(new, target)

    monkeypatch.setattr(Path, "replace", write_between)
    replace(path, b"the first writer's")
    assert path.read_bytes() == b"the first writer's"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("replace", [durable_files.write_durably, durable_files.replace_file])
def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: Callable[[Path, bytes], None]
) -> None:
    def fail(new: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    replace(tmp_path / "a.json", b"old")
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        replace(tmp_path / "a.json", b"new")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("a.json", b"old")]


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_regular_file_is_refused_as_a_lock_and_not_waited_for(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "lock")
    with pytest.raises(OSError), durable_files.hold_lock(tmp_path / "lock", "fetching lists"):
        pass
    with pytest.raises(OSError):
        os.close(durable_files.open_regular(tmp_path / "lock", os.O_RDONLY))


def test_a_held_lock_is_busy_and_freed_when_its_holder_dies(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    script = "import sys, time; from pathlib import Path; from data.durable_files import hold_lock\n"
    script += "with hold_lock(Path(sys.argv[1]), 'x'):\n print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script, str(lock)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    with pytest.raises(Busy), durable_files.hold_lock(lock, "fetching lists"):
        pass
    holder.kill()
    holder.communicate()
    with durable_files.hold_lock(lock, "fetching lists"):
        pass


@pytest.mark.parametrize("replace", [durable_files.write_durably, durable_files.replace_file])
def test_nobody_can_put_a_link_in_the_way_of_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: Callable[[Path, bytes], None]
) -> None:
    """Not even somebody who guesses its name."""
    monkeypatch.setattr("data.durable_files.secrets.token_hex", lambda count: "0" * 2 * count)
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / f".a.json.{'0' * 32}.new").symlink_to(tmp_path / "victim")
    with pytest.raises(FileExistsError):
        replace(tmp_path / "a.json", b"new")
    assert (tmp_path / "victim").read_bytes() == b"precious" and not (tmp_path / "a.json").exists()


def test_the_name_of_a_new_file_cannot_be_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    rename = Path.replace
    monkeypatch.setattr(Path, "replace", lambda new, target: names.append(new.name) or rename(new, target))
    for _ in range(2):
        durable_files.write_durably(tmp_path / "a.json", b"x")
    assert len(set(names)) == 2 and all(len(name.split(".")[-2]) == 32 for name in names)
