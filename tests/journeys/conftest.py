"""A headquarters and a kit made with the real command line, from the invented lists of the demonstration."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ui.cli import run

TOP = Path(__file__).resolve().parents[2]
LISTS = TOP / "ui" / "demo" / "lists"
PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Done:
    """What one command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Waypost = Callable[..., Done]


@pytest.fixture
def waypost(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Waypost:
    """Runs one command line in this process."""

    def call(*arguments: object, passphrase: str | None = PASSPHRASE) -> Done:
        if passphrase is None:
            monkeypatch.delenv("WAYPOST_PASSPHRASE", raising=False)
        else:
            monkeypatch.setenv("WAYPOST_PASSPHRASE", passphrase)
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return call


def process(*arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ui", *map(str, arguments)],
        cwd=TOP,
        env={**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE, **environment},
        input=stdin,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder with `hq` and `kit`, synced once; copied by whoever changes it."""
    folder = tmp_path_factory.mktemp("made")
    hq, kit = folder / "hq", folder / "kit"
    patch = pytest.MonkeyPatch()

    def must(*arguments: object) -> None:
        patch.setenv("WAYPOST_PASSPHRASE", PASSPHRASE)
        assert run([str(argument) for argument in arguments]) == 0

    must("hq", "init", "--home", hq)
    for name, form, path in (
        ("sltd", "sltd-csv", "sltd.csv"),
        ("notices", "notices-json", "notices"),
        ("un", "un-xml", "un.xml"),
        ("ofac", "ofac-csv", "ofac"),
    ):
        must("hq", "import", "--home", hq, "--list", name, "--format", form, LISTS / path)
    must("hq", "publish", "--home", hq)
    must("hq", "enrol", "--home", hq, "--kit", "north-1", "--source", hq / "public", "--out", folder / "secret.json")
    must("kit", "init", "--home", kit, "--enrol", folder / "secret.json")
    must("courier", "run", "--home", kit)
    patch.undo()
    yield folder


@pytest.fixture
def hq(made: Path, tmp_path: Path) -> Path:
    """A headquarters of one's own. Kits of `kit` go on reading the shared one, unless told otherwise."""
    return Path(shutil.copytree(made / "hq", tmp_path / "hq"))


@pytest.fixture
def kit(made: Path, tmp_path: Path) -> Path:
    """A synced kit of one's own."""
    return Path(shutil.copytree(made / "kit", tmp_path / "kit"))
