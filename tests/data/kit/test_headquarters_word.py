"""What a kit was told of itself."""

import json

import pytest

from data.errors import Damaged
from data.kit import headquarters_word
from data.kit.home import KitHome


@pytest.mark.parametrize("name", ["state", "reason", "lease_until", "erase_after", "signed"])
def test_a_status_that_lacks_a_field_is_damage(kit: KitHome, name: str) -> None:
    facts = json.loads(kit.vault.get(headquarters_word.STATUS) or b"")
    del facts[name]
    kit.vault.put({headquarters_word.STATUS: json.dumps(facts).encode()})
    with pytest.raises(Damaged, match="status"):
        headquarters_word.read_status(kit)
