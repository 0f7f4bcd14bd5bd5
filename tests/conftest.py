"""Fixtures for every test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from data.kit import vault
from tests.virtual_pcsc import VirtualPcsc, aim_at_our_own, missing

# How long an example takes says more about what else the machine does than about the code. What lands is judged
# by the same examples each time; everyone else, and `make faults`, looks at new ones.
settings.register_profile("waypost", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("waypost")
aim_at_our_own()
# Stretching a passphrase is slow on purpose, and each test opens homes; tests/data/test_keys.py minds the real cost.
vault.MEMORY_KIB, vault.PASSES = 64, 1

_TOP = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real lists and specimens, where this machine has them."""
    found = Path(os.environ.get("WAYPOST_SHARED_DATA", _TOP.parent / "shared" / "data"))
    if not found.exists():
        pytest.skip("shared data not found at ../shared/data")
    return found


@pytest.fixture(scope="session")
def virtual_pcsc() -> Iterator[VirtualPcsc]:
    """A real pcscd with a virtual reader on which a test lays simulated chips."""
    if lacks := missing():
        reason = f"no PC/SC path: {lacks} missing"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    running = VirtualPcsc()
    yield running
    running.stop()
