"""Fixtures for the tests that break things."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data import keys
from tests.sync.world import World


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of a passphrase is tested where it belongs."""
    monkeypatch.setattr(keys, "MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "PASSES", 1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A headquarters that has published nothing yet."""
    made = World(tmp_path)
    yield made
    made.close()
