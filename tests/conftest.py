"""Fixtures for every test."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings

from data import store_key
from data.kit.settings import Settings
from tests.support.deployment import Deployment
from tests.support.virtual_pcsc import VirtualPcsc, aim_at_our_own, missing
from tests.support.waiting import GUARD_S

# How long an example takes says more about what else the machine does than about the code. What lands is judged
# by the same examples each time; everyone else, and `make faults`, looks at new ones.
settings.register_profile("waypost", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("waypost")
aim_at_our_own()
# Stretching a passphrase is slow on purpose, and each test opens homes; tests/data/test_store_key.py minds its cost.
store_key.MEMORY_KIB, store_key.PASSES = 64, 1
# No kit that a test makes gives up on a check because the machine is busy; tests of the deadline set one of their own.
Settings.model_fields["check_deadline_s"].default = GUARD_S
Settings.model_rebuild(force=True)

_TOP = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real lists and specimens, where this machine has them."""
    found = Path(os.environ.get("WAYPOST_SHARED_DATA", _TOP.parent / "shared" / "data"))
    if not found.exists():
        pytest.skip("shared data not found at ../shared/data")
    return found


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A headquarters that has published nothing yet, with a mirror that kits fetch from."""
    with closing(Deployment(tmp_path)) as made:
        made.refresh_mirror()
        yield made


@pytest.fixture(scope="session")
def virtual_pcsc() -> Iterator[VirtualPcsc]:
    """A real pcscd with a virtual reader on which a test lays simulated chips."""
    if lacks := missing():
        reason = f"no PC/SC path: {lacks} missing"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    running = VirtualPcsc()
    yield running
    running.stop()
