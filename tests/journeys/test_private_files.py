"""Whose files are whose: a home is its user's alone, what is published or carried is for everybody."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import LISTS, PASSPHRASE, Waypost

HONEST = "docs/examples/travellers/nothing-found.mrz"


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct, autouse=True)
def _mask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever the process's mask is: some processes are another program's."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Of everything in a folder, and of itself, without SQLite's own files, which have the mode of their database."""
    paths = [folder, *sorted(folder.rglob("*"))]
    return {str(path.relative_to(folder.parent)): path.lstat().st_mode & 0o777 for path in paths}


def test_a_home_in_a_folder_that_was_open_is_closed_and_what_is_carried_is_open(
    waypost: Waypost, tmp_path: Path
) -> None:
    hq, kit, stick = tmp_path / "hq", tmp_path / "kit", tmp_path / "stick"
    for folder in (hq, kit, stick):
        folder.mkdir()
        folder.chmod(0o755)
    secret = tmp_path / "north-1.secret"
    for call in (
        ("hq", "init", "--home", hq),
        ("hq", "import", "--home", hq, "--list", "un", "--format", "un-xml", LISTS / "un.xml"),
        ("hq", "publish", "--home", hq),
        ("hq", "enrol", "--home", hq, "--kit", "north-1", "--source", hq / "public", "--out", secret),
        ("kit", "init", "--home", kit, "--enrol", secret),
        ("courier", "run", "--home", kit),
        ("stick", "out", "--home", hq, stick),
        ("hq", "keys", "propose", "--home", hq, "--out", tmp_path / "request", "--renew", "root"),
    ):
        done = waypost(*call)
        assert done.code == 0, (call, done.err)
        assert "other users" not in done.err
    assert secret.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "request").stat().st_mode & 0o777 == 0o644
    assert {hq.stat().st_mode & 0o777, kit.stat().st_mode & 0o777} == {0o700}
    published = modes(hq / "public")
    assert len(published) > 8
    for name, mode in {**published, **modes(stick)}.items():
        path = hq / name if name.startswith("public") else tmp_path / name
        assert mode == (0o755 if path.is_dir() else 0o644), name
    for name in ("keys.json", "kit.toml", "trust", "lists", "lists/secret", "lists/un", "staging"):
        assert (kit / name).stat().st_mode & 0o077 == 0, name
    for name in ("keys.json", "keys", "making", "offline"):
        assert (hq / name).stat().st_mode & 0o077 == 0, name


def test_a_home_that_was_left_open_is_closed_when_it_is_used(waypost: Waypost, kit: Path) -> None:
    kit.chmod(0o755)
    assert waypost("lists", "--home", kit).code == 0
    assert kit.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_secret_that_others_can_read_is_warned_of(waypost: Waypost, hq: Path, tmp_path: Path, mode: int) -> None:
    secret, word = tmp_path / "far.secret", tmp_path / "word"
    word.write_text(PASSPHRASE)
    word.chmod(mode)
    enrol = ("hq", "enrol", "--home", hq, "--kit", "far", "--source", hq / "public", "--out", secret)
    done = waypost(*enrol, "--passphrase-file", word)
    assert done.code == 0 and f"other users of this machine can read {word}" in done.err
    word.chmod(0o600)
    secret.chmod(mode)
    done = waypost("kit", "init", "--home", tmp_path / "far", "--enrol", secret, "--passphrase-file", word)
    assert done.code == 0 and done.err.count("other users") == 1 and f"can read {secret}" in done.err
    secret.chmod(0o600)
    shutil.rmtree(tmp_path / "far")
    done = waypost("kit", "init", "--home", tmp_path / "far", "--enrol", secret, "--passphrase-file", word)
    assert done.code == 0 and done.err == ""
