"""What two people do for others, and what none of them can do for themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.people.permissions import NotAllowed
from appliance.people.post_administration import NewLocalPerson, PostAdministration
from appliance.people.post_people import PostPeople
from appliance.people.proof import PersonEvent, ProvenPerson, SignInRefused
from data.errors import Denied, InputError
from data.journal.history import read_events
from data.kit.home import KitHome
from data.people.kit_roster import keep_roster
from data.people.sessions import Place, SessionKind, SessionOver
from data.people.sign_in_tries import SignInLocked
from data.people.staff import Actor, StaffMember, StaffRole
from tests.appliance.support.clock_hands import Hands
from tests.support.staff import OFFICER, PIN, SECOND_OFFICER, STAFF, SUPERVISOR, TECHNICIAN, make_person, make_roster


@pytest.fixture
def administration(kit: KitHome, people: PostPeople) -> PostAdministration:
    return PostAdministration(kit, people)


def _as(person: StaffMember, role: StaffRole | None = None) -> Actor:
    return ProvenPerson(person).as_actor(role or person.roles[0])


FIRST, SECOND = _as(SUPERVISOR), _as(SECOND_OFFICER)


def _lock(people: PostPeople, number: str) -> None:
    for _try in range(5):
        people.tries.begin(number)


def test_two_people_unlock_a_third(administration: PostAdministration, people: PostPeople, kit: KitHome) -> None:
    _lock(people, "O-1")
    administration.unlock_person("o-1", FIRST, SECOND)
    assert people.prove("O-1", PIN)
    (event,) = read_events(kit.journal, PersonEvent.UNLOCKED)
    assert (event.person, event.outcome, event.detail["second"]) == ("S-1", "O-1", "O-2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (_as(OFFICER), SECOND),
        (FIRST, FIRST),
        (FIRST, replace(SECOND, human=FIRST.human)),
        (FIRST, replace(SECOND, human="")),
        (_as(TECHNICIAN), SECOND),
        (FIRST, _as(STAFF[5])),
    ],
)
def test_whoever_may_not_do_it_unlocks_nobody(
    administration: PostAdministration, people: PostPeople, first: Actor, second: Actor
) -> None:
    _lock(people, "A-1")
    for act in (
        lambda: administration.unlock_person("A-1", first, second),
        lambda: administration.unlock_kit(first, second),
        lambda: administration.give_first_pin("A-1", first, second),
        lambda: administration.add_local_person(NewLocalPerson("L-1", "Loc Al", StaffRole.OFFICER), first, second),
    ):
        with pytest.raises(Denied):
            act()
    assert people.tries.left("A-1") == 0 and people.read_people().find("L-1") is None


def test_nobody_unlocks_themselves_or_gives_themselves_a_pin(
    administration: PostAdministration, people: PostPeople
) -> None:
    _lock(people, "O-2")
    with pytest.raises(Denied, match="Nobody unlocks themselves"):
        administration.unlock_person("O-2", FIRST, SECOND)
    with pytest.raises(Denied, match="Nobody gives themselves"):
        administration.give_first_pin("S-1", FIRST, SECOND)


def test_the_kit_is_unlocked_for_everybody_but_whom_it_locked(
    administration: PostAdministration, people: PostPeople
) -> None:
    _lock(people, "O-1")
    for place in range(15):
        people.tries.begin(f"X-{place}")
    with pytest.raises(SignInLocked, match="This kit is locked"):
        people.prove("O-2", PIN)
    administration.unlock_kit(FIRST, SECOND)
    assert people.prove("O-2", PIN)
    with pytest.raises(SignInLocked, match="O-1 is locked"):
        people.prove("O-1", PIN)


def test_a_new_first_pin_ends_the_session_and_must_be_changed(
    administration: PostAdministration, people: PostPeople
) -> None:
    session = people.open_session(ProvenPerson(OFFICER), StaffRole.OFFICER, SessionKind.DESK, Place())
    pin = administration.give_first_pin("O-1", FIRST, SECOND)
    with pytest.raises(SessionOver):
        people.verify_actor(session.actor)
    with pytest.raises(SignInRefused):
        people.prove("O-1", PIN)
    assert people.prove("O-1", pin).must_change_secret


def test_a_local_person_works_until_the_end_of_their_days(
    administration: PostAdministration, people: PostPeople, kit: KitHome, hands: Hands
) -> None:
    pin = administration.add_local_person(
        NewLocalPerson("l-1", "  Loc   Al ", StaffRole.OFFICER, timedelta(days=2)), FIRST, SECOND
    )
    person = people.change_secret(people.prove("L-1", pin), "739164").person
    assert (person.name, person.roles) == ("Loc Al", (StaffRole.OFFICER,)) and "L-1" in people.read_people().local
    keep_roster(kit, make_roster(serial=2))
    assert people.prove("L-1", "739164")
    hands.now += timedelta(days=2)
    with pytest.raises(SignInRefused, match="does not let Loc Al work"):
        people.prove("L-1", "739164")


def test_headquarters_roster_goes_before_a_local_person(
    administration: PostAdministration, people: PostPeople, kit: KitHome
) -> None:
    administration.add_local_person(NewLocalPerson("L-1", "Loc Al", StaffRole.OFFICER), FIRST, SECOND)
    keep_roster(kit, make_roster(*STAFF, make_person("L-1", "Somebody Else", StaffRole.TRAINEE), serial=2))
    assert people.prove("L-1", PIN).person.name == "Somebody Else" and not people.read_people().local


def test_a_local_person_with_a_known_name_is_that_human_being(
    administration: PostAdministration, people: PostPeople
) -> None:
    administration.add_local_person(NewLocalPerson("L-1", "K. SAMPLE", StaffRole.OFFICER), FIRST, SECOND)
    person = people.read_people().find("L-1")
    assert person is not None and person.human == OFFICER.human


@pytest.mark.parametrize(
    "new",
    [
        NewLocalPerson("O-1", "Loc Al", StaffRole.OFFICER),
        NewLocalPerson("L-1", " ", StaffRole.OFFICER),
        NewLocalPerson("L-1", "Loc\nAl\x07", StaffRole.OFFICER),
        NewLocalPerson("?", "Loc Al", StaffRole.OFFICER),
        NewLocalPerson("L-1", "Loc Al", StaffRole.SUPERVISOR),
        NewLocalPerson("L-1", "Loc Al", StaffRole.OFFICER, timedelta(days=8)),
        NewLocalPerson("L-1", "Loc Al", StaffRole.OFFICER, timedelta(0)),
    ],
)
def test_whom_a_post_may_not_add_is_refused(
    administration: PostAdministration, people: PostPeople, new: NewLocalPerson
) -> None:
    with pytest.raises((InputError, NotAllowed, Denied)):
        administration.add_local_person(new, FIRST, SECOND)
    assert not people.read_people().local


def test_a_post_adds_a_bounded_number_of_people(administration: PostAdministration) -> None:
    for place in range(32):
        administration.add_local_person(NewLocalPerson(f"L-{place}", f"Loc {place}", StaffRole.TRAINEE), FIRST, SECOND)
    with pytest.raises(InputError, match="32 people already"):
        administration.add_local_person(NewLocalPerson("L-99", "One Too Many", StaffRole.TRAINEE), FIRST, SECOND)
