"""Runs `waypost` as a person does: one command line, in this process or as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.deployment import LISTS, PASSPHRASE, TOP
from ui.cli import run

__all__ = ["LISTS", "PASSPHRASE", "TOP", "Done", "Waypost", "process", "runner"]


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
    """Runs command lines in this process, with the passphrase in its environment."""

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
