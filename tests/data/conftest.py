"""Fixtures for the tests of data."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.clock import Clock
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.lease import enforcement
from data.lease.enforcement import ContactNovelty
from tests.data.support.leases import LEASED, SIGNED
from tests.support.kit_status import save_status


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[KitHome]:
    with closing(
        KitHome.create(tmp_path / "kit", "seven lanterns on the bridge", Settings(kit="post-1", source="nowhere"))
    ) as home:
        home.lists.add("un", "persons")
        enforcement.record_contact(home, SIGNED, Clock(read=lambda: SIGNED), ContactNovelty.NEW)
        save_status(home, LEASED)
        yield home
