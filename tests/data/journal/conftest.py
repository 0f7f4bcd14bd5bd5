"""Fixtures for the journal's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.journal.journal import Journal
from tests.data.support.journal_events import KEY


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db", KEY, "desk")
    yield journal
    journal.close()
