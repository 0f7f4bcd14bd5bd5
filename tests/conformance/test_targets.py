"""Targets and delegated roles: what is vouched for is downloaded, once, and nothing else ever is."""

from itertools import repeat

import pytest
from tuf.api.metadata import TargetFile

from tests.conformance.support.command_line import Client
from tests.conformance.support.repository import Repository


def test_a_target_is_downloaded_once(client: Client, repository: Repository) -> None:
    repository.add_target("folder/file.txt", b"content")
    repository.publish()
    assert client.download("folder/file.txt") == ""
    assert list(client.artifacts().values()) == [b"content"]
    repository.asked.clear()
    assert client.download("folder/file.txt") == ""
    assert not any(path.startswith("targets/") for path in repository.asked)


def test_a_target_that_changed_is_downloaded_again_under_its_name(client: Client, repository: Repository) -> None:
    for content in (b"old", b"new"):
        repository.add_target("file.txt", content)
        repository.publish()
        assert client.download("file.txt") == ""
    assert list(client.artifacts().values()) == [b"new"]


def test_a_target_that_did_not_change_is_not_written_again(client: Client, repository: Repository) -> None:
    for name in ("first.txt", "second.txt"):
        repository.add_target(name, name.encode())
    repository.publish()
    assert client.download("first.txt", "second.txt") == ""
    (client.targets / "first.txt").chmod(0o400)
    times = {path.name: path.stat().st_mtime_ns for path in client.targets.iterdir()}
    assert client.download("second.txt", "first.txt") == ""
    assert {path.name: path.stat().st_mtime_ns for path in client.targets.iterdir()} == times


def test_every_target_that_is_named_counts(client: Client, repository: Repository) -> None:
    for name in ("first.txt", "second.txt"):
        repository.add_target(name, name.encode())
    repository.publish()
    assert client.download("first.txt", "unsigned.txt", "second.txt") == "unsigned.txt"
    assert client.artifacts() == {"first.txt": b"first.txt", "second.txt": b"second.txt"}
    assert client.download() == "download"


def test_what_nobody_vouches_for_is_not_downloaded(client: Client, repository: Repository) -> None:
    repository.content["file.txt"] = b"content"
    assert client.download("file.txt") == "file.txt"
    assert client.artifacts() == {}
    assert client.version("targets") == 1  # what could be verified was


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"kontent", "MismatchError"),
        (b"short", "MismatchError"),
        (b"far too much", "OversizeError"),
        (b"", "MismatchError"),
    ],
)
def test_another_content_than_was_signed_is_refused(
    client: Client, repository: Repository, content: bytes, error: str
) -> None:
    repository.add_target("file.txt", b"content")
    repository.publish()
    (path,) = repository.content
    repository.content[path] = content
    assert client.download("file.txt") == error
    assert client.artifacts() == {}


def test_a_target_without_end_is_refused(client: Client, repository: Repository) -> None:
    repository.add_target("file.txt", b"content")
    repository.publish()
    (path,) = repository.content
    repository.instead[f"targets/{path}"] = lambda: repeat(b"x" * 65_536)
    assert client.download("file.txt") == "OversizeError"
    assert client.artifacts() == {}


def test_a_target_that_is_signed_larger_than_may_be_is_not_fetched(client: Client, repository: Repository) -> None:
    repository.roles["targets"].targets["file.txt"] = TargetFile(1 << 40, {"sha256": "ab" * 32}, "file.txt")
    repository.publish()
    assert client.download("file.txt") == "OversizeError"
    assert not any(path.startswith("targets/") for path in repository.asked)


def test_a_path_that_leads_elsewhere_is_never_asked_for(client: Client, repository: Repository) -> None:
    for name in ("../secret", "a/../../secret", "//host/x"):
        repository.roles["targets"].targets[name] = TargetFile(7, {"sha256": "ab" * 32}, name)
        repository.publish()
        assert client.download(name) != ""
    assert not any("secret" in path for path in repository.asked)


# ── delegated roles ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def delegated(repository: Repository) -> Repository:
    """`lists` vouches for lists/…, as headquarters has it."""
    repository.delegate("lists", ["lists/*/manifest.json"], terminating=True)
    repository.add_target("lists/un/manifest.json", b"manifest", "lists")
    repository.publish("targets", "lists")
    return repository


def test_a_delegated_role_vouches_for_its_paths(client: Client, delegated: Repository) -> None:
    assert client.download("lists/un/manifest.json") == ""
    assert client.version("lists") == 2


def test_a_delegated_role_vouches_for_nothing_else(client: Client, delegated: Repository) -> None:
    for name in ("policy.json", "lists/un/other.json", "lists/manifest.json"):
        delegated.add_target(name, b"a lie", "lists")
    delegated.publish("lists")
    for name in ("policy.json", "lists/un/other.json", "lists/manifest.json"):
        assert client.download(name) == name
    assert client.artifacts() == {}


def test_the_delegating_role_comes_first(client: Client, delegated: Repository) -> None:
    delegated.add_target("lists/un/manifest.json", b"from the offline role")
    delegated.publish()
    assert client.download("lists/un/manifest.json") == ""
    assert list(client.artifacts().values()) == [b"from the offline role"]


@pytest.mark.parametrize("attack", ["another key", "no key", "older", "missing", "expired"])
def test_a_delegated_role_is_verified_like_any_other(client: Client, delegated: Repository, attack: str) -> None:
    client.download("lists/un/manifest.json")
    delegated.add_target("lists/un/manifest.json", b"forged", "lists")
    expected = "SignatureError"
    match attack:
        case "another key":
            delegated.publish("lists")
            delegated.signers["lists"] = delegated.signers["snapshot"]
        case "no key":
            delegated.publish("lists")
            delegated.signers["lists"] = []
        case "older":
            delegated.roles["lists"].version = 0
            delegated.publish("lists")
            expected = "RollbackError"
        case "missing":
            delegated.publish("lists")
            delegated.instead[f"metadata/{delegated.roles['lists'].version}.lists.json"] = lambda: 404
            expected = "LinkError"
        case "expired":
            delegated.roles["lists"].expires = delegated.roles["lists"].expires.replace(year=2020)
            delegated.publish("lists")
            expected = "ExpiredError"
    assert client.download("lists/un/manifest.json") == expected
    assert list(client.artifacts().values()) == [b"manifest"]


def test_the_key_of_a_delegated_role_turns(client: Client, delegated: Repository) -> None:
    client.download("lists/un/manifest.json")
    old = delegated.signers["lists"]
    delegated.delegate("lists", ["lists/*/manifest.json"], terminating=True)
    delegated.roles["lists"].version = 5
    delegated.add_target("lists/un/manifest.json", b"new", "lists")
    delegated.publish("targets", "lists")
    assert client.download("lists/un/manifest.json") == ""
    delegated.signers["lists"] = old
    delegated.publish("lists")
    assert client.download("lists/un/manifest.json") == "SignatureError"


def test_roles_that_delegate_to_each_other_come_to_an_end(client: Client, repository: Repository) -> None:
    repository.delegate("a", ["*"])
    repository.delegate("b", ["*"], by="a")
    delegations = repository.roles["targets"].delegations
    assert delegations is not None and delegations.roles is not None
    repository.roles["b"].delegations = delegations
    repository.publish("targets", "a", "b")
    assert client.download("file.txt") == "file.txt"


def test_a_terminating_role_has_the_last_word(client: Client, repository: Repository) -> None:
    repository.delegate("first", ["*"], terminating=True)
    repository.delegate("second", ["*"])
    repository.add_target("file.txt", b"of the second", "second")
    repository.publish("targets", "first", "second")
    assert client.download("file.txt") == "file.txt"
    assert not any(path.endswith("second.json") for path in repository.asked)
