"""Fixtures for the chips' tests."""

from pathlib import Path

import pytest

from devices.ports import DriverContext


@pytest.fixture
def context(tmp_path: Path) -> DriverContext:
    return DriverContext(tmp_path, profile="development")
