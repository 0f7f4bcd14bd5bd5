"""The policy changes by the offline role alone: ages, bounds, baselines, approvals; kits obey the newest."""

import json
from dataclasses import fields

import pytest
from tuf.api.metadata import Metadata, MetaFile, Snapshot, Timestamp

from data.errors import InputError, SignatureError
from data.policy import VAULT_POLICY, Approval, Bounds, Policy, read_age_policy
from sync.headquarters.ceremonies.ceremony import sign_on_medium
from sync.headquarters.ceremonies.policy_changes import (
    PolicyChange,
    add_approval,
    change_policy,
    read_policy_in_force,
    set_baseline,
)
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.ceremonies.request_words import describe_request
from sync.headquarters.publishing.publisher import publish
from sync.headquarters.store import metadata_in_force
from sync.kit import courier
from tests.support.deployment import PEOPLE, sync
from tests.sync.support.ceremony import Held, words_of

FEWER = {record: name for record, name in PEOPLE.items() if record < "XXi.010"}


def policy(held: Held) -> Policy:
    return read_policy_in_force(held.hq)[1]


def set_policy(held: Held, wanted: Policy) -> None:
    held.change(ProposedChanges(policy=wanted), "targets-1")


def test_kits_obey_the_policy_that_was_signed_last(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    version = read_policy_in_force(held.hq)[0]
    set_policy(held, change_policy(policy(held), "un", PolicyChange(old_after_h=2, expired_after_h=3)))
    assert read_policy_in_force(held.hq)[0] == version + 1
    assert read_age_policy(kit, "un").old_after_h == 48
    assert courier.run(kit).ok
    ages = read_age_policy(kit, "un"), read_age_policy(kit, "other")
    assert [(entry.old_after_h, entry.expired_after_h) for entry in ages] == [(2, 3), (48, 168)]


def test_bounds_and_a_baseline_reach_the_kit(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    change = PolicyChange(adds=100, removes=5, removes_total=20)
    set_policy(held, set_baseline(held.hq, change_policy(policy(held), "un", change), "un"))
    sync(kit)
    entry = json.loads(kit.vault.get(VAULT_POLICY) or b"")["lists"]["un"]
    baseline = entry["bounds"].pop("baseline")
    assert entry["bounds"] == {"adds": 100, "removes": 5, "removes_total": 20}
    assert (baseline["version"], baseline["rows"]) == (1, len(PEOPLE))
    edition = kit.lists.open("un").edition()
    assert edition is not None and int(baseline["digest"], 16) == edition.digest


def test_a_bound_is_taken_back_with_a_negative_count(held: Held) -> None:
    held.publish(PEOPLE)
    bounded = change_policy(policy(held), "un", PolicyChange(adds=100, removes=5))
    assert change_policy(bounded, "un", PolicyChange(adds=-1)).of("un").bounds == Bounds(removes=5)


def test_a_policy_that_cannot_be_is_not_proposed(held: Held) -> None:
    for change in (PolicyChange(old_after_h=200), PolicyChange(expired_after_h=-1), PolicyChange(adds=1 << 40)):
        with pytest.raises(InputError, match="policy is not allowed"):
            change_policy(policy(held), "un", change)
    with pytest.raises(InputError, match="Nothing would change"):
        held.propose(ProposedChanges(policy=policy(held)))


def test_a_holder_reads_of_every_bound_that_changes(held: Held) -> None:
    """What the description leaves out would be signed unseen."""
    changes = {"adds": 9, "removes": 8, "adds_total": 7, "removes_total": 6, "max_fall": 0.5}
    assert changes.keys() | {"baseline", "approvals"} == {field.name for field in fields(Bounds)}
    for name, value in changes.items():
        wanted = change_policy(policy(held), "un", PolicyChange(**{name: value}))
        lines = describe_request(held.propose(ProposedChanges(policy=wanted)))
        assert any(f"at most {value} (was not set)" in line for line in lines), name


def test_an_approval_names_the_version_and_says_what_it_is(held: Held) -> None:
    held.publish(PEOPLE)
    set_policy(held, change_policy(policy(held), "un", PolicyChange(max_fall=1.0)))
    held.publish(FEWER, accept_incomplete="a test")
    approved, words = add_approval(held.hq, policy(held), "un", 2)
    assert words.startswith("un version 2 has 10 rows; compared with version 1, 0 were added and 30 removed")
    request = held.propose(ProposedChanges(policy=approved))
    assert any("version 2 (digest" in line and "exceed the bounds" in line for line in describe_request(request))
    set_policy(held, approved)
    kit = held.kit()
    sync(kit)
    edition = kit.lists.open("un").edition()
    assert edition is not None
    assert policy(held).of("un").bounds.approvals == (Approval(2, edition.digest),)
    for name, number in (("un", 3), ("none", 1)):
        with pytest.raises(InputError):
            add_approval(held.hq, policy(held), name, number)


def test_what_a_publication_refused_is_approved_by_the_name_of_its_list(held: Held) -> None:
    held.publish(PEOPLE)
    with pytest.raises(InputError, match="No version of un is waiting"):
        add_approval(held.hq, policy(held), "un")
    set_policy(held, change_policy(policy(held), "un", PolicyChange(removes=5)))
    held.take(FEWER, accept_incomplete="a test")
    (refused,) = publish(held.hq).refused
    approved, words = add_approval(held.hq, policy(held), "un")
    assert approved.of("un").bounds.approvals == (Approval(2, refused.digest),)
    assert words.startswith(
        "un version 2, which is not published yet, has 10 rows; compared with version 1, 0 were added and 30 removed"
    )
    assert add_approval(held.hq, policy(held), "un", 2, f"{refused.digest:064x}")[0] == approved
    for number, digest in ((3, ""), (2, "no digest"), (2, "ab12"), (1, "ab12"), (2, "-1")):
        with pytest.raises(InputError):
            add_approval(held.hq, policy(held), "un", number, digest)
    set_policy(held, approved)
    assert publish(held.hq).ok
    with pytest.raises(InputError, match="No version of un is waiting"):
        add_approval(held.hq, policy(held), "un")


def test_old_approvals_leave_with_a_new_baseline(held: Held) -> None:
    held.publish(PEOPLE)
    set_policy(held, add_approval(held.hq, policy(held), "un", 1)[0])
    set_policy(held, set_baseline(held.hq, policy(held), "un"))
    assert policy(held).of("un").bounds.approvals == ()


def test_a_policy_that_only_an_online_key_signed_is_refused(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    sync(kit)
    request = held.propose(ProposedChanges(policy=change_policy(policy(held), "un", PolicyChange(adds=9))))
    targets = request.proposed_targets
    assert targets is not None
    with held.hq.store.transaction() as connection:
        key_ids = metadata_in_force.read_root(connection).signed.roles["snapshot"].keyids
    targets.sign(held.hq.keyring.signer(key_ids))
    (held.mirror / "metadata/2.targets.json").write_bytes(targets.to_bytes())
    forge_snapshot(held, key_ids)
    with pytest.raises(SignatureError) as refused:
        courier.run(kit)
    assert "targets" in str(refused.value.__cause__)


def forge_snapshot(held: Held, key_ids: list[str]) -> None:
    """With the online keys anybody can point at other targets; nobody can sign them."""
    folder = held.mirror / "metadata"
    newest = max(folder.glob("*.snapshot.json"), key=lambda path: int(path.name.split(".")[0]))
    snapshot = Metadata[Snapshot].from_file(str(newest))
    snapshot.signed.version += 1
    snapshot.signed.meta["targets.json"] = MetaFile(2)
    snapshot.sign(held.hq.keyring.signer(key_ids))
    snapshot.to_file(str(folder / f"{snapshot.signed.version}.snapshot.json"))
    timestamp = Metadata[Timestamp].from_file(str(folder / "timestamp.json"))
    timestamp.signed.version += 1
    timestamp.signed.snapshot_meta = MetaFile(snapshot.signed.version)
    with held.hq.store.transaction() as connection:
        roles = metadata_in_force.read_root(connection).signed.roles
    timestamp.sign(held.hq.keyring.signer(roles["timestamp"].keyids))
    timestamp.to_file(str(folder / "timestamp.json"))


def test_the_medium_keeps_a_protocol_of_what_it_signed(held: Held) -> None:
    request = held.propose(ProposedChanges(policy=change_policy(policy(held), "un", PolicyChange(adds=9))))
    medium = held.medium("targets-1")
    _, lines = sign_on_medium(request, medium, lambda file: words_of(file.about.name), request.made_at)
    assert lines == ["targets-1 signed: targets"]
    protocol = (medium / "ceremonies.txt").read_text()
    assert "A headquarters was set up" in protocol
    assert "policy, un: rows that one version may add: at most 9 (was not set)" in protocol
    assert words_of("targets-1") not in protocol


def test_an_approval_of_an_empty_list_and_an_entry_of_its_own_are_said_in_words(held: Held) -> None:
    held.publish(PEOPLE)
    held.take({}, accept_incomplete="a test")
    held.publish_again()
    approved, _words = add_approval(held.hq, policy(held), "un", 2)
    lines = describe_request(held.propose(ProposedChanges(policy=approved)))
    assert any("version 2 (an empty list) may exceed the bounds" in line for line in lines)
    assert any("has ages and bounds of its own from now on" in line for line in lines)
    assert not any("digest 0" in line for line in lines)
