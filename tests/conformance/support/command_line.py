"""The client under test: its command line, with its folders and what it trusts."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.clock import Clock, read_system_time
from tests.conformance.support import client as command
from tests.conformance.support.repository import Repository


@dataclass
class Client:
    """Runs the command line, as the suite does."""

    repository: Repository
    url: str
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def metadata(self) -> Path:
        return self.folder / "metadata"

    @property
    def targets(self) -> Path:
        return self.folder / "targets"

    def init(self, root: bytes | None = None) -> int:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.metadata.mkdir(parents=True)
        self.targets.mkdir()
        first = self.folder / "initial_root.json"
        first.write_bytes(self.repository.roots[0] if root is None else root)
        return command.main(["--metadata-dir", str(self.metadata), "init", str(first)])

    def refresh(self, *, days: float = 0) -> str:
        """Empty when it worked; else the name of the error."""
        with self.monkeypatch.context() as patched:
            if days:
                later: datetime = read_system_time() + timedelta(days=days)
                patched.setattr(command, "Clock", lambda floor: Clock(floor, lambda: later))
            return self._told(["refresh"])

    def download(self, *names: str) -> str:
        """Empty when it worked; else the name of the first error."""
        url, folder = f"{self.url}/targets", str(self.targets)
        wanted = [argument for name in names for argument in ("--target-name", name)]
        return self._told([*wanted, "--target-base-url", url, "--target-dir", folder, "download"])

    def version(self, role: str) -> int | None:
        """The version of a role that the client trusts."""
        path = self.metadata / f"{role}.json"
        return int(json.loads(path.read_bytes())["signed"]["version"]) if path.exists() else None

    def trusted(self) -> dict[str, int | None]:
        """Role to version."""
        return {path.stem: self.version(path.stem) for path in sorted(self.metadata.glob("*.json"))}

    def artifacts(self) -> dict[str, bytes]:
        """What was downloaded."""
        return {path.name: path.read_bytes() for path in self.targets.iterdir()}

    def _told(self, arguments: list[str]) -> str:
        self.capsys.readouterr()
        url = f"{self.url}/metadata"
        code = command.main(["--metadata-dir", str(self.metadata), "--metadata-url", url, *arguments])
        said = self.capsys.readouterr().err
        assert (code == 0) == (said == ""), said
        return said.partition(":")[0]
