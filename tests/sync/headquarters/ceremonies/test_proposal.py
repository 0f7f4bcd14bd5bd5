"""What may be proposed: keys change hands, and three root keys are the least."""

import pytest

from data.errors import InputError
from sync.headquarters.ceremonies.proposal import ProposedChanges
from tests.sync.support.ceremony import Held


def test_three_root_keys_are_the_least(held: Held) -> None:
    with pytest.raises(InputError, match="Fewer than 3"):
        held.propose(ProposedChanges(remove=("root-1",)))
    with pytest.raises(InputError, match="No targets key"):
        held.propose(ProposedChanges(remove=("targets-1",)))
    with pytest.raises(InputError, match="No offline key"):
        held.propose(ProposedChanges(remove=("root-9",)))
    with pytest.raises(InputError, match="Nothing would change"):
        held.propose(ProposedChanges())
    with pytest.raises(InputError, match="already in force"):
        held.propose(ProposedChanges(add=(held.key("root-2").about,)))
