"""Posts and their people in headquarters' store: what is written is read again, and no number is given twice."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.errors import InputError, StoreError
from data.people.staff import Credential, StaffMember, StaffRole
from sync.headquarters.store import staff_table
from sync.headquarters.store.kit_table import countersign_key, enrol_again, get_kit
from sync.headquarters.store.staff_table import Post, StaffEntry
from tests.support.deployment import Deployment

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)
PERSON = StaffMember(
    number="A-17",
    name="Ana Kovač",
    human="0123456789abcdef",
    roles=(StaffRole.OFFICER, StaffRole.SUPERVISOR),
    credential=Credential(3, f"sha256:{'0' * 64}", is_initial=True, duress=f"sha256:{'1' * 64}", card="2" * 64),
    valid_from=AT,
    valid_until=None,
)
ENTRY = StaffEntry(PERSON, ("harbour", "north"))


def test_what_is_written_is_read_again(deployment: Deployment) -> None:
    ended = replace(ENTRY, ended=AT, reason="moved")
    with deployment.hq.store.transaction() as connection:
        staff_table.add_staff(connection, ENTRY)
        assert staff_table.find_staff(connection, "A-17") == ENTRY
        assert staff_table.staff_by_post(connection)["north"] == (ENTRY.person,)
        staff_table.change_staff(connection, ended)
        assert staff_table.staff_by_post(connection) == {}
        assert staff_table.all_staff(connection) == [ended]


def test_a_number_is_not_given_twice_even_after_an_end(deployment: Deployment) -> None:
    with deployment.hq.store.transaction() as connection:
        staff_table.add_staff(connection, replace(ENTRY, ended=AT, reason="moved"))
    with pytest.raises(StoreError), deployment.hq.store.transaction() as connection:
        staff_table.add_staff(connection, ENTRY)


def test_a_post_is_new_or_changed(deployment: Deployment) -> None:
    with deployment.hq.store.transaction() as connection:
        staff_table.put_post(connection, Post("north", has_duress=False))
        staff_table.put_post(connection, Post("north", has_duress=True))
        assert staff_table.all_posts(connection) == [Post("north", has_duress=True)]
        with pytest.raises(InputError):
            staff_table.get_post(connection, "south")


def test_the_key_for_codes_stays_until_the_kit_is_enrolled_again(deployment: Deployment) -> None:
    deployment.kit("north")
    with deployment.hq.store.transaction() as connection:
        kit = get_kit(connection, "north")
        key = countersign_key(connection, kit)
        assert len(key) == 32 and countersign_key(connection, kit) == key
        enrol_again(connection, kit, "another", kit.recipient, kit.folder, AT)
        assert countersign_key(connection, kit) != key
