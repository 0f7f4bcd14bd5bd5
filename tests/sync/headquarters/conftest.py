"""Fixtures of headquarters' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.support.ceremony import Held


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    """A headquarters whose offline keys are with their holders, and which has published nothing yet."""
    ceremony = Held(tmp_path)
    ceremony.refresh_mirror()
    yield ceremony
    ceremony.close()
