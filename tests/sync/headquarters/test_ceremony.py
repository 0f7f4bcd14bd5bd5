"""Ceremonies: who must sign what, in which order, and what happens to a request that is not what it should be."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tuf.api.metadata import Metadata, Root, Targets

from data.clock import read_system_time
from data.errors import Damaged, InputError, NoHome, TrustError, WrongPassphrase
from sync.headquarters.ceremonies import offline_key
from sync.headquarters.ceremonies.ceremony import accept_request
from sync.headquarters.ceremonies.founding import OFFLINE_KEY_NAMES, Medium, make_headquarters
from sync.headquarters.ceremonies.offline_key import Role
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.ceremonies.request_words import describe_request
from sync.headquarters.ceremonies.signing import count_signatures, must_be_ours, sign_request
from sync.headquarters.ceremonies.signing_request import SigningRequest, read_request, write_request
from sync.headquarters.store import metadata_in_force
from sync.kit.courier import run
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment, sync
from tests.sync.support.ceremony import Held, words_of

RENEW = ProposedChanges(renew=(Role.ROOT,))


def root_of(deployment: Deployment) -> Root:
    with deployment.hq.store.transaction() as connection:
        return metadata_in_force.read_root(connection).signed


# ── keys on their media ──────────────────────────────────────────────────────────────────────────────────


def test_each_offline_key_lies_on_its_own_medium_and_nowhere_else(held: Held) -> None:
    for name in OFFLINE_KEY_NAMES:
        (file,) = offline_key.find_key_files(held.medium(name))
        assert (file.about.name, file.holder) == (name, f"Holder of {name}")
        assert file.path.stat().st_mode & 0o777 == 0o600
        seed = file.open(words_of(name)).private.private_bytes_raw()
        for path in held.folder.rglob("*"):
            assert not path.is_file() or (
                seed not in path.read_bytes() and seed.hex().encode() not in path.read_bytes()
            )
    assert not held.hq.offline.exists()


def test_a_key_opens_by_its_own_passphrase_alone(held: Held) -> None:
    (file,) = offline_key.find_key_files(held.medium("root-1"))
    for passphrase in (words_of("root-2"), PASSPHRASE, ""):
        with pytest.raises(WrongPassphrase, match=r"root-1\.waypost-key"):
            file.open(passphrase)


@pytest.mark.parametrize("change", [{"name": "root-2"}, {"role": "targets"}, {"public": "ab" * 32}])
def test_a_key_file_that_was_changed_does_not_pass_for_another(held: Held, change: dict[str, str]) -> None:
    path = held.medium("root-1") / "root-1.waypost-key"
    path.write_bytes(json.dumps({**json.loads(path.read_bytes()), **change}).encode())
    (file,) = offline_key.find_key_files(held.medium("root-1"))
    with pytest.raises(WrongPassphrase):
        file.open(words_of("root-1"))


@given(content=st.binary(max_size=300) | st.dictionaries(st.text(max_size=9), st.text(max_size=9)).map(
    lambda facts: json.dumps({"format": 1, **facts}).encode()))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_is_no_key_and_no_request(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.waypost-key"
    path.write_bytes(content)
    with pytest.raises(Damaged):
        offline_key.find_key_files(tmp_path)
    with pytest.raises(InputError):
        offline_key.read_public(path)
    with pytest.raises(InputError):
        read_request(path)


def test_a_medium_that_is_not_there_or_empty_says_so(held: Held, tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(NoHome, match="no key"):
            offline_key.find_key_files(folder)


def test_a_key_is_never_written_over(held: Held) -> None:
    with pytest.raises(InputError, match="already"):
        held.new_key("root-1")
    held.key("root-1")


def test_a_public_half_proves_that_somebody_has_the_other(held: Held) -> None:
    held.new_key("root-4")
    path = held.medium("root-4") / "root-4.public"
    facts = json.loads(path.read_bytes())
    for change in ({"name": "root-5"}, {"role": "targets"}, {"public": held.key("root-1").about.public}):
        path.write_bytes(json.dumps({**facts, **change}).encode())
        with pytest.raises(InputError, match="no public half"):
            offline_key.read_public(path)


def test_two_keys_do_not_share_a_medium(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one medium"):
        make_headquarters(tmp_path / "hq", PASSPHRASE, [Medium(tmp_path, "x")] * 4)
    with pytest.raises(InputError, match="not there"):
        make_headquarters(tmp_path / "hq", PASSPHRASE, [Medium(tmp_path / name, "x") for name in OFFLINE_KEY_NAMES])
    assert not (tmp_path / "hq").exists()


# ── who must sign ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("two", [("root-1", "root-2"), ("root-3", "root-1")])
def test_two_of_three_renew_the_root_one_after_the_other(held: Held, two: tuple[str, str]) -> None:
    request = held.carry(held.propose(RENEW), two[:1])
    assert [(signatures.judge, signatures.enough) for signatures in count_signatures(request)] == [
        ("the root in force", False),
        ("the new root", False),
    ]
    with pytest.raises(InputError, match="1 of 2 signatures"):
        accept_request(held.hq, request)
    assert root_of(held).version == 1
    accept_request(held.hq, held.carry(request, two[1:]))
    assert root_of(held).version == 2


def test_one_holder_does_not_count_twice(held: Held) -> None:
    request = held.carry(held.propose(RENEW), ["root-1"])
    with pytest.raises(InputError, match="signed this request already"):
        held.carry(request, ["root-1"])
    twice = json.loads(request.new_root or b"")
    twice["signatures"].append(twice["signatures"][0])
    with pytest.raises(InputError):
        path = held.folder / "twice"
        write_request(replace(request, new_root=json.dumps(twice).encode()), path)
        accept_request(held.hq, read_request(path))


def test_a_key_that_is_not_asked_signs_nothing(held: Held) -> None:
    with pytest.raises(InputError, match="Nothing in this request asks for targets-1"):
        held.carry(held.propose(RENEW), ["targets-1"])
    with pytest.raises(InputError, match="Nothing in this request asks for root-1"):
        held.carry(held.propose(ProposedChanges(renew=(Role.TARGETS,))), ["root-1"])


def test_the_home_works_on_without_any_offline_key(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    assert sync(kit)["un"].after == 1


def test_a_holder_signs_for_no_other_headquarters(held: Held) -> None:
    other = Held(held.folder / "other")
    try:
        with pytest.raises(TrustError, match="another headquarters"):
            must_be_ours(other.propose(RENEW), held.medium("root-1"))
    finally:
        other.close()


def test_a_holder_who_was_away_for_ten_roots_follows_the_chain(held: Held) -> None:
    for _ in range(10):
        held.change(RENEW, "root-1", "root-2")
    held.change(RENEW, "root-2", "root-3")
    assert root_of(held).version == 12
    assert (held.medium("root-3") / "root.json").read_bytes() == (held.hq.public / "metadata/11.root.json").read_bytes()


def test_a_forged_chain_gets_no_signature(held: Held) -> None:
    held.change(RENEW, "root-1", "root-2")
    request = held.propose(RENEW)
    forged = Metadata[Root].from_bytes(request.roots[1])
    forged.signed.expires += timedelta(days=1)
    forged.sign(held.key("root-1").signer)
    with pytest.raises(InputError, match="not signed by enough keys"):
        carried(held, replace(request, roots=(request.roots[0], forged.to_bytes())))


# ── what a request may ask ───────────────────────────────────────────────────────────────────────────────


def carried(held: Held, request: SigningRequest) -> SigningRequest:
    path = held.folder / "carried.request"
    write_request(request, path)
    return read_request(path)


def spoiled_root(request: SigningRequest, **changes: object) -> bytes:
    facts = json.loads(request.new_root or b"")
    facts["signed"].update(changes)
    return json.dumps(facts).encode()


def test_a_request_cannot_change_more_than_its_words_say(held: Held) -> None:
    request = held.propose(RENEW)
    far = (read_system_time() + timedelta(days=4000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for change in ({"expires": far}, {"version": 3}, {"consistent_snapshot": False}, {"x-more": 1}):
        with pytest.raises(InputError, match="signing request"):
            carried(held, replace(request, new_root=spoiled_root(request, **change)))


def test_targets_cannot_hand_the_policy_to_an_online_key(held: Held) -> None:
    request = held.propose(ProposedChanges(renew=(Role.TARGETS,)))
    targets = Metadata[Targets].from_bytes(request.new_targets or b"")
    assert targets.signed.delegations and targets.signed.delegations.roles
    targets.signed.delegations.roles["lists"].paths = ["*", "*/*"]
    with pytest.raises(InputError, match="more than keys"):
        carried(held, replace(request, new_targets=targets.to_bytes()))


def test_a_policy_that_the_targets_do_not_name_is_refused(held: Held) -> None:
    request = held.propose(ProposedChanges(renew=(Role.TARGETS,)))
    with pytest.raises(InputError):
        carried(held, replace(request, new_policy=(request.new_policy or b"").replace(b"168", b"999")))


def test_a_request_is_accepted_once_and_not_after_another(held: Held) -> None:
    first = held.carry(held.propose(RENEW), ["root-1", "root-2"])
    second = held.carry(held.propose(RENEW), ["root-2", "root-3"])
    accept_request(held.hq, first)
    for request in (first, second):
        with pytest.raises(InputError, match="not made from what is in force"):
            accept_request(held.hq, request)
    assert root_of(held).version == 2


def test_a_request_of_another_headquarters_is_not_accepted(held: Held) -> None:
    other = Held(held.folder / "other")
    try:
        with pytest.raises(InputError, match="not made from what is in force"):
            accept_request(held.hq, other.carry(other.propose(RENEW), ["root-1", "root-2"]))
    finally:
        other.close()


def test_a_signature_is_void_once_the_request_was_changed(held: Held) -> None:
    request = held.carry(held.propose(RENEW), ["root-1", "root-2"])
    root = Metadata[Root].from_bytes(request.new_root or b"")
    root.signed.expires -= timedelta(days=1)
    changed = carried(held, replace(request, new_root=root.to_bytes()))
    with pytest.raises(InputError, match="0 of 2"):
        accept_request(held.hq, changed)


def test_a_request_is_bounded(held: Held) -> None:
    path = held.folder / "bomb"
    for content in (b" " * (5 << 20), b"[" * 100_000, base64.b64encode(bytes(1000))):
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_request(path)


def test_three_root_keys_are_the_least(held: Held) -> None:
    with pytest.raises(InputError, match="Fewer than 3"):
        held.propose(ProposedChanges(remove=("root-1",)))
    with pytest.raises(InputError, match="No targets key"):
        held.propose(ProposedChanges(remove=("targets-1",)))
    with pytest.raises(InputError, match="No offline key"):
        held.propose(ProposedChanges(remove=("root-9",)))
    with pytest.raises(InputError, match="Nothing would change"):
        held.propose(ProposedChanges())
    with pytest.raises(InputError, match="in force already"):
        held.propose(ProposedChanges(add=(held.key("root-2").about,)))


def test_the_words_name_every_key_that_comes_and_goes(held: Held) -> None:
    request = held.propose(
        ProposedChanges(add=(held.new_key("root-4"),), remove=("root-2",), new=("snapshot", "lists", "kits"))
    )
    words = "\n".join(describe_request(carried(held, replace(request, says="All is well"))))
    for expected in (
        "root: version 1 → 2",
        "root: key root-4 (",
        "is added",
        "root: key root-2 (",
        "is removed",
        "snapshot: key ",
        "lists: key ",
        "policy: envelopes are signed by the key",
        "Headquarters says (not verified): All is well",
    ):
        assert expected in words


def test_signing_says_what_it_signed(held: Held) -> None:
    request = held.propose(ProposedChanges(new=("snapshot", "lists")))
    assert sign_request(request, held.key("root-1"))[1] == ("root",)
    assert sign_request(request, held.key("targets-1"))[1] == ("targets",)


def test_a_kit_takes_what_was_accepted(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    held.change(RENEW, "root-1", "root-3")
    assert run(kit).ok
    assert Metadata[Root].from_file(str(kit.path / "trust/root.json")).signed.version == 2
