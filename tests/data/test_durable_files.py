"""Files are replaced whole, and one process at a time holds a lock."""

import subprocess
import sys
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
