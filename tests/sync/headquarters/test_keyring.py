"""Online keys that are out of force are gone from the home."""

import pytest

from data.errors import Damaged
from sync.headquarters.ceremonies.proposal import ProposedChanges
from sync.headquarters.keyring import ONLINE
from sync.headquarters.store import metadata_in_force
from tests.sync.support.ceremony import Held

EVERY = ProposedChanges(new=ONLINE)


def test_the_old_online_keys_are_gone_from_the_home(held: Held) -> None:
    with held.hq.store.transaction() as connection:
        old = metadata_in_force.read_root(connection).signed.roles["timestamp"].keyids
    held.change(EVERY, "root-1", "root-2", "targets-1")
    assert not held.hq.keyring.holds(old[0])
    with pytest.raises(Damaged, match="not in this home"):
        held.hq.keyring.signer(old)
