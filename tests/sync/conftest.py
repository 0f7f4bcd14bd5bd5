"""Fixtures for the tests of sync."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import AF_INET, socket

import pytest

from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.service import make_server
from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A headquarters that has published nothing yet."""
    made = World(tmp_path)
    made.refresh_mirror()
    yield made
    made.close()


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    """Serves the headquarters in a folder on a free port of the loopback; returns its URL."""
    running = []

    def start(home: Path, ingest: Ingest | None = None) -> str:
        listening = socket(AF_INET)
        listening.bind(("127.0.0.1", 0))
        service = make_server(home, ingest=ingest)
        thread = threading.Thread(target=service.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((service, thread, listening))
        while not service.started:
            thread.join(0.01)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for service, thread, listening in running:
        service.should_exit = True
        thread.join(30)
        listening.close()
