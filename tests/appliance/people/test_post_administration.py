"""What two people do for others, and what none of them can do for themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.people.permissions import NotAllowed
from appliance.people.post_administration import NewLocalPerson, PostAdministration
from appliance.people.post_people import PostPeople
from appliance.people.proof import PersonEvent, ProvenPerson, SignInRefused
from data.errors import Damaged, Denied, InputError, StoreError
from data.journal.history import read_events
from data.kit.home import KitHome
from data.people.kit_roster import CHANGED_SECRETS, LOCAL_PEOPLE, keep_roster
from data.people.sessions import Place, SessionKind, SessionOver
from data.people.sign_in_tries import SignInLocked
from data.people.staff import Actor, StaffMember, StaffRole
from tests.appliance.support.clock_hands import Hands
from tests.support.staff import OFFICER, PIN, SECOND_OFFICER, STAFF, SUPERVISOR, TECHNICIAN, make_person, make_roster


class Administration:
    """`PostAdministration` for two people who have just proved who they are."""

    def __init__(self, kit: KitHome, people: PostPeople) -> None:
        self._people = people
        self._of_kit = PostAdministration(kit, people)

    def unlock_person(self, number: str, first: Actor, second: Actor) -> None:
        self._of_kit.unlock_person(number, self._people.prove_once(first), self._people.prove_once(second))

    def unlock_kit(self, first: Actor, second: Actor) -> None:
        self._of_kit.unlock_kit(self._people.prove_once(first), self._people.prove_once(second))

    def give_first_pin(self, number: str, first: Actor, second: Actor) -> str:
        return self._of_kit.give_first_pin(number, self._people.prove_once(first), self._people.prove_once(second))

    def add_local_person(self, new: NewLocalPerson, first: Actor, second: Actor) -> str:
        return self._of_kit.add_local_person(new, self._people.prove_once(first), self._people.prove_once(second))


@pytest.fixture
def administration(kit: KitHome, people: PostPeople) -> Administration:
    return Administration(kit, people)


def _as(person: StaffMember, role: StaffRole | None = None) -> Actor:
    return ProvenPerson(person).as_actor(role or person.roles[0])


FIRST, SECOND = _as(SUPERVISOR), _as(SECOND_OFFICER)


def _lock(people: PostPeople, number: str) -> None:
    for _try in range(5):
        people.tries.begin(number)


def test_two_people_unlock_a_third(administration: Administration, people: PostPeople, kit: KitHome) -> None:
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
    administration: Administration, people: PostPeople, first: Actor, second: Actor
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
    administration: Administration, people: PostPeople
) -> None:
    _lock(people, "O-2")
    with pytest.raises(Denied, match="Nobody unlocks themselves"):
        administration.unlock_person("O-2", FIRST, SECOND)
    with pytest.raises(Denied, match="Nobody gives themselves"):
        administration.give_first_pin("S-1", FIRST, SECOND)


def test_the_kit_is_unlocked_for_everybody_but_whom_it_locked(
    administration: Administration, people: PostPeople
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
    administration: Administration, people: PostPeople
) -> None:
    session = people.open_session(ProvenPerson(OFFICER), StaffRole.OFFICER, SessionKind.DESK, Place())
    pin = administration.give_first_pin("O-1", FIRST, SECOND)
    with pytest.raises(SessionOver):
        people.verify_actor(session.actor)
    with pytest.raises(SignInRefused):
        people.prove("O-1", PIN)
    assert people.prove("O-1", pin).must_change_secret


def test_a_local_person_works_until_the_end_of_their_days(
    administration: Administration, people: PostPeople, kit: KitHome, hands: Hands
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
    administration: Administration, people: PostPeople, kit: KitHome
) -> None:
    administration.add_local_person(NewLocalPerson("L-1", "Loc Al", StaffRole.OFFICER), FIRST, SECOND)
    keep_roster(kit, make_roster(*STAFF, make_person("L-1", "Somebody Else", StaffRole.TRAINEE), serial=2))
    assert people.prove("L-1", PIN).person.name == "Somebody Else" and not people.read_people().local


def test_a_local_person_with_a_known_name_is_that_human_being(
    administration: Administration, people: PostPeople
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
    administration: Administration, people: PostPeople, new: NewLocalPerson
) -> None:
    with pytest.raises((InputError, NotAllowed, Denied)):
        administration.add_local_person(new, FIRST, SECOND)
    assert not people.read_people().local


def test_a_post_adds_a_bounded_number_of_people(administration: Administration) -> None:
    for place in range(32):
        administration.add_local_person(NewLocalPerson(f"L-{place}", f"Loc {place}", StaffRole.TRAINEE), FIRST, SECOND)
    with pytest.raises(InputError, match="32 people already"):
        administration.add_local_person(NewLocalPerson("L-99", "One Too Many", StaffRole.TRAINEE), FIRST, SECOND)


def test_a_number_that_is_given_again_has_no_pin_of_whoever_had_it_before(
    administration: Administration, people: PostPeople, kit: KitHome, hands: Hands
) -> None:
    new = NewLocalPerson("X-1", "First Person", StaffRole.OFFICER, timedelta(days=1))
    people.change_secret(people.prove("X-1", administration.add_local_person(new, FIRST, SECOND)), "640917")
    hands.now += timedelta(days=2)
    pin = administration.add_local_person(replace(new, name="Other Person"), FIRST, SECOND)
    with pytest.raises(SignInRefused):
        people.prove("X-1", "640917")
    assert people.prove("X-1", pin).must_change_secret


def test_a_pin_of_a_local_person_is_forgotten_with_them(
    administration: Administration, people: PostPeople, kit: KitHome
) -> None:
    new = NewLocalPerson("X-1", "First Person", StaffRole.OFFICER, timedelta(days=1))
    people.change_secret(people.prove("X-1", administration.add_local_person(new, FIRST, SECOND)), "640917")
    keep_roster(kit, make_roster(serial=2))
    assert people.prove("X-1", "640917")
    kit.vault.put({LOCAL_PEOPLE: b"[]"})
    keep_roster(kit, make_roster(serial=3))
    assert kit.vault.get(CHANGED_SECRETS) == b"{}"


@pytest.mark.parametrize("name", ["", " ", "R" * 61, "\u202eX"])
def test_a_name_that_cannot_be_kept_changes_nothing(
    administration: Administration, people: PostPeople, name: str
) -> None:
    new = NewLocalPerson("X-1", "First Person", StaffRole.OFFICER)
    administration.add_local_person(new, FIRST, SECOND)
    with pytest.raises(InputError, match="cannot be shown as a name"):
        administration.add_local_person(replace(new, number="X-2", name=name), FIRST, SECOND)
    assert [person.number for person in people.read_people().people if person.number.startswith("X")] == ["X-1"]


def test_nobody_unlocks_their_own_other_number(
    administration: Administration, people: PostPeople, kit: KitHome
) -> None:
    other = replace(make_person("S-9", "S. Supervisor", StaffRole.SUPERVISOR), human=SUPERVISOR.human)
    keep_roster(kit, make_roster(*STAFF, other, serial=2))
    _lock(people, "S-9")
    with pytest.raises(Denied, match="Nobody unlocks themselves"):
        administration.unlock_person("S-9", FIRST, SECOND)


def test_a_proof_serves_one_action(kit: KitHome, people: PostPeople) -> None:
    administration = PostAdministration(kit, people)
    first, second = people.prove_once(FIRST), people.prove_once(SECOND)
    administration.unlock_person("O-1", first, second)
    for once_more in ((first, second), (people.prove_once(FIRST), second), (FIRST, SECOND)):
        with pytest.raises(SessionOver):
            administration.unlock_person("O-1", *once_more)


def test_where_the_journal_fails_nothing_changes(
    kit: KitHome, people: PostPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lock(people, "O-1")
    administration = Administration(kit, people)

    def fail(*_arguments: object, **_more: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr(kit.journal, "record", fail)
    new = NewLocalPerson("X-1", "First Person", StaffRole.OFFICER)
    for change in (
        lambda: administration.unlock_person("O-1", FIRST, SECOND),
        lambda: administration.give_first_pin("O-1", FIRST, SECOND),
        lambda: administration.add_local_person(new, FIRST, SECOND),
    ):
        with pytest.raises(StoreError):
            change()
    assert people.tries.left("O-1") == 0 and people.read_people().find("X-1") is None
    assert people.prove("O-2", PIN).person == SECOND_OFFICER


@pytest.mark.parametrize("name", ["K. SAMPLE", "k.  sample", "\uff2b. Sample"])
def test_a_name_in_another_form_makes_nobody_two(administration: Administration, people: PostPeople, name: str) -> None:
    administration.add_local_person(NewLocalPerson("X-1", name, StaffRole.OFFICER), FIRST, SECOND)
    person = people.read_people().find("X-1")
    assert person and person.human == OFFICER.human


def test_what_cannot_be_read_lets_nobody_in_before_there_is_a_new_roster(kit: KitHome, people: PostPeople) -> None:
    for name in (CHANGED_SECRETS, LOCAL_PEOPLE):
        kit.vault.put({name: b'{"O-1": 7}'})
        with pytest.raises(Damaged, match="cannot be read"):
            people.prove("O-1", PIN)
        keep_roster(kit, make_roster(serial=2))
        assert people.prove("O-1", PIN)
