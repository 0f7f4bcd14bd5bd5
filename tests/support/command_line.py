"""Runs `waypost` as a person does: one command line, in this process or as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployment import LISTS, PASSPHRASE, TOP
from tests.support.staff import sign_in_at
from ui.cli import run

SCHEMA = json.loads((TOP / "docs" / "check.schema.json").read_text())
"""Of what `check --json` prints."""
__all__ = ["LISTS", "PASSPHRASE", "SCHEMA", "TOP", "Done", "Waypost", "enrolled", "process", "runner"]


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


def runner(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Waypost:
    """Runs command lines in this process, with the passphrase in its environment.

    At a kit that one of them makes, an officer is signed in: who does that, and how, has tests of its own.
    """

    def call(
        *arguments: object, passphrase: str | None = PASSPHRASE, typed: Sequence[str] = (), signs_in: bool = True
    ) -> Done:
        if typed:
            _type(monkeypatch, typed)
        if passphrase is None:
            monkeypatch.delenv("WAYPOST_PASSPHRASE", raising=False)
        else:
            monkeypatch.setenv("WAYPOST_PASSPHRASE", passphrase)
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        if signs_in and code == 0 and tuple(arguments[:2]) == ("kit", "init"):
            sign_in_at(Path(str(arguments[arguments.index("--home") + 1])), passphrase or PASSPHRASE)
        return Done(code, said.out, said.err)

    return call


def _type(monkeypatch: pytest.MonkeyPatch, answers: Sequence[str]) -> None:
    """A terminal in which these lines are typed, one for each question."""
    lines = iter(answers)
    monkeypatch.setattr("ui.identity._must_have_terminal", lambda: None)
    for shown in ("visible", "hidden"):
        monkeypatch.setattr(f"click.termui.{shown}_prompt_func", lambda prompt="": next(lines))


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


def enrolled(waypost: Waypost, hq: Path, kit: Path, source: object) -> Path:
    """A new kit of this headquarters, at `kit`."""
    secret = kit.with_suffix(".secret")
    assert waypost("hq", "enrol", "--home", hq, "--kit", kit.name, "--source", source, "--out", secret).code == 0
    assert waypost("kit", "init", "--home", kit, "--enrol", secret, "--profile", "development").code == 0
    return kit
