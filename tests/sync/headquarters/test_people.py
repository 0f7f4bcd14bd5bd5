"""People at headquarters: added, changed, given a new PIN, ended, and which of them a kit gets."""

from datetime import UTC, datetime
from typing import Any

import pytest

from data.errors import InputError
from data.people.roster import Roster, decode_roster, encode_roster
from data.people.secret_hash import verify_secret
from data.people.staff import StaffRole
from sync.headquarters import people
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.kits import revoke_kit
from sync.headquarters.people import NewPerson
from sync.headquarters.store import kit_table, staff_table
from sync.headquarters.store.staff_table import Post
from tests.support.deployment import Deployment

OFFICER = (StaffRole.OFFICER,)


@pytest.fixture
def hq(deployment: Deployment) -> HeadquartersHome:
    """A headquarters with the posts `harbour` and `north`."""
    with deployment.hq.store.transaction() as connection:
        staff_table.put_post(connection, Post("north", has_duress=False))
        staff_table.put_post(connection, Post("harbour", has_duress=True))
    return deployment.hq


def add(hq: HeadquartersHome, number: str, name: str = "Ana Kovač", post: str = "north", **more: Any) -> str:
    return people.add_person(hq, NewPerson(number, name, OFFICER, (post,), **more))


def roster_of(hq: HeadquartersHome, kit: str) -> Roster | None:
    with hq.store.transaction() as connection:
        return people.make_roster(connection, kit_table.get_kit(connection, kit))


def stand_at(hq: HeadquartersHome, kit: str, post: str | None) -> None:
    with hq.store.transaction() as connection:
        kit_table.set_post(connection, kit_table.get_kit(connection, kit), post)


def test_the_initial_pin_is_right_and_kept_nowhere(hq: HeadquartersHome) -> None:
    pin = add(hq, " a-17 ")
    (entry,) = people.list_people(hq)
    assert entry.person.number == "A-17" and entry.person.credential.is_initial
    assert verify_secret(entry.person.credential.secret, pin) and pin not in repr(entry)


def test_a_reset_counts_and_gives_another_pin(hq: HeadquartersHome) -> None:
    add(hq, "A-17")
    pin = people.reset_secret(hq, "A-17")
    credential = people.list_people(hq)[0].person.credential
    assert credential.version == 2 and credential.is_initial and verify_secret(credential.secret, pin)


def test_an_equal_name_at_a_shared_post_must_be_told_apart(hq: HeadquartersHome) -> None:
    add(hq, "A-17")
    with pytest.raises(InputError, match="same name"):
        add(hq, "A-18", "ANA  KOVAČ")
    add(hq, "A-18", "ANA KOVAČ", same_human="a-17")
    add(hq, "A-19", another_human=True)
    add(hq, "A-20", post="harbour")
    with pytest.raises(InputError, match="same name"):
        people.set_posts(hq, "A-20", ("north",))
    first, same, other, away = (entry.person.human for entry in people.list_people(hq))
    assert first == same and len({first, other, away}) == 3


@pytest.mark.parametrize(
    "more",
    [
        {"number": "A 17"},
        {"name": " "},
        {"name": "a" * 61},
        {"post": "south"},
        {"same_human": "A-99"},
        {"valid_from": datetime(2026, 1, 2, tzinfo=UTC), "valid_until": datetime(2026, 1, 2, tzinfo=UTC)},
    ],
)
def test_what_cannot_be_is_refused(hq: HeadquartersHome, more: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        add(hq, **{"number": "A-17", **more})
    assert people.list_people(hq) == ()


def test_an_ended_number_stays_taken_and_cannot_be_changed(hq: HeadquartersHome) -> None:
    add(hq, "A-17")
    with pytest.raises(InputError):
        people.end_person(hq, "A-17", " ")
    people.end_person(hq, "A-17", "moved")
    with pytest.raises(InputError, match="given before"):
        add(hq, "A-17", "Somebody Else")
    with pytest.raises(InputError, match="moved"):
        people.reset_secret(hq, "A-17")
    with pytest.raises(InputError, match="moved"):
        people.set_roles(hq, "A-17", OFFICER)
    with pytest.raises(InputError, match="Nobody"):
        people.end_person(hq, "A-18", "moved")


def test_roles_and_posts_are_those_that_were_said_last(hq: HeadquartersHome) -> None:
    add(hq, "A-17")
    people.set_roles(hq, "A-17", (StaffRole.AUDITOR,))
    people.set_posts(hq, "A-17", ("north", "harbour"))
    (entry,) = people.list_people(hq)
    assert entry.person.roles == (StaffRole.AUDITOR,) and entry.posts == ("harbour", "north")
    with pytest.raises(InputError):
        people.set_roles(hq, "A-17", ())
    with pytest.raises(InputError):
        people.set_posts(hq, "A-17", ())


def test_a_kit_gets_those_of_its_post_who_were_not_ended(deployment: Deployment, hq: HeadquartersHome) -> None:
    deployment.kit("lane")
    add(hq, "A-17")
    add(hq, "A-18", "Bo Li")
    add(hq, "A-19", "Cy Ng", post="harbour")
    assert roster_of(hq, "lane") is None
    stand_at(hq, "lane", "north")
    people.end_person(hq, "A-18", "moved")
    roster = roster_of(hq, "lane")
    assert roster is not None and [person.number for person in roster] == ["A-17"]
    assert roster.post == "north" and roster.serial == 1 and decode_roster(encode_roster(roster)) == roster
    revoke_kit(hq, "lane", "lost")
    assert roster_of(hq, "lane") is None
