"""Ceremonies: who must sign, in which order, and what is accepted."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tuf.api.metadata import Metadata, Root

from data.errors import InputError
from sync.headquarters.ceremonies.ceremony import accept_request
from sync.headquarters.ceremonies.offline_key import Role
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.ceremonies.signing import count_signatures
from sync.headquarters.ceremonies.signing_request import read_request, write_request
from sync.kit.courier import run
from tests.support.deployment import PEOPLE, sync
from tests.sync.support.ceremony import Held, carried, root_of

RENEW = ProposedChanges(renew=(Role.ROOT,))


@pytest.mark.parametrize("two", [("root-1", "root-2"), ("root-3", "root-1")])
def test_two_of_three_renew_the_root_one_after_the_other(held: Held, two: tuple[str, str]) -> None:
    request = held.carry(held.propose(RENEW), two[:1])
    assert [(signatures.judge, signatures.enough) for signatures in count_signatures(request)] == [
        ("the current root", False),
        ("the new root", False),
    ]
    with pytest.raises(InputError, match="1 of 2 signatures"):
        accept_request(held.hq, request)
    assert root_of(held).version == 1
    accept_request(held.hq, held.carry(request, two[1:]))
    assert root_of(held).version == 2


def test_one_holder_does_not_count_twice(held: Held) -> None:
    request = held.carry(held.propose(RENEW), ["root-1"])
    with pytest.raises(InputError, match="already signed this request"):
        held.carry(request, ["root-1"])
    twice = json.loads(request.new_root or b"")
    twice["signatures"].append(twice["signatures"][0])
    with pytest.raises(InputError):
        path = held.folder / "twice"
        write_request(replace(request, new_root=json.dumps(twice).encode()), path)
        accept_request(held.hq, read_request(path))


def test_the_home_works_on_without_any_offline_key(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    assert sync(kit)["un"].after == 1


def test_a_request_is_accepted_once_and_not_after_another(held: Held) -> None:
    first = held.carry(held.propose(RENEW), ["root-1", "root-2"])
    second = held.carry(held.propose(RENEW), ["root-2", "root-3"])
    accept_request(held.hq, first)
    for request in (first, second):
        with pytest.raises(InputError, match="not based on what is in force"):
            accept_request(held.hq, request)
    assert root_of(held).version == 2


def test_a_request_of_another_headquarters_is_not_accepted(held: Held) -> None:
    other = Held(held.folder / "other")
    try:
        with pytest.raises(InputError, match="not based on what is in force"):
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


def test_a_kit_takes_what_was_accepted(held: Held) -> None:
    held.publish(PEOPLE)
    kit = held.kit()
    held.change(RENEW, "root-1", "root-3")
    assert run(kit).ok
    assert Metadata[Root].from_file(str(kit.path / "trust/root.json")).signed.version == 2
