"""A real `waypost counter serve` of a kit, and the client that comes with it."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.command_line import PASSPHRASE, TOP
from tests.support.staff import PROGRAM, PROGRAM_CREDENTIAL

EXAMPLES = TOP / "docs" / "examples" / "program"


def _load_client() -> Any:
    spec = importlib.util.spec_from_file_location("waypost_client", EXAMPLES / "waypost_client.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CLIENT = _load_client()


@dataclass
class ProgramServer:
    """A server process."""

    path: Path
    process: "subprocess.Popen[str]"

    def connect(self, credential: str = PROGRAM_CREDENTIAL) -> Any:
        """A client of it, as the program of tests.support.staff."""
        return CLIENT.WaypostClient(str(self.path), PROGRAM.number, credential)


def start_server(kit: Path, path: Path, *options: str) -> "subprocess.Popen[str]":
    """The process, which may not listen yet."""
    command = [sys.executable, "-m", "ui", "counter", "serve", "--home", str(kit), "--socket", str(path), *options]
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE}
    return subprocess.Popen(command, cwd=TOP, env=environment, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(kit: Path, path: Path, *options: str) -> Iterator[ProgramServer]:
    """A server that answers at `path`, until the end."""
    process = start_server(kit, path, *options)
    assert process.stderr
    with process.stderr as lines:
        assert any("can connect" in line for line in iter(lines.readline, ""))
        yield ProgramServer(path, process)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
