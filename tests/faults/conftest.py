"""Fixtures for the tests that break things."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A headquarters that has published nothing yet."""
    made = World(tmp_path)
    yield made
    made.close()
