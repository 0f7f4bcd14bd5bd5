"""A kit's installation lacks the extra `hq`: a kit's commands work, headquarters' name the extra and how to add it.

Each case is a process in which the packages of that extra cannot be imported, whatever this machine has.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from data.installation import install_command
from tests.support.command_line import Waypost
from tests.support.deployment import PASSPHRASE, TOP
from ui.cli import EXTRAS

_OF_THE_EXTRA = ("alembic", "defusedxml", "polars", "sqlalchemy", "starlette", "uvicorn")
_SCRIPT = """
import json, os, sys
absent, passphrase, command_lines, script = json.loads(sys.argv[1])
class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == package or name.startswith(package + ".") for package in absent):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from ui.cli import run
for command_line in command_lines:
    os.environ["WAYPOST_PASSPHRASE"] = passphrase  # whoever reads it takes it away
    print("code", run(command_line), *command_line[:2], flush=True)
exec(script)
"""
_DESK = """
import asyncio
from pathlib import Path
from textual.app import App
from ui.commands.desk import run_desk
from ui.wiring import open_counter
async def show(app):
    async with app.run_test() as pilot:
        await pilot.pause()
App.run = lambda app: asyncio.run(show(app))  # there is no terminal here
counter = open_counter(Path({home!r}), {passphrase!r}, "desk")
run_desk(counter, Path({home!r}))
counter.close()
print("desk shown")
"""


def _run_without(
    absent: Sequence[str], *command_lines: Sequence[object], script: str = ""
) -> subprocess.CompletedProcess[str]:
    words = json.dumps([absent, PASSPHRASE, [list(map(str, words)) for words in command_lines], script])
    environment = {
        "WAYPOST_PASSPHRASE": PASSPHRASE,
        "PATH": "/usr/bin:/bin",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"],
    }
    return subprocess.run(
        [sys.executable, "-c", _SCRIPT, words],
        cwd=TOP,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_the_extra_is_what_is_looked_for() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    names = {line.partition(">")[0] for line in project["optional-dependencies"]["hq"]}
    assert names == set(_OF_THE_EXTRA) == {package for package, extra in EXTRAS.items() if extra == "hq"}
    assert not names & {line.partition(">")[0] for line in project["dependencies"]}


def test_a_kit_works_without_headquarters_end(waypost: Waypost, hq: Path, kit: Path, tmp_path: Path) -> None:
    """Not even `sync.headquarters` itself can be imported here, so nothing of a kit reaches for it."""
    stick = tmp_path / "stick"
    stick.mkdir()
    secret = tmp_path / "secret"
    assert waypost("stick", "out", "--home", hq, stick).code == 0
    assert waypost("hq", "enrol", "--home", hq, "--kit", "south-1", "--source", stick, "--out", secret).code == 0
    home = ("--home", kit)
    ended = _run_without(
        ("sync.headquarters", *_OF_THE_EXTRA),
        ("kit", "init", "--home", tmp_path / "other", "--enrol", secret),
        ("kit", "bench", *home),
        ("kit", "tune", *home),
        ("courier", "run", *home),
        ("lists", *home),
        ("stick", "out", *home, stick),
        ("stick", "in", *home, stick),
        ("journal", "verify", *home),
        ("courier", "status", *home),  # no courier watches
        ("check", *home, "--number", "24FV38617", "--country", "FRA", "--name", "Doe, Jane"),
        ("stick", "in", "--home", tmp_path, stick),
        script=_DESK.format(home=str(kit), passphrase=PASSPHRASE),
    )
    codes = [line.split()[1:] for line in ended.stdout.splitlines() if line.startswith("code ")]
    assert ended.stdout.endswith("desk shown\n"), ended.stderr
    assert [code for code, *_ in codes] == ["0"] * 8 + ["1", "10", "1"], ended.stdout + ended.stderr
    assert "is neither a kit nor headquarters" in ended.stderr
    assert "extra" not in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "words", [("hq", "report", "--home"), ("stick", "in", "--home"), ("stick", "out", "--home"), ("demo", "--keep")]
)
def test_headquarters_commands_name_the_extra_and_how_to_add_it(
    made: Path, tmp_path: Path, words: Sequence[str]
) -> None:
    where = tmp_path / "demo" if words[0] == "demo" else made / "hq"
    ended = _run_without(_OF_THE_EXTRA, (*words, where, *([tmp_path] if words[0] == "stick" else [])))
    assert ended.stdout == f"code 1 {words[0]} {words[1]}\n"
    assert ended.stderr == (
        "waypost: This command needs the extra `hq`, which is not installed. Nothing was changed. "
        f"Install it with: `{install_command('hq')}`.\n"
    )
