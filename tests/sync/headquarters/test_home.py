"""The home of a headquarters: opened by its passphrase, made in an empty folder."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from data.errors import Damaged, InputError, WrongPassphrase
from data.homes import HEADQUARTERS_STORE
from sync.headquarters.home import HeadquartersHome
from tests.support.deployment import PASSPHRASE, Deployment


def test_another_passphrase_opens_nothing(deployment: Deployment) -> None:
    with pytest.raises(WrongPassphrase):
        HeadquartersHome.open(deployment.hq.path, "another")
    HeadquartersHome.open(deployment.hq.path, PASSPHRASE).close()


def test_a_lost_or_damaged_store_is_restored_from_a_copy_not_set_up_again(deployment: Deployment) -> None:
    store = deployment.hq.path / HEADQUARTERS_STORE
    deployment.hq.close()
    store.write_bytes(os.urandom(20_000))
    with pytest.raises(Damaged) as damaged, closing(HeadquartersHome.open(deployment.hq.path, PASSPHRASE)) as home:
        _ = home.store
    store.unlink()
    with pytest.raises(Damaged, match=r"hq.db is missing") as lost:
        HeadquartersHome.open(deployment.hq.path, PASSPHRASE)
    for refused in (damaged, lost):
        assert "from a copy and run `waypost hq recover`" in str(refused.value)
        assert "courier" not in str(refused.value) and "hq init" not in str(refused.value)


def test_the_home_of_a_kit_is_no_headquarters(deployment: Deployment) -> None:
    with pytest.raises(InputError, match="is a kit, not a headquarters"):
        HeadquartersHome.open(deployment.kit().path, PASSPHRASE)


def test_a_headquarters_does_not_move_into_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        HeadquartersHome.create(tmp_path, PASSPHRASE)


def test_it_is_closed_to_other_users_whenever_it_is_opened(deployment: Deployment) -> None:
    folders = [deployment.hq.path, deployment.hq.path / "keys"]
    for folder in folders:
        folder.chmod(0o777)
    HeadquartersHome.open(deployment.hq.path, PASSPHRASE).close()
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]
