"""The home of a headquarters: opened by its passphrase, made in an empty folder."""

from pathlib import Path

import pytest

from data.errors import InputError, WrongPassphrase
from sync.headquarters.home import HeadquartersHome
from tests.support.deployment import PASSPHRASE, Deployment


def test_another_passphrase_opens_nothing(deployment: Deployment) -> None:
    with pytest.raises(WrongPassphrase):
        HeadquartersHome.open(deployment.hq.path, "another")
    HeadquartersHome.open(deployment.hq.path, PASSPHRASE).close()


def test_a_headquarters_does_not_move_into_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        HeadquartersHome.create(tmp_path, PASSPHRASE)
