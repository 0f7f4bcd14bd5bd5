"""The real command line, and a headquarters with a synced kit for it, from the invented lists of the demonstration."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command_line import Waypost, runner
from tests.support.deployment import PASSPHRASE, Deployment
from ui.cli import run


@pytest.fixture
def waypost(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Waypost:
    """Runs one command line in this process."""
    return runner(capsys, monkeypatch)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder with `hq` and the kit `north-1`, synced once; copied by whoever changes it."""
    folder = tmp_path_factory.mktemp("made")
    with closing(Deployment(folder)) as deployment:
        deployment.import_demonstration()
        deployment.publish_again()
        kit = deployment.kit("north-1", str(deployment.hq.public))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAYPOST_PASSPHRASE", PASSPHRASE)
        assert run(["courier", "run", "--home", str(kit.path)]) == 0
    yield folder


@pytest.fixture
def hq(made: Path, tmp_path: Path) -> Path:
    """A headquarters of one's own. Kits of `kit` go on reading the shared one, unless told otherwise."""
    return Path(shutil.copytree(made / "hq", tmp_path / "hq"))


@pytest.fixture
def kit(made: Path, tmp_path: Path) -> Path:
    """A synced kit of one's own."""
    return Path(shutil.copytree(made / "north-1", tmp_path / "kit"))
