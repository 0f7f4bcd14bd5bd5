"""Fixtures for the lists' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.lists.replica import Replica
from tests.data.support.replicas import open_replica


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    replica = open_replica(tmp_path)
    yield replica
    replica.close()
