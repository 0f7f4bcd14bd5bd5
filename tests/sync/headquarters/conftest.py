"""Fixtures of headquarters' tests."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.sync.support.ceremony import Held


@pytest.fixture(scope="session")
def founded_with_holders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A headquarters whose offline keys lie on media beside it, and which has published nothing yet; to be copied."""
    with closing(Held(tmp_path_factory.mktemp("held"))) as made:
        assert made.hq.reports  # its tables are made when it is first opened
        return made.hq.path


@pytest.fixture
def held(founded_with_holders: Path, tmp_path: Path) -> Iterator[Held]:
    """A headquarters whose offline keys are with their holders, and which has published nothing yet."""
    with closing(Held(tmp_path, founded_with_holders)) as ceremony:
        ceremony.refresh_mirror()
        yield ceremony
