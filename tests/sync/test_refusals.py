"""What a hostile or broken mirror can do: nothing but be told off, while the old list serves."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from data import durable_files
from data.clock import Clock, read_system_time
from data.errors import Busy, LinkError, RollbackError, TrustError
from data.kit import enrolment
from data.kit.enrolment import KitStatus
from data.kit.home import KitHome
from data.lease.erasure import COURIER_LOCK
from data.lists.rows import Row, add_to_digest
from data.policy import read_policy
from sync.formats.envelope import Envelope, ListKey, envelope_path, seal_envelope
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.kit import courier, vault_entries
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import PEOPLE, Deployment, names, one, sync

FEWER = {record: name for record, name in PEOPLE.items() if record != "XXi.003"}
LATER = timedelta(days=60)


@pytest.fixture
def behind(deployment: Deployment) -> Deployment:
    """One kit at version 1, and a version 2 in the mirror."""
    deployment.publish(PEOPLE)
    sync(deployment.kit())
    deployment.publish(FEWER)
    return deployment


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def swap(path: Path) -> None:
    other = next(other for other in path.parent.iterdir() if other.name.startswith("s-"))
    path.write_bytes(other.read_bytes()[: path.stat().st_size])


def empty(path: Path) -> None:
    path.write_bytes(b"{}")


def nest(path: Path) -> None:
    path.write_bytes(b"[" * 9000)


@pytest.mark.parametrize("attack", [spoil, lengthen, swap])
def test_a_tampered_file_is_refused_and_the_old_list_stays(behind: Deployment, attack: Callable[[Path], None]) -> None:
    (kit,) = behind.kits
    attack(behind.payload("d"))
    result = sync(kit)["un"]
    assert result.error is not None
    assert "sign" in result.error.what
    assert (result.way, result.after) == (SyncMethod.UNCHANGED, 1)
    assert names(kit) == PEOPLE
    assert list(kit.staging.iterdir()) == []  # a whole download is no excuse: nothing of it is kept
    behind.refresh_mirror()
    assert sync(kit)["un"].way is SyncMethod.DELTA
    assert names(kit) == FEWER


def test_a_truncated_file_is_a_broken_line_and_goes_on_from_there(behind: Deployment) -> None:
    (kit,) = behind.kits
    path = behind.payload("d")
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    result = sync(kit)["un"]
    assert result.error is not None
    assert "broke off after 100" in result.error.what
    assert names(kit) == PEOPLE
    path.write_bytes(whole)
    result = sync(kit)["un"]
    assert result.bytes == len(whole) - 100
    assert names(kit) == FEWER


def test_a_file_that_is_missing_blocks_its_own_list_alone(behind: Deployment) -> None:
    (kit,) = behind.kits
    behind.publish(PEOPLE, "other")
    behind.payload("d").unlink()
    results = sync(kit)
    assert results["un"].error is not None
    assert results["other"].after == 1
    assert names(kit, "other") == PEOPLE


@pytest.mark.parametrize("pattern", ["timestamp.json", "*.snapshot.json", "*.lists.json"])
@pytest.mark.parametrize(
    "attack", [spoil, lambda path: path.write_bytes(b"{}"), lambda path: path.write_bytes(b"[" * 9000)]
)
def test_tampered_metadata_is_refused(behind: Deployment, pattern: str, attack: Callable[[Path], None]) -> None:
    (kit,) = behind.kits
    for path in (behind.mirror / "metadata").glob(pattern):
        attack(path)
    with pytest.raises(TrustError, match="not signed by headquarters"):
        # The role `lists` is read with the first manifest.
        report = courier.run(kit)
        failed = one(report).error
        assert failed is not None
        raise TrustError(failed.what)
    assert names(kit) == PEOPLE


def test_metadata_without_end_is_refused(behind: Deployment) -> None:
    (behind.mirror / "metadata" / "timestamp.json").write_bytes(b" " * 1_000_000)
    with pytest.raises(TrustError, match="longer than it may be"):
        courier.run(behind.kits[0])


def test_an_older_tree_is_refused(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    shutil.copytree(deployment.mirror, deployment.folder / "old")
    kit = deployment.kit()
    deployment.publish(FEWER)
    sync(kit)
    with pytest.raises(RollbackError):
        courier.run(kit, source=str(deployment.folder / "old"))
    assert names(kit) == FEWER


def test_an_older_list_is_refused_even_by_a_kit_that_lost_its_metadata(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    shutil.copytree(deployment.mirror, deployment.folder / "old")
    deployment.publish(FEWER)
    sync(kit)
    shutil.rmtree(kit.path / "trust")
    result = one(courier.run(kit, source=str(deployment.folder / "old")))
    assert result.error is not None
    assert "older than version 2" in result.error.what
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
    floor = enrolment.read_clock(kit).floor
    with pytest.raises(TrustError, match="expired"):
        courier.run(kit, source=str(deployment.folder / "frozen"), clock=Clock(floor, asleep.read))


def test_a_signed_time_far_ahead_does_not_move_the_clock(deployment: Deployment) -> None:
    kit = deployment.kit()
    deployment.take(PEOPLE)
    deployment.publish_again(now=read_system_time() + timedelta(days=800))
    report = courier.run(kit)
    assert [problem.what for problem in report.problems] != []
    assert enrolment.read_clock(kit).floor < read_system_time()
    assert names(kit) == PEOPLE


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
    with pytest.raises(LinkError, match="no published tree"):
        courier.run(behind.kits[0], source=str(behind.folder / "empty"))


def test_another_headquarters_is_not_believed(behind: Deployment) -> None:
    impostor = Deployment(behind.folder / "impostor")
    impostor.publish({"XXi.666": "Persona Falsa"})
    with pytest.raises(TrustError):
        courier.run(behind.kits[0], source=str(impostor.mirror))
    impostor.close()


def test_the_envelope_of_another_kit_is_refused_and_the_lists_go_on(behind: Deployment) -> None:
    kit = behind.kits[0]
    other = vault_entries.read_enrolment(behind.kit("post-2"))
    mine = vault_entries.read_enrolment(kit)
    kits = behind.mirror / "kits"
    (kits / mine.envelope / "envelope").write_bytes((kits / other.envelope / "envelope").read_bytes())
    report = courier.run(kit)
    assert ["sealed to another kit" in problem.what for problem in report.problems] == [True]
    assert one(report).way is SyncMethod.DELTA


def test_without_a_first_envelope_a_kit_says_so(deployment: Deployment) -> None:
    kit = deployment.kit()
    shutil.rmtree(deployment.mirror / "kits")
    with pytest.raises(LinkError, match="envelope"):
        courier.run(kit)


def test_an_older_envelope_is_refused(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    path = deployment.mirror / "kits" / vault_entries.read_enrolment(kit).envelope / "envelope"
    first = path.read_bytes()
    deployment.publish(PEOPLE, "other")
    sync(kit)
    path.write_bytes(first)
    report = courier.run(kit)
    assert ["older than envelope 2" in problem.what for problem in report.problems] == [True]
    assert [entry.name for entry in report.lists] == ["other", "un"]


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
    assert "knows no lists" in results["vessels"].error.what
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


def test_two_couriers_do_not_run_at_once(behind: Deployment) -> None:
    (kit,) = behind.kits
    with (
        durable_files.hold_lock(kit.path / COURIER_LOCK, "syncing this kit"),
        pytest.raises(Busy, match="syncing this kit"),
    ):
        courier.run(kit)


def test_what_no_version_needs_leaves_the_staging_folder(behind: Deployment) -> None:
    (kit,) = behind.kits
    (kit.staging / f"{'0' * 64}.part").write_bytes(b"of a version long gone")
    sync(kit)
    assert list(kit.staging.iterdir()) == []


def test_consequences_that_failed_follow_before_a_newer_version(behind: Deployment) -> None:
    (kit,) = behind.kits
    versions = []

    def fail(edition: object) -> None:
        raise LinkError("the late hits could not be replayed")

    assert one(courier.run(kit, after_apply=fail)).error is not None
    behind.publish(PEOPLE)
    assert one(courier.run(kit, after_apply=fail)).after == 2
    courier.run(kit, after_apply=lambda edition: versions.append(edition.version))
    assert versions == [2, 3]


def test_an_envelope_that_does_not_say_when_it_was_signed_is_refused(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    secret, serial = vault_entries.read_enrolment(kit), vault_entries.read_list_keys(kit)[0]
    expires = read_system_time() + timedelta(days=30)
    unsigned = Envelope(secret.kit, secret.incarnation, serial + 1, expires, (), KitStatus("wiped"))
    recipient = str(pyrage.x25519.Identity.from_str(secret.identity).to_public())
    path = deployment.mirror / envelope_path(secret.envelope)
    path.write_bytes(seal_envelope(unsigned, envelope_signer(deployment.hq), recipient))
    report = courier.run(kit)
    assert ["does not say when" in problem.what for problem in report.problems] == [True]
    assert enrolment.read_status(kit).in_force and vault_entries.read_list_keys(kit)[0] == serial
    assert names(kit) == PEOPLE
