"""What every test may ask for."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared development data; the test skips where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("WAYPOST_SHARED_DATA", beside))
    if not (folder / "README.md").is_file():
        pytest.skip("shared data not found at ../shared/data")
    return folder
