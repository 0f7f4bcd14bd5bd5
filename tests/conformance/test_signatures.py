"""Who must sign what, and what happens when keys change (TUF specification 1.0, sections 4.1, 5.3 and 6)."""

import json

import pytest
from securesystemslib.signer import CryptoSigner

from tests.conformance.support.command_line import Client
from tests.conformance.support.repository import Repository, signed

# ── wrongly signed ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_role_that_another_key_signed_is_refused(client: Client, repository: Repository, role: str) -> None:
    client.refresh()
    repository.publish()
    repository.signers[role] = [CryptoSigner.generate_ed25519()]
    assert client.refresh() == "SignatureError"
    assert client.version(role) == 1


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_role_that_nobody_signed_is_refused(client: Client, repository: Repository, role: str) -> None:
    client.refresh()
    repository.publish()
    repository.signers[role] = []
    assert client.refresh() == "SignatureError"
    assert client.version(role) == 1


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_role_with_too_few_signatures_is_refused(client: Client, repository: Repository, role: str) -> None:
    repository.add_key(role)
    repository.root.roles[role].threshold = 3
    repository.publish_root()
    assert client.refresh() == "SignatureError"
    assert (client.version("root"), client.version(role)) == (2, None)
    repository.add_key(role)
    repository.publish_root()
    repository.publish()
    assert client.refresh() == ""


def test_one_key_under_many_ids_counts_once(client: Client, repository: Repository) -> None:
    signer = repository.signers["timestamp"][0]
    key = signer.public_key
    for number in range(5):
        other = type(key)(f"{number:064x}", key.keytype, key.scheme, key.keyval)
        repository.root.add_key(other, "timestamp")
        repository.signers["timestamp"].append(CryptoSigner(signer._private_key, other))
    repository.root.roles["timestamp"].threshold = 3
    repository.publish_root()
    assert client.refresh() == "SignatureError"
    assert client.version("timestamp") is None


def test_one_key_of_a_delegated_role_under_many_ids_counts_once(client: Client, repository: Repository) -> None:
    signer = repository.delegate("lists", ["*"])
    delegations = repository.roles["targets"].delegations
    assert delegations is not None and delegations.roles is not None
    key = signer.public_key
    other = type(key)("ab" * 32, key.keytype, key.scheme, key.keyval)
    delegations.keys[other.keyid] = other
    delegations.roles["lists"].keyids.append(other.keyid)
    delegations.roles["lists"].threshold = 2
    repository.signers["lists"].append(CryptoSigner(signer._private_key, other))
    repository.publish("targets", "lists")
    assert client.download("anything") == "SignatureError"
    assert client.version("lists") is None


def test_one_signature_twice_counts_once(client: Client, repository: Repository) -> None:
    repository.add_key("timestamp")
    repository.root.roles["timestamp"].threshold = 2
    repository.publish_root()
    one = json.loads(signed(repository.timestamp, repository.signers["timestamp"][:1]))
    one["signatures"] *= 2
    repository.instead["metadata/timestamp.json"] = lambda: json.dumps(one).encode()
    assert client.refresh() in ("SignatureError", "MalformedError")
    assert client.version("timestamp") is None


@pytest.mark.parametrize("whose", ["nobody", "the old keys", "the new keys"])
def test_a_root_that_only_one_side_signed_is_refused(client: Client, repository: Repository, whose: str) -> None:
    old = list(repository.signers["root"])
    repository.rotate("root")
    repository.publish_root({"nobody": [], "the old keys": old, "the new keys": repository.signers["root"]}[whose])
    assert client.refresh() == "SignatureError"
    assert client.version("root") == 1


def test_a_root_of_another_version_than_its_name_is_refused(client: Client, repository: Repository) -> None:
    for version in (1, 3):
        repository.root.version = version
        content = signed(repository.root, repository.signers["root"])
        repository.instead["metadata/2.root.json"] = lambda content=content: content  # type: ignore[misc]
        assert client.refresh() == "RollbackError"
        assert client.version("root") == 1


# ── keys that change ─────────────────────────────────────────────────────────────────────────────────────


def test_a_long_chain_of_roots_is_walked(client: Client, repository: Repository) -> None:
    for _ in range(30):
        old = repository.signers["root"][:]
        repository.rotate("root")
        repository.publish_root([*old, *repository.signers["root"]])
    assert client.refresh() == ""
    assert client.version("root") == 31


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_key_turns(client: Client, repository: Repository, role: str) -> None:
    client.refresh()
    repository.rotate(role)
    repository.publish_root()
    repository.publish()
    assert client.refresh() == ""
    assert client.version(role) == 2


@pytest.mark.parametrize(
    ("role", "turned"),
    [("timestamp", ["timestamp"]), ("snapshot", ["snapshot", "timestamp"]), ("targets", ["snapshot", "timestamp"])],
)
def test_versions_driven_ahead_go_back_with_new_keys(
    client: Client, repository: Repository, role: str, turned: list[str]
) -> None:
    content = {"timestamp": repository.timestamp, "snapshot": repository.snapshot, **repository.roles}[role]
    content.version = 99_998
    repository.publish()
    client.refresh()
    assert client.version(role) == 99_999
    content.version = 1
    repository.timestamp.version += role != "timestamp"
    repository.snapshot.version += role == "targets"
    repository.refer()
    assert client.refresh() == "RollbackError"
    for name in turned:
        repository.rotate(name)
    repository.publish_root()
    assert client.refresh() == ""
    assert client.version(role) == 1
