"""Fixtures for every test."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("waypost", deadline=None)
settings.load_profile("waypost")

_TOP = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real lists and specimens, where this machine has them."""
    found = Path(os.environ.get("WAYPOST_SHARED_DATA", _TOP.parent / "shared" / "data"))
    if not found.exists():
        pytest.skip("shared data not found at ../shared/data")
    return found
