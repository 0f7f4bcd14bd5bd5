"""Keys change hands: kits that were away follow, a stolen online key is out of force, nothing driven ahead stays."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from data.clock import Clock, read_system_time
from data.errors import ExpiredError, InputError, RollbackError, SignatureError
from data.kit import headquarters_word
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from sync.formats import envelope
from sync.formats.envelope import Envelope, envelope_path
from sync.headquarters.ceremonies.offline_key import Role
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import ONLINE
from sync.headquarters.publishing.envelopes import envelope_signer
from sync.headquarters.store import metadata_in_force
from sync.kit import courier, vault_entries
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, Deployment, names, sync
from tests.sync.support.ceremony import Held
from tests.sync.support.headquarters_views import key_states

EVERY = ProposedChanges(new=ONLINE)
AHEAD = 1 << 30


@pytest.mark.parametrize("role", ONLINE)
def test_an_online_key_turns_and_a_kit_that_was_away_follows(held: Held, role: str) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    holders = ("root-1", "root-3") if role in ("snapshot", "timestamp") else ("targets-1",)
    before = key_states(held)[role].keys
    held.change(ProposedChanges(new=(role,)), *holders)
    assert key_states(held)[role].keys != before
    assert courier.run(kit).ok
    held.publish(FEWER)
    report = courier.run(kit)
    assert report.ok
    assert names(kit) == FEWER


def test_a_root_key_changes_hands_and_the_old_holder_signs_no_more(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    held.change(ProposedChanges(add=(held.new_key("root-4"),), remove=("root-2",)), "root-1", "root-2", "root-4")
    assert courier.run(kit).ok
    with pytest.raises(InputError, match="This request does not ask for root-2"):
        held.carry(held.propose(ProposedChanges(renew=(Role.ROOT,))), ["root-2"])
    held.change(ProposedChanges(renew=(Role.ROOT,)), "root-4", "root-3")
    assert courier.run(kit).ok


def test_a_root_that_its_new_keys_did_not_sign_is_not_enough(held: Held) -> None:
    two = tuple(held.new_key(name) for name in ("root-4", "root-5"))
    changes = ProposedChanges(add=two, remove=("root-2", "root-3"))
    with pytest.raises(InputError, match="1 of 2 signatures by keys of the new root"):
        held.change(changes, "root-1", "root-2")
    with pytest.raises(InputError, match="1 of 2 signatures by keys of the current root"):
        held.change(changes, "root-1", "root-4")
    held.change(changes, "root-1", "root-2", "root-5")


def test_the_targets_key_changes_hands_with_its_signature(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    changes = ProposedChanges(add=(held.new_key("targets-2", Role.TARGETS),), remove=("targets-1",))
    with pytest.raises(InputError, match="0 of 1 signatures"):
        held.change(changes, "root-1", "root-2")
    held.change(changes, "root-1", "root-2", "targets-2")
    held.publish(FEWER)
    assert courier.run(kit).ok
    assert names(kit) == FEWER
    held.change(ProposedChanges(renew=(Role.TARGETS,)), "targets-2")
    assert courier.run(kit).ok


def test_a_kit_that_was_away_for_many_rotations_walks_the_whole_chain(held: Held) -> None:
    held.publish(PEOPLE)
    kit, never = held.kit(), held.kit("post-2")
    sync(kit)
    for number in range(6):
        held.change(EVERY, "root-1", "root-2", "targets-1")
        held.change(
            ProposedChanges(add=(held.new_key(f"root-{number + 4}"),), remove=(f"root-{number + 3}",)),
            "root-1",
            "root-2",
        )
    held.publish(FEWER)
    for home in (kit, never):
        assert courier.run(home).ok
        assert names(home) == FEWER
        assert Metadata[Root].from_file(str(home.path / "trust/root.json")).signed.version == 13
    assert sync(held.kit("post-3"))["un"].after == 2


def test_a_kit_that_lost_its_trust_folder_walks_it_again(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    held.change(EVERY, "root-1", "root-2", "targets-1")
    sync(kit)
    shutil.rmtree(kit.path / "trust")
    assert courier.run(kit).ok


def test_a_root_left_out_of_the_mirror_is_no_way_around(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    held.change(EVERY, "root-1", "root-2", "targets-1")
    (held.mirror / "metadata/2.root.json").unlink()
    with pytest.raises(SignatureError):
        courier.run(kit)
    assert names(kit) == PEOPLE


def driven_ahead(deployment: Deployment, thief: HeadquartersHome) -> None:
    """The mirror says what somebody with all online keys wants: every version far ahead."""
    folder = deployment.mirror / "metadata"
    with thief.store.transaction() as connection:
        root, targets = (
            metadata_in_force.read_root(connection).signed,
            metadata_in_force.read_targets(connection).signed,
        )
        lists = metadata_in_force.read_metadata(connection, "lists", Targets)
    assert lists is not None
    lists.signed.version = AHEAD
    sign(thief, lists, metadata_in_force.lists_key_ids(targets), folder / f"{AHEAD}.lists.json")
    meta = {"targets.json": MetaFile(targets.version), "lists.json": MetaFile(AHEAD)}
    snapshot = Metadata(Snapshot(AHEAD, None, lists.signed.expires, meta))
    sign(thief, snapshot, root.roles["snapshot"].keyids, folder / f"{AHEAD}.snapshot.json")
    timestamp = Metadata(Timestamp(AHEAD, None, lists.signed.expires, MetaFile(AHEAD)))
    sign(thief, timestamp, root.roles["timestamp"].keyids, folder / "timestamp.json")


def sign(thief: HeadquartersHome, metadata: Metadata, key_ids: list[str], path: Path) -> None:  # type: ignore[type-arg]
    metadata.signatures.clear()
    metadata.sign(thief.keyring.signer(key_ids))
    path.write_bytes(metadata.to_bytes())


@pytest.fixture
def robbed(held: Held) -> Held:
    """A kit that a thief with every online key has driven ahead."""
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    driven_ahead(held, held.hq)
    incarnation, now = vault_entries.read_enrolment(kit).enrolment_id, read_system_time()
    far_ahead = Envelope("post-1", incarnation, AHEAD, now + timedelta(30), (), KitStatus(signed=now))
    path = held.mirror / envelope_path(vault_entries.read_enrolment(kit).folder)
    identity = vault_entries.read_enrolment(kit).identity
    path.write_bytes(envelope.seal_envelope(far_ahead, envelope_signer(held.hq), recipient(identity)))
    courier.run(kit)
    assert vault_entries.read_list_keys(kit) == (AHEAD, ())
    return held


def recipient(identity: str) -> str:
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def test_versions_and_serials_that_a_thief_drove_ahead_do_not_stay(robbed: Held) -> None:
    (kit,) = robbed.kits
    robbed.publish(FEWER)
    with pytest.raises(RollbackError):
        courier.run(kit)
    robbed.change(EVERY, "root-1", "root-2", "targets-1")
    assert courier.run(kit).ok
    assert names(kit) == FEWER
    assert vault_entries.read_list_keys(kit)[0] < AHEAD


def test_a_stolen_key_signs_nothing_any_more(robbed: Held) -> None:
    (kit,) = robbed.kits
    stolen = robbed.folder / "stolen"
    robbed.hq.close()
    shutil.copytree(robbed.hq.path, stolen)
    robbed.hq = HeadquartersHome.open(robbed.hq.path, PASSPHRASE)
    robbed.change(EVERY, "root-1", "root-2", "targets-1")
    assert courier.run(kit).ok
    thief = HeadquartersHome.open(stolen, PASSPHRASE)
    driven_ahead(robbed, thief)
    thief.close()
    with pytest.raises(SignatureError):
        courier.run(kit)


def test_a_time_driven_ahead_stays_until_a_newer_root_and_no_longer(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    held.take(FEWER)
    held.publish_again(now=read_system_time() + timedelta(days=390))
    assert courier.run(kit).ok
    assert headquarters_word.read_clock(kit).floor > read_system_time() + timedelta(days=380)
    mended = read_system_time()
    held.take(PEOPLE)
    held.publish_again(now=mended)
    with pytest.raises(ExpiredError):
        courier.run(kit)
    held.change(ProposedChanges(renew=(Role.ROOT,)), "root-1", "root-2", now=mended)
    assert courier.run(kit).ok
    assert names(kit) == PEOPLE
    assert headquarters_word.read_clock(kit).floor <= read_system_time()


def test_a_clock_in_1970_gets_no_older_time_from_a_newer_root(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    shutil.copytree(held.mirror, held.folder / "frozen")
    later = read_system_time() + timedelta(days=60)
    held.change(ProposedChanges(renew=(Role.ROOT,)), "root-1", "root-2", now=later)
    shutil.copy(held.mirror / "metadata/2.root.json", held.folder / "frozen/metadata")
    asleep = Clock(headquarters_word.read_clock(kit).floor, lambda: Clock().floor.replace(year=1970))
    held.take(FEWER)
    held.publish_again(now=later)
    assert courier.run(kit, clock=asleep).ok
    with pytest.raises((ExpiredError, RollbackError)):
        courier.run(
            kit, source=str(held.folder / "frozen"), clock=Clock(headquarters_word.read_clock(kit).floor, asleep.read)
        )


def test_an_expired_root_stops_updates_and_nothing_else(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    later = read_system_time() + timedelta(days=5 * 365 + 30)
    held.take(FEWER)
    held.publish_again(now=later)
    with pytest.raises(ExpiredError, match=r"root\.json is expired"):
        courier.run(kit, clock=Clock(read=lambda: later))
    assert names(kit) == PEOPLE
    held.change(ProposedChanges(renew=(Role.ROOT, Role.TARGETS)), "root-1", "root-2", "targets-1", now=later)
    assert courier.run(kit, clock=Clock(read=lambda: later)).ok
    assert names(kit) == FEWER


def test_a_stray_file_of_metadata_is_no_newer_root(held: Held, tmp_path: Path) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    facts = json.loads((held.mirror / "metadata/1.root.json").read_bytes())
    facts["signed"]["version"] = 2
    (held.mirror / "metadata/2.root.json").write_text(json.dumps(facts))
    with pytest.raises(SignatureError):
        courier.run(kit)
    assert isinstance(kit, KitHome)
