"""Who may sign what: only what a key is asked for, and only for its own headquarters."""

import pytest

from data.errors import InputError, TrustError
from sync.headquarters.ceremonies.offline_key import Role
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.ceremonies.signing import must_be_ours, sign_request
from tests.sync.support.ceremony import Held, root_of

RENEW = ProposedChanges(renew=(Role.ROOT,))


def test_a_key_that_is_not_asked_signs_nothing(held: Held) -> None:
    with pytest.raises(InputError, match="This request does not ask for targets-1"):
        held.carry(held.propose(RENEW), ["targets-1"])
    with pytest.raises(InputError, match="This request does not ask for root-1"):
        held.carry(held.propose(ProposedChanges(renew=(Role.TARGETS,))), ["root-1"])


def test_a_holder_signs_for_no_other_headquarters(held: Held) -> None:
    other = Held(held.folder / "other")
    try:
        with pytest.raises(TrustError, match="not the headquarters that is known here"):
            must_be_ours(other.propose(RENEW), held.medium("root-1"))
    finally:
        other.close()


def test_a_holder_who_was_away_for_ten_roots_follows_the_chain(held: Held) -> None:
    for _ in range(10):
        held.change(RENEW, "root-1", "root-2")
    held.change(RENEW, "root-2", "root-3")
    assert root_of(held).version == 12
    assert (held.medium("root-3") / "root.json").read_bytes() == (held.hq.public / "metadata/11.root.json").read_bytes()


def test_signing_says_what_it_signed(held: Held) -> None:
    request = held.propose(ProposedChanges(new=("snapshot", "lists")))
    assert sign_request(request, held.key("root-1"))[1] == ("root",)
    assert sign_request(request, held.key("targets-1"))[1] == ("targets",)
