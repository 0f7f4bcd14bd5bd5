"""A kit with the roster of tests/support/staff.py, and a clock that a test moves."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.people.post_people import PostPeople
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.people.kit_roster import keep_roster
from tests.appliance.support.clock_hands import Hands
from tests.support.staff import make_roster


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[KitHome]:
    settings = Settings(kit=f"post-{tmp_path.name}", source="nowhere")
    with closing(KitHome.create(tmp_path / "kit", "seven lanterns on the bridge", settings)) as home:
        keep_roster(home, make_roster(has_duress=True))
        yield home


@pytest.fixture
def people(kit: KitHome, hands: Hands) -> PostPeople:
    return PostPeople(kit, hands.clock)
