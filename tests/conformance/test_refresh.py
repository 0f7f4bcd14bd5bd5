"""What a client must refuse, and what it goes on trusting afterwards (TUF specification 1.0, section 5)."""

import json
import subprocess
import sys
from datetime import timedelta
from itertools import repeat
from pathlib import Path

import pytest

from data.clock import read_system_time
from tests.conformance.support.command_line import Client
from tests.conformance.support.repository import Repository, signed

TOP = ["root", "snapshot", "targets", "timestamp"]


def path_of(repository: Repository, role: str) -> str:
    """Where the next version of a role is asked for."""
    versions = {"snapshot": repository.snapshot.version, "targets": repository.roles["targets"].version}
    if role == "timestamp":
        return "metadata/timestamp.json"
    return f"metadata/{versions.get(role, len(repository.roots) + 1)}.{role}.json"


# ── the order of things ──────────────────────────────────────────────────────────────────────────────────


def test_first_refresh_asks_in_order_and_trusts_all(client: Client, repository: Repository) -> None:
    assert client.refresh() == ""
    assert repository.asked == [
        "metadata/2.root.json",
        "metadata/timestamp.json",
        "metadata/1.snapshot.json",
        "metadata/1.targets.json",
    ]
    assert client.trusted() == dict.fromkeys(TOP, 1)


def test_nothing_new_costs_a_root_and_a_timestamp(client: Client, repository: Repository) -> None:
    client.refresh()
    repository.asked.clear()
    assert client.refresh() == ""
    assert repository.asked == ["metadata/2.root.json", "metadata/timestamp.json"]


def test_metadata_is_kept_to_the_byte(client: Client, repository: Repository) -> None:
    client.refresh()
    for role, content in (("root", repository.roots[0]), ("snapshot", repository.answer("metadata/1.snapshot.json"))):
        assert (client.metadata / f"{role}.json").read_bytes() == content


def test_the_command_runs_as_a_process(repository: Repository, client: Client) -> None:
    arguments = ["--metadata-dir", client.metadata, "--metadata-url", f"{client.url}/metadata", "refresh"]
    command = [sys.executable, "-m", "tests.conformance.support.client", *map(str, arguments)]
    top = Path(__file__).resolve().parents[2]
    assert subprocess.run(command, cwd=top, capture_output=True, check=False).returncode == 0
    repository.timestamp.version -= 1
    done = subprocess.run(command, cwd=top, capture_output=True, check=False, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_unknown_fields_are_signed_and_passed_over(client: Client, repository: Repository) -> None:
    key = repository.root.keys[repository.root.roles["root"].keyids[0]]
    repository.root.unrecognized_fields["x-field"] = "value"
    key.unrecognized_fields["x-name"] = {"a": 1}
    repository.root.roles["root"].unrecognized_fields["x-more"] = [2]
    repository.publish_root()
    assert client.refresh() == ""
    assert client.version("root") == 2


# ── an initial root that is none ─────────────────────────────────────────────────────────────────────────


def test_a_first_root_that_is_none_asks_for_nothing(client: Client, repository: Repository) -> None:
    facts = json.loads(repository.roots[0])
    without_version = {**facts, "signed": {name: value for name, value in facts["signed"].items() if name != "version"}}
    unsigned = {**facts, "signatures": []}
    for content in (without_version, unsigned, {}, [], "root"):
        client.init(json.dumps(content).encode())
        assert client.refresh() in ("MalformedError", "SignatureError")
    assert repository.asked == []


# ── rolled back, mixed, swapped ──────────────────────────────────────────────────────────────────────────


def test_an_older_timestamp_is_refused(client: Client, repository: Repository) -> None:
    repository.publish()
    client.refresh()
    repository.timestamp.version -= 1
    assert client.refresh() == "RollbackError"
    assert client.version("timestamp") == 2


def test_another_timestamp_of_the_same_version_changes_nothing(client: Client, repository: Repository) -> None:
    client.refresh()
    repository.timestamp.snapshot_meta.version = 100
    assert client.refresh() == ""
    assert (
        json.loads((client.metadata / "timestamp.json").read_bytes())["signed"]["meta"]["snapshot.json"]["version"] == 1
    )


@pytest.mark.parametrize("hashes", [False, True])
def test_an_older_snapshot_is_refused(client: Client, repository: Repository, hashes: bool) -> None:
    repository.hashes_in_meta = hashes
    repository.publish()
    client.refresh()
    repository.snapshot.version = 1
    repository.timestamp.version += 1
    repository.refer()
    assert client.refresh() == "RollbackError"
    assert (client.version("timestamp"), client.version("snapshot")) == (2, 2)


@pytest.mark.parametrize("hashes", [False, True])
def test_older_targets_are_refused(client: Client, repository: Repository, hashes: bool) -> None:
    repository.hashes_in_meta = hashes
    repository.publish()
    client.refresh()
    repository.roles["targets"].version = 0
    repository.publish()
    assert client.refresh() == "RollbackError"
    assert client.version("targets") == 2


def test_a_role_that_vanishes_from_the_snapshot_is_refused(client: Client, repository: Repository) -> None:
    repository.delegate("lists", ["*"])
    repository.publish()
    client.refresh()
    del repository.roles["lists"]
    repository.publish()
    assert client.refresh() == "MismatchError"
    assert client.version("snapshot") == 2


def test_a_snapshot_of_another_version_than_the_timestamp_names_is_refused(
    client: Client, repository: Repository
) -> None:
    repository.timestamp.snapshot_meta.version = 2
    assert client.refresh() == "RollbackError"
    assert client.trusted() == {"root": 1, "timestamp": 1}


def test_targets_of_another_version_than_the_snapshot_names_are_refused(client: Client, repository: Repository) -> None:
    repository.snapshot.meta["targets.json"].version = 2
    assert client.refresh() == "RollbackError"
    assert client.version("targets") is None


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_a_file_of_another_hash_than_was_signed_is_refused(client: Client, repository: Repository, role: str) -> None:
    repository.hashes_in_meta = True
    repository.publish()
    content = repository.snapshot if role == "snapshot" else repository.roles["targets"]
    content.unrecognized_fields["x"] = "y"
    assert client.refresh() in ("MismatchError", "OversizeError")
    assert client.version(role) is None


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_role_in_place_of_another_is_refused(client: Client, repository: Repository, role: str) -> None:
    content = signed(
        repository.roles["targets"] if role != "targets" else repository.snapshot, repository.signers[role]
    )
    repository.instead[path_of(repository, role)] = lambda: content
    assert client.refresh() in ("MismatchError", "MalformedError")
    assert client.version(role) is None


# ── stale, frozen ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", TOP)
def test_what_has_expired_is_refused(client: Client, repository: Repository, role: str) -> None:
    content = {"root": repository.root, "timestamp": repository.timestamp, "snapshot": repository.snapshot}
    content.get(role, repository.roles["targets"]).expires = read_system_time().replace(microsecond=0) - timedelta(
        days=1
    )
    repository.publish_root()
    repository.publish()
    assert client.refresh() == "ExpiredError"


def test_an_expired_root_on_the_way_to_a_newer_one_is_no_hindrance(client: Client, repository: Repository) -> None:
    good = repository.root.expires
    repository.root.expires = read_system_time().replace(microsecond=0) - timedelta(days=1)
    repository.publish_root()
    repository.root.expires = good
    repository.publish_root()
    assert client.refresh() == ""


def test_a_frozen_repository_is_refused_when_its_time_is_over(client: Client) -> None:
    assert client.refresh(days=29) == ""
    assert client.refresh(days=31) == "ExpiredError"


def test_what_expired_here_still_guards_against_older_files(client: Client, repository: Repository) -> None:
    repository.publish()
    client.refresh()
    later = read_system_time().replace(microsecond=0) + timedelta(days=90)
    for content in (repository.root, repository.timestamp, repository.snapshot, repository.roles["targets"]):
        content.expires = later
    repository.publish_root()
    repository.timestamp.version = 1
    assert client.refresh(days=40) == "RollbackError"
    repository.publish()
    repository.publish()
    assert client.refresh(days=40) == ""


@pytest.mark.parametrize("days", [400, -18_000])
def test_a_wrong_clock_loses_nothing(client: Client, repository: Repository, days: int) -> None:
    assert client.refresh() == ""
    assert client.refresh(days=days) == ("ExpiredError" if days > 0 else "")
    repository.publish()
    assert client.refresh() == ""
    assert client.trusted() == {"root": 1, "snapshot": 2, "targets": 2, "timestamp": 2}


# ── malformed, endless, absent ───────────────────────────────────────────────────────────────────────────

GARBAGE = {"nothing": b"", "an empty object": b"{}", "a deep nest": b"[" * 9000, "no text": b"\xff\xfe\x00"}


@pytest.mark.parametrize("role", TOP)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_what_cannot_be_read_is_refused(client: Client, repository: Repository, role: str, garbage: str) -> None:
    client.refresh()
    repository.publish()
    repository.instead[path_of(repository, role)] = lambda: GARBAGE[garbage]
    assert client.refresh() == "MalformedError"
    assert client.version(role) == 1


@pytest.mark.parametrize("role", TOP)
def test_bytes_without_end_are_refused(client: Client, repository: Repository, role: str) -> None:
    client.refresh()
    repository.publish()
    repository.instead[path_of(repository, role)] = lambda: repeat(b" " * 65_536)
    assert client.refresh() == "OversizeError"
    assert client.version(role) == 1


@pytest.mark.parametrize("status", [404, 403, 500, 503])
@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_what_does_not_come_is_a_bad_line(client: Client, repository: Repository, role: str, status: int) -> None:
    client.refresh()
    repository.publish()
    repository.instead[path_of(repository, role)] = lambda: status
    assert client.refresh() == "LinkError"
    assert client.version(role) == 1


def test_a_server_error_is_not_the_end_of_the_roots(client: Client, repository: Repository) -> None:
    repository.instead["metadata/2.root.json"] = lambda: 500
    assert client.refresh() == "LinkError"
    assert client.version("timestamp") is None


def test_a_refusal_leaves_a_client_that_goes_on(client: Client, repository: Repository) -> None:
    client.refresh()
    repository.publish()
    for role in TOP:
        repository.instead[path_of(repository, role)] = lambda: b"{}"
    assert client.refresh() == "MalformedError"
    repository.instead.clear()
    assert client.refresh() == ""
    assert client.trusted() == {"root": 1, "snapshot": 2, "targets": 2, "timestamp": 2}
