"""A kit has the roster that was kept last, and none before the first."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import Damaged
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.people.kit_roster import ROSTER, keep_roster, read_roster
from data.people.roster import Roster
from data.people.staff import Credential, StaffMember, StaffRole
from tests.support.deployment import Deployment

ANA = StaffMember("A-17", "Ana Kovač", "0123456789abcdef", (StaffRole.OFFICER,), Credential(1, f"sha256:{'0' * 64}"))
KEPT = Roster(serial=4, post="north", has_duress=False, countersign_key=bytes(range(32)), people=(ANA,))


def test_the_roster_kept_last_is_read(tmp_path: Path) -> None:
    home = KitHome.create(tmp_path / "kit", "seven lanterns on the bridge", Settings(kit="north", source="s"))
    assert read_roster(home) is None
    keep_roster(home, KEPT)
    assert read_roster(home) == KEPT
    keep_roster(home, replace(KEPT, serial=5, people=()))
    roster = read_roster(home)
    assert roster is not None and roster.find("A-17") is None


def test_a_roster_that_cannot_be_read_is_damage(deployment: Deployment) -> None:
    home = deployment.kit("north")
    home.vault.put({ROSTER: b"{}"})
    with pytest.raises(Damaged):
        read_roster(home)
