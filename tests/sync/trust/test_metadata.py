"""Signed metadata: tampered, endless, old or foreign trees are refused, by a clock or by the floor alone."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.clock import Clock, read_system_time
from data.errors import RollbackError, TrustError
from data.kit import headquarters_word
from sync.kit import courier
from sync.kit.vault_entries import METADATA_VERSIONS
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, one, sync
from tests.sync.support.published_trees import spoil

LATER = timedelta(days=60)


@pytest.mark.parametrize("pattern", ["timestamp.json", "*.snapshot.json", "*.lists.json"])
@pytest.mark.parametrize(
    "attack", [spoil, lambda path: path.write_bytes(b"{}"), lambda path: path.write_bytes(b"[" * 9000)]
)
def test_tampered_metadata_is_refused(behind: Deployment, pattern: str, attack: Callable[[Path], None]) -> None:
    (kit,) = behind.kits
    for path in (behind.mirror / "metadata").glob(pattern):
        attack(path)
    with pytest.raises(TrustError, match=r"eadquarters did not sign|carry headquarters' signature"):
        # The role `lists` is read with the first manifest.
        report = courier.run(kit)
        failed = one(report).error
        assert failed is not None
        raise TrustError(failed.what)
    assert names(kit) == PEOPLE


def test_metadata_without_end_is_refused(behind: Deployment) -> None:
    (behind.mirror / "metadata" / "timestamp.json").write_bytes(b" " * 1_000_000)
    with pytest.raises(TrustError, match="longer than allowed"):
        courier.run(behind.kits[0])


def test_an_older_tree_is_refused(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    shutil.copytree(deployment.mirror, deployment.folder / "old")
    kit = deployment.kit()
    deployment.publish(FEWER)
    sync(kit)
    with pytest.raises(RollbackError) as caught:
        courier.run(kit, source=str(deployment.folder / "old"))
    assert caught.value.what == "The source offers metadata that is older than what this kit has seen"
    assert names(kit) == FEWER


@pytest.mark.parametrize("lost", ["the vault's record of versions", "the newer metadata"])
def test_an_older_tree_is_refused_by_what_is_left(deployment: Deployment, lost: str) -> None:
    deployment.publish(PEOPLE)
    shutil.copytree(deployment.mirror, deployment.folder / "old")
    kit = deployment.kit()
    sync(kit)
    shutil.copytree(kit.trust, deployment.folder / "trust")
    deployment.publish(FEWER)
    sync(kit)
    if lost == "the newer metadata":
        shutil.rmtree(kit.trust)
        shutil.copytree(deployment.folder / "trust", kit.trust, dirs_exist_ok=True)
    else:
        kit.vault.put({METADATA_VERSIONS: b""})
    with pytest.raises(RollbackError):
        courier.run(kit, source=str(deployment.folder / "old"))
    assert names(kit) == FEWER


def test_a_frozen_tree_is_refused_once_its_signatures_expired(behind: Deployment) -> None:
    (kit,) = behind.kits
    later = Clock(read=lambda: read_system_time() + LATER)
    with pytest.raises(TrustError, match="expired"):
        courier.run(kit, clock=later)
    assert names(kit) == PEOPLE


def test_a_clock_in_1970_does_not_switch_the_protection_off(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    shutil.copytree(deployment.mirror, deployment.folder / "frozen")
    deployment.take(FEWER)
    deployment.publish_again(now=read_system_time() + LATER)
    asleep = Clock(read=lambda: datetime(1970, 1, 1, tzinfo=UTC))
    assert courier.run(kit, clock=asleep).ok
    shutil.rmtree(kit.path / "trust")  # so that only the time can tell
    floor = headquarters_word.read_clock(kit).floor
    with pytest.raises(TrustError, match="expired"):
        courier.run(kit, source=str(deployment.folder / "frozen"), clock=Clock(floor, asleep.read))


def test_a_signed_time_far_ahead_does_not_move_the_clock(deployment: Deployment) -> None:
    kit = deployment.kit()
    deployment.take(PEOPLE)
    deployment.publish_again(now=read_system_time() + timedelta(days=800))
    report = courier.run(kit)
    assert [problem.what for problem in report.problems] != []
    assert headquarters_word.read_clock(kit).floor < read_system_time()
    assert names(kit) == PEOPLE


def test_another_headquarters_is_not_believed(behind: Deployment) -> None:
    impostor = Deployment(behind.folder / "impostor")
    impostor.publish({"XXi.666": "Persona Falsa"})
    with pytest.raises(TrustError) as caught:
        courier.run(behind.kits[0], source=str(impostor.mirror))
    assert caught.value.what == "Headquarters did not sign what the source offers"
    impostor.close()
