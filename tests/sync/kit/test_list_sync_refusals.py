"""A list that is not what was signed is refused, and the old one serves or comes anew."""

import shutil
from dataclasses import replace

import pytest

from data.clock import read_system_time
from data.errors import RollbackError
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lists.rows import Row, add_to_digest
from data.policy import read_policy
from data.store import PAGE_BYTES
from sync.formats.envelope import Envelope, ListKey
from sync.kit import courier, vault_entries
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, sync


def test_a_file_that_is_missing_blocks_its_own_list_alone(behind: Deployment) -> None:
    (kit,) = behind.kits
    behind.publish(PEOPLE, "other")
    for path in (behind.mirror / "lists" / "un").glob("?-*"):
        path.unlink()
    results = sync(kit)
    assert results["un"].error is not None
    assert results["other"].after == 1
    assert names(kit, "other") == PEOPLE


def test_an_older_list_is_refused_even_by_a_kit_that_lost_its_metadata(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    shutil.copytree(deployment.mirror, deployment.folder / "old")
    deployment.publish(FEWER)
    sync(kit)
    shutil.rmtree(kit.path / "trust")
    with pytest.raises(RollbackError, match="older than what this kit has seen"):
        courier.run(kit, source=str(deployment.folder / "old"))
    assert names(kit) == FEWER


def keep_lists(kit: KitHome, serial: int, *lists: ListKey) -> None:
    """As if the newest envelope had said so."""
    envelope, policy = Envelope("", "", serial, read_system_time(), lists, KitStatus()), read_policy(kit)
    assert policy is not None
    vault_entries.keep_envelope(kit, envelope, policy.kits_key())


def test_a_wrong_list_key_opens_nothing(behind: Deployment) -> None:
    (kit,) = behind.kits
    keep_lists(kit, 1, ListKey("un", "persons", True, {1: bytes(32)}))
    result = sync(kit)["un"]
    assert result.error is not None
    assert "another key" in result.error.what
    assert names(kit) == PEOPLE


def test_a_kind_that_this_software_does_not_know_blocks_nothing(behind: Deployment) -> None:
    (kit,) = behind.kits
    (_, known) = vault_entries.read_list_keys(kit)
    behind.publish(PEOPLE, "vessels")
    keep_lists(kit, 2, *known, ListKey("vessels", "vessels", True, known[0].keys))
    results = sync(kit)
    assert results["vessels"].error is not None
    assert "does not know lists" in results["vessels"].error.what
    assert results["un"].way is SyncMethod.DELTA
    assert kit.lists.names() == ["un"]


def test_a_list_that_changed_behind_our_back_costs_one_snapshot(behind: Deployment) -> None:
    (kit,) = behind.kits
    replica = kit.lists.open("un")
    edition = replica.edition()
    assert edition is not None
    row = Row(b"XXi.000", b"{}")
    replica.replace(replace(edition, count=1, digest=add_to_digest(0, [row])), [row])
    result = sync(kit)["un"]
    assert result.error is None
    assert (result.way, result.after) == (SyncMethod.SNAPSHOT, 2)
    assert names(kit) == FEWER


@pytest.mark.parametrize("lost", ["base", "overlay"])
def test_a_damaged_list_comes_back(behind: Deployment, lost: str) -> None:
    (kit,) = behind.kits
    kit.lists.close()
    folder = kit.path / "lists" / "un"
    if lost == "base":
        next(folder.glob("base-*")).unlink()
    else:
        for path in folder.glob("overlay.db*"):
            path.write_bytes(b"\xff" * 4096)
    assert sync(kit)["un"].way is SyncMethod.SNAPSHOT
    assert names(kit) == FEWER


def test_whichever_page_of_the_overlay_is_damaged_the_list_comes_back(behind: Deployment) -> None:
    (kit,) = behind.kits
    overlay = kit.path / "lists" / "un" / "overlay.db"
    kit.lists.close()
    for place in range(0, overlay.stat().st_size, PAGE_BYTES):
        content = bytearray(overlay.read_bytes())
        content[place + PAGE_BYTES // 2] ^= 1
        overlay.write_bytes(content)
        assert sync(kit)["un"].error is None, place
        assert names(kit) == FEWER
        kit.lists.close()
