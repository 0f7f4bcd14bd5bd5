"""Signing in: who proves what, what a session allows, and what ends it."""

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.people.permissions import GuardedAction, NotAllowed
from appliance.people.post_people import PostPeople
from appliance.people.proof import HandOver, PersonEvent, ProvenPerson, SignInRefused
from data.clock import Uptime
from data.errors import Denied, InputError, WaypostError
from data.journal.history import read_events
from data.kit.home import ENROLMENT, KitHome
from data.kit.settings import Settings
from data.people.kit_roster import ChangedSecret, keep_changed_secret, keep_roster
from data.people.secret_hash import hash_secret
from data.people.sessions import Place, Session, SessionEnd, SessionKind, SessionOver
from data.people.sign_in_tries import MOST_OF_A_KIT, SignInLocked
from data.people.staff import StaffMember, StaffRole
from tests.appliance.support.clock_hands import Hands
from tests.support.staff import (
    AUDITOR,
    OFFICER,
    PIN,
    PROGRAM,
    PROGRAM_CREDENTIAL,
    SECOND_OFFICER,
    STAFF,
    SUPERVISOR,
    TECHNICIAN,
    make_person,
    make_roster,
)

NEW_PIN = "739164"
NEWCOMER = make_person("N-2", "First Day", StaffRole.OFFICER, is_initial=True)
UNDER_DURESS = "605317"
NOTHING_LEFT = HandOver(undecided=0, waiting=0, open_work=(), screened=0)


def _sign_in(people: PostPeople, person: StaffMember = OFFICER, kind: SessionKind = SessionKind.DESK) -> Session:
    return people.open_session(ProvenPerson(person), person.roles[0], kind, Place("2"))


def _end_of(people: PostPeople, session: Session) -> SessionEnd:
    with pytest.raises(SessionOver) as refusal:
        people.verify_actor(session.actor)
    return refusal.value.end


def test_number_and_pin_open_a_session_in_which_the_person_acts(people: PostPeople, kit: KitHome) -> None:
    proof = people.prove(" o-1 ", PIN)
    session = people.open_session(proof, StaffRole.OFFICER, SessionKind.DESK, Place("2", shift="early"))
    actor = session.actor
    assert (actor.number, actor.name, actor.role, actor.session) == ("O-1", "K. Sample", StaffRole.OFFICER, session.id)
    people.verify_actor(actor)
    (event,) = read_events(kit.journal, PersonEvent.SIGNED_IN)
    assert (event.person, event.outcome) == ("O-1", "officer")
    assert event.detail["lane"] == "2" and event.detail["shift"] == "early" and event.detail["name"] == "K. Sample"


def test_a_wrong_pin_and_a_number_that_nobody_has_are_told_apart_by_nothing(people: PostPeople) -> None:
    said = []
    for number in ("O-1", "X-99"):
        with pytest.raises(SignInRefused) as refusal:
            people.prove(number, "111222")
        said.append(str(refusal.value))
    assert said[0] == said[1] and "4 tries left" in said[0]


def test_the_fifth_wrong_pin_locks_the_person_even_with_the_right_one(people: PostPeople) -> None:
    for _try in range(5):
        with pytest.raises(SignInRefused):
            people.prove("O-1", "111222")
    with pytest.raises(SignInLocked):
        people.prove("O-1", PIN)
    assert people.prove("O-2", PIN).person.number == "O-2"


def test_a_program_signs_in_nowhere(people: PostPeople) -> None:
    with pytest.raises(SignInRefused):
        people.prove("P-1", PROGRAM_CREDENTIAL)


def test_a_first_pin_opens_nothing_until_it_is_changed(people: PostPeople, kit: KitHome) -> None:
    keep_roster(kit, make_roster(*STAFF, NEWCOMER, serial=2))
    proof = people.prove("N-2", PIN)
    assert proof.must_change_secret
    for attempt in (
        lambda: people.open_session(proof, StaffRole.OFFICER, SessionKind.DESK, Place()),
        lambda: people.choose_first(proof, GuardedAction.SCREEN),
        lambda: people.choose_second(proof, GuardedAction.SETTLE, ProvenPerson(OFFICER).signatory),
    ):
        with pytest.raises(Denied, match="first PIN must be changed"):
            attempt()
    after = people.change_secret(proof, NEW_PIN)
    assert people.open_session(after, StaffRole.OFFICER, SessionKind.DESK, Place()).number == "N-2"
    assert not people.prove("N-2", NEW_PIN).must_change_secret
    with pytest.raises(SignInRefused):
        people.prove("N-2", PIN)


@pytest.mark.parametrize("new", [PIN, "12345", "111111", "short pas", ""])
def test_a_new_pin_must_be_new_and_not_easily_guessed(people: PostPeople, new: str) -> None:
    with pytest.raises(InputError):
        people.change_secret(people.prove("O-1", PIN), new)
    assert people.prove("O-1", PIN)


def test_a_changed_pin_goes_on_when_the_roster_says_nothing_newer(people: PostPeople, kit: KitHome) -> None:
    people.change_secret(people.prove("O-1", PIN), NEW_PIN)
    keep_roster(kit, make_roster(serial=2))
    assert people.prove("O-1", NEW_PIN)
    newer = replace(OFFICER, credential=replace(OFFICER.credential, version=2, secret=hash_secret("860425")))
    keep_roster(kit, make_roster(newer, serial=3))
    assert people.prove("O-1", "860425")
    with pytest.raises(SignInRefused):
        people.prove("O-1", NEW_PIN)


def test_headquarters_ends_a_person_at_once(people: PostPeople, kit: KitHome) -> None:
    session = _sign_in(people)
    keep_roster(kit, make_roster(*(each for each in STAFF if each is not OFFICER), serial=2))
    assert _end_of(people, session) is SessionEnd.PERSON_ENDED
    with pytest.raises(SignInRefused):
        people.prove("O-1", PIN)


def test_a_role_that_was_taken_away_ends_the_session_in_it(people: PostPeople, kit: KitHome) -> None:
    supervising, screening = _sign_in(people, SUPERVISOR), _sign_in(people, OFFICER)
    fewer = replace(SUPERVISOR, roles=(StaffRole.OFFICER,))
    keep_roster(kit, make_roster(OFFICER, fewer, serial=2))
    assert _end_of(people, supervising) is SessionEnd.PERSON_ENDED
    people.verify_actor(screening.actor)


def test_a_pin_that_headquarters_gives_anew_ends_the_session_under_the_one_before(
    people: PostPeople, kit: KitHome
) -> None:
    session = _sign_in(people)
    given = replace(OFFICER, credential=replace(OFFICER.credential, version=2, is_initial=True))
    keep_roster(kit, make_roster(given, serial=2))
    assert _end_of(people, session) is SessionEnd.PERSON_ENDED


def test_a_number_that_is_another_human_being_ends_the_session(people: PostPeople, kit: KitHome) -> None:
    session = _sign_in(people)
    keep_roster(kit, make_roster(replace(OFFICER, human="0" * 16), serial=2))
    assert _end_of(people, session) is SessionEnd.PERSON_ENDED


def test_a_restart_and_the_end_of_the_shift_end_a_session(people: PostPeople, hands: Hands) -> None:
    session = _sign_in(people)
    hands.now += timedelta(days=4000)
    people.verify_actor(session.actor)
    hands.uptime = Uptime("boot-1", 60.0 + 12 * 3600)
    assert _end_of(people, session) is SessionEnd.SHIFT_ENDED
    hands.uptime = Uptime("boot-2", 1.0)
    assert _end_of(people, session) is SessionEnd.RESTARTED


def test_nobody_works_at_two_desks(people: PostPeople) -> None:
    first, elsewhere = _sign_in(people), _sign_in(people, kind=SessionKind.COMMAND_LINE)
    second = _sign_in(people)
    assert _end_of(people, first) is SessionEnd.ELSEWHERE
    people.verify_actor(second.actor)
    people.verify_actor(elsewhere.actor)


def test_who_may_not_work_yet_or_any_more_is_told_to_look_at_the_clock(
    people: PostPeople, kit: KitHome, hands: Hands
) -> None:
    soon = replace(OFFICER, valid_from=hands.now + timedelta(days=1))
    over = replace(SECOND_OFFICER, valid_until=hands.now)
    keep_roster(kit, make_roster(soon, over, serial=2))
    for number in ("O-1", "O-2"):
        with pytest.raises(SignInRefused, match="2026-07-01"):
            people.prove(number, PIN)
    hands.now += timedelta(days=1)
    assert people.prove("O-1", PIN)


def test_a_role_that_the_person_does_not_have_is_refused(people: PostPeople) -> None:
    with pytest.raises(NotAllowed, match="Choose one of these roles: officer"):
        people.open_session(people.prove("O-1", PIN), StaffRole.SUPERVISOR, SessionKind.DESK, Place())


def test_under_duress_everything_looks_the_same_and_the_journal_has_it(people: PostPeople, kit: KitHome) -> None:
    forced = replace(OFFICER, credential=replace(OFFICER.credential, duress=hash_secret(UNDER_DURESS)))
    keep_roster(kit, make_roster(forced, serial=2, has_duress=True))
    proof = people.prove("O-1", UNDER_DURESS)
    session = people.open_session(proof, StaffRole.OFFICER, SessionKind.DESK, Place())
    people.verify_actor(session.actor)
    assert "duress" not in repr(session) and people.tries.left("O-1") == 5
    (event,) = read_events(kit.journal, PersonEvent.SIGNED_IN)
    assert event.detail["duress"] is True
    keep_roster(kit, make_roster(forced, serial=3, has_duress=False))
    with pytest.raises(SignInRefused):
        people.prove("O-1", UNDER_DURESS)


def test_the_second_person_is_another_human_being_with_the_role(people: PostPeople, kit: KitHome) -> None:
    first = people.choose_first(people.prove("O-1", PIN), GuardedAction.SETTLE)
    second = people.prove_second("O-2", PIN, GuardedAction.SETTLE, first, "case 1")
    assert (second.number, second.role) == ("O-2", StaffRole.OFFICER)
    (event,) = read_events(kit.journal, PersonEvent.SECOND_PERSON)
    assert (event.person, event.outcome, event.detail["case"]) == ("O-2", "settle", "case 1")
    with pytest.raises(Denied, match="somebody else"):
        people.prove_second("O-1", PIN, GuardedAction.SETTLE, first)
    with pytest.raises(NotAllowed, match="technician"):
        people.prove_second("T-1", PIN, GuardedAction.SETTLE, first)
    with pytest.raises(SignInRefused):
        people.prove_second("O-2", "111222", GuardedAction.SETTLE, first)


def test_two_entries_of_one_human_being_are_no_two_people(people: PostPeople, kit: KitHome) -> None:
    other_entry = replace(SECOND_OFFICER, human=OFFICER.human)
    keep_roster(kit, make_roster(OFFICER, other_entry, serial=2))
    first = people.choose_first(people.prove("O-1", PIN), GuardedAction.SETTLE)
    with pytest.raises(Denied, match="somebody else"):
        people.prove_second("O-2", PIN, GuardedAction.SETTLE, first)


def test_a_desk_is_unlocked_by_whom_it_belongs_to(people: PostPeople) -> None:
    session = _sign_in(people)
    people.note_locked(session, "idle")
    with pytest.raises(Denied, match="Somebody else works at this desk"):
        people.unlock_desk(session, people.prove("S-1", PIN))
    people.unlock_desk(session, people.prove("O-1", PIN))


def test_whoever_takes_over_signs_for_what_is_left(people: PostPeople, kit: KitHome) -> None:
    before = _sign_in(people)
    left = HandOver(undecided=2, waiting=1, open_work=("list_expired un",), screened=31)
    after = people.take_over(before, people.prove("O-2", PIN), StaffRole.OFFICER, before.place, left)
    assert _end_of(people, before) is SessionEnd.HANDED_OVER
    people.verify_actor(after.actor)
    assert after.place == before.place
    (event,) = read_events(kit.journal, PersonEvent.HANDED_OVER)
    assert (event.person, event.outcome) == ("O-2", "O-1")
    assert (event.detail["undecided"], event.detail["waiting"], event.detail["screened"]) == (2, 1, 31)


def test_without_a_roster_only_the_technician_of_the_enrolment_signs_in(kit: KitHome, hands: Hands) -> None:
    home = KitHome.create(kit.path.parent / "new", "seven lanterns on the bridge", Settings(kit="new", source="s"))
    people = PostPeople(home, hands.clock)
    with pytest.raises(SignInRefused, match="Nobody can sign in on this kit yet"):
        people.prove("O-1", PIN)
    technician = {"number": "T-9", "name": "T. Builder", "secret": hash_secret("one-time-code-9")}
    home.vault.put({ENROLMENT: json.dumps({"kit": "new", "technician": technician}).encode()})
    assert people.read_state().has_technician
    proof = people.change_secret(people.prove("T-9", "one-time-code-9"), NEW_PIN)
    session = people.open_session(proof, StaffRole.TECHNICIAN, SessionKind.COMMAND_LINE, Place())
    with pytest.raises(SignInRefused):
        people.prove("T-9", "one-time-code-9")
    with pytest.raises(SignInRefused):
        people.prove("O-1", PIN)
    keep_roster(home, make_roster())
    assert _end_of(people, session) is SessionEnd.PERSON_ENDED
    home.close()


def test_a_program_and_the_officer_it_acts_for_stop_when_headquarters_ends_them(
    people: PostPeople, kit: KitHome
) -> None:
    program = people.programs.program_actor("P-1", PROGRAM_CREDENTIAL)
    officer = people.programs.act_for(program, "o-2")
    assert (officer.number, officer.via, officer.role) == ("O-2", "P-1", StaffRole.OFFICER)
    people.verify_actor(program)
    people.verify_actor(officer)
    keep_roster(kit, make_roster(PROGRAM, serial=2))
    people.verify_actor(program)
    with pytest.raises(Denied, match="ended O-2"):
        people.verify_actor(officer)
    keep_roster(kit, make_roster(SECOND_OFFICER, serial=3))
    for actor in (program, officer):
        with pytest.raises(Denied, match="ended the program"):
            people.verify_actor(actor)


@pytest.mark.parametrize("person", [TECHNICIAN, AUDITOR, PROGRAM, make_person("X-1", "Nobody", StaffRole.OFFICER)])
def test_a_program_acts_for_nobody_who_may_not_screen(people: PostPeople, person: StaffMember) -> None:
    program = people.programs.program_actor("P-1", PROGRAM_CREDENTIAL)
    with pytest.raises(NotAllowed):
        people.programs.act_for(program, person.number)


@pytest.mark.parametrize(("number", "credential"), [("P-1", PIN), ("O-1", PIN), ("P-2", PROGRAM_CREDENTIAL), ("", "")])
def test_a_wrong_credential_is_no_program(people: PostPeople, number: str, credential: str) -> None:
    with pytest.raises(WaypostError):
        people.programs.program_actor(number, credential)
    assert people.tries.read().kit == 0


def test_no_secret_is_in_clear_anywhere(people: PostPeople, kit: KitHome) -> None:
    people.change_secret(people.prove("O-1", PIN), NEW_PIN)
    with pytest.raises(SignInRefused):
        people.prove("O-2", "914728")
    kit.close()
    folders = [
        kit.path,
        *kit.path.parent.parent.glob("**/*.tries"),
        *map(type(kit.path), [os.environ["XDG_STATE_HOME"]]),
    ]
    content = b"".join(file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file())
    for secret in (PIN, NEW_PIN, "914728", PROGRAM_CREDENTIAL):
        assert secret.encode() not in content


# ── what changes between a proof and its use ─────────────────────────────────────────────────────────────


def test_an_old_pin_does_not_outlive_the_new_first_pin_though_it_was_proved_before(
    people: PostPeople, kit: KitHome
) -> None:
    proof = people.prove("O-1", PIN)
    given = ChangedSecret(OFFICER.credential.version, hash_secret("640917"), is_initial=True, at=people.now())
    keep_changed_secret(kit.vault, "O-1", given)
    for use in (
        lambda: people.change_secret(proof, NEW_PIN),
        lambda: people.open_session(proof, StaffRole.OFFICER, SessionKind.DESK, Place("2")),
        lambda: people.take_over(_sign_in(people, SECOND_OFFICER), proof, StaffRole.OFFICER, Place("2"), NOTHING_LEFT),
    ):
        with pytest.raises(SignInRefused, match="has changed since"):
            use()
    assert people.prove("O-1", "640917").must_change_secret


def test_who_was_ended_after_the_proof_opens_no_session_and_does_nothing(people: PostPeople, kit: KitHome) -> None:
    proof = people.prove("S-1", PIN)
    first = people.choose_first(people.prove("S-1", PIN), GuardedAction.NEW_FIRST_PIN)
    keep_roster(kit, make_roster(OFFICER, serial=2))
    with pytest.raises(SignInRefused):
        people.open_session(proof, StaffRole.SUPERVISOR, SessionKind.DESK, Place("2"))
    with pytest.raises(SessionOver) as refusal:
        people.use_proof(first)
    assert refusal.value.end is SessionEnd.PERSON_ENDED


def test_an_end_that_comes_earlier_than_it_did_ends_the_session(people: PostPeople, kit: KitHome, hands: Hands) -> None:
    session = _sign_in(people)
    keep_roster(kit, make_roster(replace(OFFICER, valid_until=hands.now - timedelta(days=1)), serial=2))
    assert _end_of(people, session) is SessionEnd.PERSON_ENDED


def test_a_first_pin_of_another_number_unlocks_no_desk(people: PostPeople, kit: KitHome) -> None:
    other = replace(NEWCOMER, human=OFFICER.human)
    keep_roster(kit, make_roster(OFFICER, other, serial=2))
    session = _sign_in(people)
    with pytest.raises(Denied, match="must be changed"):
        people.unlock_desk(session, people.prove(other.number, PIN))


# ── duress ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def forced(kit: KitHome) -> StaffMember:
    person = replace(SUPERVISOR, credential=replace(SUPERVISOR.credential, duress=hash_secret(UNDER_DURESS)))
    keep_roster(kit, make_roster(person, OFFICER, serial=2, has_duress=True))
    return person


def test_every_use_of_the_duress_pin_is_in_the_journal(people: PostPeople, kit: KitHome, forced: StaffMember) -> None:
    session = people.open_session(people.prove("S-1", PIN), StaffRole.SUPERVISOR, SessionKind.DESK, Place("2"))
    people.prove_at_desk(session, UNDER_DURESS)
    people.prove_first("S-1", UNDER_DURESS, GuardedAction.OPEN_WORK)
    people.prove("S-1", UNDER_DURESS)
    proved = read_events(kit.journal, PersonEvent.PROVED)
    assert [event.detail["duress"] for event in proved] == [True] * 3
    people.prove_first("S-1", PIN, GuardedAction.OPEN_WORK)
    assert "duress" not in read_events(kit.journal, PersonEvent.PROVED)[0].detail


def test_a_pin_that_is_changed_under_duress_works_and_the_real_one_stays(
    people: PostPeople, kit: KitHome, forced: StaffMember
) -> None:
    after = people.change_secret(people.prove("S-1", UNDER_DURESS), NEW_PIN)
    assert people.open_session(after, StaffRole.SUPERVISOR, SessionKind.DESK, Place("2"))
    assert people.prove("S-1", NEW_PIN).is_under_duress
    with pytest.raises(SignInRefused):
        people.prove("S-1", UNDER_DURESS)
    assert not people.prove("S-1", PIN).is_under_duress
    keep_roster(kit, make_roster(forced, serial=3, has_duress=True))
    assert people.prove("S-1", NEW_PIN).is_under_duress
    given = replace(forced, credential=replace(forced.credential, version=forced.credential.version + 1))
    keep_roster(kit, make_roster(given, serial=4, has_duress=True))
    assert people.prove("S-1", UNDER_DURESS).is_under_duress


def test_a_change_tells_nobody_which_the_other_pin_is(people: PostPeople, forced: StaffMember) -> None:
    said = set()
    for mine, other in ((PIN, UNDER_DURESS), (UNDER_DURESS, PIN)):
        for new in (other, "123456"):
            with pytest.raises(InputError) as refusal:
                people.change_secret(people.prove("S-1", mine), new)
            said.add(str(refusal.value))
    assert len(said) == 1


# ── garbage, and what locks ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pin", ["\ud800", "\0", "", "x" * 100_000])
def test_what_no_keyboard_types_is_a_wrong_pin(people: PostPeople, kit: KitHome, pin: str) -> None:
    with pytest.raises(SignInRefused, match="PIN is wrong"):
        people.prove("O-1", pin)
    assert len(read_events(kit.journal, PersonEvent.SIGN_IN_REFUSED)) == 1


def test_a_locked_kit_takes_pins_of_those_who_unlock_it_only(people: PostPeople) -> None:
    for number in range(MOST_OF_A_KIT):
        people.tries.begin(f"X-{number}")
    for number in ("O-1", "A-1", "X-99"):
        with pytest.raises(SignInLocked, match="This kit is locked"):
            people.prove_first(number, PIN, GuardedAction.UNLOCK_PERSON)
    with pytest.raises(SignInLocked, match="This kit is locked"):
        people.prove_first("S-1", PIN, GuardedAction.OPEN_WORK)
    first = people.prove_first("S-1", PIN, GuardedAction.UNLOCK_PERSON)
    assert people.prove_second("O-1", PIN, GuardedAction.UNLOCK_PERSON, first)
