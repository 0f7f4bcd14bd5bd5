"""Fixtures for every test."""

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings

from data import store_key
from data.kit.settings import Settings
from tests.support import card_tokens
from tests.support.amount import amount
from tests.support.deployment import Deployment, find_memory_disk
from tests.support.virtual_pcsc import VirtualPcsc, aim_at_our_own, missing
from tests.support.waiting import GUARD_S

# How long an example takes says more about what else the machine does than about the code. What lands is judged
# by the same examples each time; everyone else, and `make faults`, looks at new ones. A run looks at half as many as
# Hypothesis would: the next one looks at others.
settings.register_profile("waypost", deadline=None, max_examples=amount(50), derandomize=os.environ.get("CI") == "true")
settings.load_profile("waypost")
aim_at_our_own()
# Ten thousand collected tests are no garbage: to look through them each time took a tenth of the run.
gc.set_threshold(20_000, 10, 10)
# Durable writes wait for the disk, and every test makes some. Those who cut the power or fill the disk have their own.
if "TMPDIR" not in os.environ and (memory := find_memory_disk()):
    os.environ["TMPDIR"] = tempfile.tempdir = str(memory)
# Sessions and tries that are kept outside a home belong to this run of tests alone.
os.environ["XDG_STATE_HOME"] = os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="waypost-tests-")
# Stretching a passphrase is slow on purpose, and each test opens homes; tests/data/test_store_key.py minds its cost.
store_key.MEMORY_KIB, store_key.PASSES = 64, 1
# No kit that a test makes gives up on a check because the machine is busy; tests of the deadline set one of their own.
Settings.model_fields["check_deadline_s"].default = GUARD_S
Settings.model_rebuild(force=True)

_TOP = Path(__file__).resolve().parent.parent


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three processes for two processors: a third of the time, a test waits until the desk has come to rest."""
    return len(os.sched_getaffinity(0)) * 3 // 2


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real lists and specimens, where this machine has them."""
    found = Path(os.environ.get("WAYPOST_SHARED_DATA", _TOP.parent / "shared" / "data"))
    if not found.exists():
        pytest.skip("shared data not found at ../shared/data")
    return found


@pytest.fixture(autouse=True)
def sessions_of_shared_kits() -> Iterator[None]:
    """Whoever is signed in at a kit that tests share is so after each of them."""
    folder = Path(os.environ["XDG_RUNTIME_DIR"]) / "waypost"
    before = {file: file.read_bytes() for file in folder.glob("*.session")}
    yield
    for file, content in before.items():
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)
            file.chmod(0o600)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A headquarters that has published nothing yet; copied by whoever opens it."""
    with closing(Deployment(tmp_path_factory.mktemp("founded"))) as made:
        assert made.hq.reports  # its tables are made when it is first opened
        return made.hq.path


@pytest.fixture
def deployment(founded: Path, tmp_path: Path) -> Iterator[Deployment]:
    """A headquarters that has published nothing yet, with a mirror that kits fetch from."""
    with closing(Deployment(tmp_path, founded)) as made:
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


@pytest.fixture
def card_maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> card_tokens.CardMaker:
    """Cards of softhsm2, in a folder of this test."""
    if lacks := card_tokens.missing():
        reason = f"no cards: {lacks} missing"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return card_tokens.CardMaker(tmp_path / "cards", monkeypatch)
