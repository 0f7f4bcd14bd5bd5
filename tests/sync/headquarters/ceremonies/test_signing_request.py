"""A request changes no more than its words say, and is bounded."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tuf.api.metadata import Metadata, Root, Targets

from data.clock import read_system_time
from data.errors import InputError
from sync.headquarters.ceremonies.offline_key import Role
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.ceremonies.signing_request import SigningRequest, read_request
from tests.sync.support.ceremony import Held, carried

RENEW = ProposedChanges(renew=(Role.ROOT,))


def test_a_forged_chain_gets_no_signature(held: Held) -> None:
    held.change(RENEW, "root-1", "root-2")
    request = held.propose(RENEW)
    forged = Metadata[Root].from_bytes(request.roots[1])
    forged.signed.expires += timedelta(days=1)
    forged.sign(held.key("root-1").signer)
    with pytest.raises(InputError, match="not signed by enough keys"):
        carried(held, replace(request, roots=(request.roots[0], forged.to_bytes())))


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


def test_a_request_is_bounded(held: Held) -> None:
    path = held.folder / "bomb"
    for content in (b" " * (5 << 20), b"[" * 100_000, base64.b64encode(bytes(1000))):
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_request(path)
