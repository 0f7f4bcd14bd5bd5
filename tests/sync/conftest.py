"""Fixtures for the tests of sync."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.headquarters.ingest.segments import Ingest
from tests.support.network import served as network


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    """Serves the headquarters in a folder until the test ends; returns its URL."""
    with ExitStack() as running:

        def start(home: Path, ingest: Ingest | None = None) -> str:
            return running.enter_context(network.served(home, ingest))

        yield start
