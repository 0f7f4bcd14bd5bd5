"""People at headquarters: added, changed, given a new PIN, ended."""

from datetime import UTC, datetime
from typing import Any

import pytest

from data.errors import InputError
from data.people.secret_hash import verify_secret
from data.people.staff import StaffRole
from sync.headquarters import people
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people import NewPerson
from sync.headquarters.store import staff_table
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


def test_a_program_gets_a_credential_that_no_person_has(hq: HeadquartersHome) -> None:
    credential = people.add_program(hq, "P-1", "Border system", ("north",))
    (entry,) = people.list_people(hq)
    assert len(credential) == 64 and verify_secret(entry.person.credential.secret, credential)
    assert entry.person.roles == (StaffRole.SERVICE,) and not entry.person.credential.is_initial
    assert verify_secret(people.list_people(hq)[0].person.credential.secret, credential)
    another = people.reset_secret(hq, "P-1")
    assert len(another) == 64 and not verify_secret(people.list_people(hq)[0].person.credential.secret, credential)
    with pytest.raises(InputError, match="program"):
        people.set_roles(hq, "P-1", OFFICER)
    with pytest.raises(InputError, match="program"):
        people.check_roles((StaffRole.SERVICE, StaffRole.OFFICER))


def test_a_card_is_named_by_the_fingerprint_of_its_key(hq: HeadquartersHome) -> None:
    add(hq, "A-17")
    people.set_card(hq, "A-17", " ".join(["AB:CD"] * 16))
    assert people.list_people(hq)[0].person.credential.card == "abcd" * 16
    with pytest.raises(InputError, match="64 hexadecimal"):
        people.set_card(hq, "A-17", "abcd")
    people.set_card(hq, "A-17", "")
    assert people.list_people(hq)[0].person.credential.card == ""


def test_a_pin_under_duress_needs_a_post_that_has_them_and_goes_with_a_reset(hq: HeadquartersHome) -> None:
    pin = add(hq, "A-17")
    with pytest.raises(InputError, match="under duress"):
        people.give_duress_pin(hq, "A-17")
    people.set_posts(hq, "A-17", ("north", "harbour"))
    duress = people.give_duress_pin(hq, "A-17")
    credential = people.list_people(hq)[0].person.credential
    assert duress != pin and verify_secret(credential.duress, duress) and verify_secret(credential.secret, pin)
    people.reset_secret(hq, "A-17")
    assert people.list_people(hq)[0].person.credential.duress == ""


def test_a_day_of_an_end_is_the_last_day_of_work(hq: HeadquartersHome) -> None:
    assert people.parse_begin("2026-03-01") == datetime(2026, 3, 1, tzinfo=UTC)
    assert people.parse_end("2026-03-01") == datetime(2026, 3, 2, tzinfo=UTC)
    assert people.parse_end("2026-03-01T06:00+01:00") == datetime(2026, 3, 1, 5, tzinfo=UTC)
    with pytest.raises(InputError):
        people.parse_end("0001-01-01T00:00+01:00")


def test_those_of_one_post_are_listed_without_who_was_ended(hq: HeadquartersHome) -> None:
    add(hq, "A-17")
    add(hq, "A-18", "Bo Li", post="harbour")
    add(hq, "A-19", "Cy")
    people.end_person(hq, "A-19", "moved")
    assert [entry.person.number for entry in people.list_people(hq, "north")] == ["A-17"]
    with pytest.raises(InputError, match="no post called south"):
        people.list_people(hq, "south")
