"""What a kit was told of itself."""

import json

import pytest

from data.errors import Damaged
from data.kit import enrolment
from data.kit.home import KitHome


@pytest.mark.parametrize("name", ["state", "reason", "lease_until", "erase_after", "signed"])
def test_a_status_that_lacks_a_field_is_damage(kit: KitHome, name: str) -> None:
    facts = json.loads(kit.vault.get(enrolment.STATUS) or b"")
    del facts[name]
    kit.vault.put({enrolment.STATUS: json.dumps(facts).encode()})
    with pytest.raises(Damaged, match="standing"):
        enrolment.read_status(kit)
