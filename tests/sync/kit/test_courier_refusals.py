"""What a broken mirror can do to a run: nothing but be told off, while the old lists serve."""

import shutil

import pytest

from data import durable_files
from data.errors import Busy, LinkError
from data.lease.erasure import COURIER_LOCK
from sync.kit import courier
from tests.support.deployment import PEOPLE, Deployment, names


def test_an_unreachable_headquarters_leaves_the_kit_as_it_is(behind: Deployment) -> None:
    (kit,) = behind.kits
    shutil.rmtree(behind.mirror)
    with pytest.raises(LinkError, match="stay as they are"):
        courier.run(kit)
    with pytest.raises(LinkError, match="stay as they are"):
        courier.run(kit, source="http://127.0.0.1:9")
    assert names(kit) == PEOPLE


def test_a_folder_that_is_no_published_tree_is_named_as_such(behind: Deployment) -> None:
    (behind.folder / "empty").mkdir()
    with pytest.raises(LinkError, match="not a published tree"):
        courier.run(behind.kits[0], source=str(behind.folder / "empty"))


def test_two_couriers_do_not_run_at_once(behind: Deployment) -> None:
    (kit,) = behind.kits
    with (
        durable_files.hold_lock(kit.path / COURIER_LOCK, "syncing this kit"),
        pytest.raises(Busy, match="syncing this kit"),
    ):
        courier.run(kit)
