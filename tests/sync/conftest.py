"""Fixtures for the tests of sync."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from data.text import Message
from sync.headquarters.ingest.segments import Ingest
from tests.support.deployment import FEWER, PEOPLE, Deployment, sync
from tests.support.network import served as network


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    """Serves the headquarters in a folder until the test ends; returns its URL."""
    with ExitStack() as running:

        def start(home: Path, ingest: Ingest | None = None, say: Callable[[Message], None] = lambda text: None) -> str:
            return running.enter_context(network.served(home, ingest, say))

        yield start


@pytest.fixture
def behind(deployment: Deployment) -> Deployment:
    """One kit at version 1, and a version 2 in the mirror."""
    deployment.publish(PEOPLE)
    sync(deployment.kit())
    deployment.publish(FEWER)
    return deployment


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder
