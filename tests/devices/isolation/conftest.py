"""Fixtures for the tests of drivers in their own process."""

from pathlib import Path

import pytest

from devices.ports import DocumentReader
from tests.devices.support.harmful_driver import harmful_reader


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentReader:
    return harmful_reader(tmp_path, monkeypatch)
