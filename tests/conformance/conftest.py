"""Fixtures of the conformance suite."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.trust import metadata as trust_metadata
from tests.conformance.support.command_line import Client
from tests.conformance.support.repository import Repository, served


@pytest.fixture
def repository() -> Repository:
    return Repository()


@pytest.fixture
def client(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Client]:
    """A client that knows the first root and nothing else."""
    assert trust_metadata.__name__ in sys.modules
    with served(repository) as url:
        made = Client(repository, url, tmp_path / "client", monkeypatch, capsys)
        assert made.init() == 0
        yield made
