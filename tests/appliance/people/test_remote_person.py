"""A second person at headquarters: one code, one question, five tries, and a refusal is a refusal."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.people.permissions import GuardedAction, NotAllowed
from appliance.people.post_administration import PostAdministration
from appliance.people.post_people import PostPeople
from appliance.people.proof import PersonEvent, ProvenPerson
from appliance.people.remote_person import RemotePerson, RemoteQuestion, RemoteRefused
from data.errors import Denied
from data.journal.history import read_events
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.people.countersign_code import RemoteAnswer, compute_code
from data.people.sign_in_tries import MOST_OF_A_KIT, SignInLocked
from data.people.staff import StaffRole
from tests.support.staff import AUDITOR, COUNTERSIGN_KEY, OFFICER, SUPERVISOR

FIRST = ProvenPerson(OFFICER).as_actor(StaffRole.OFFICER)
SCREENING = "0c5e2f1a-9d3b-4a67-8f10-223344556677"


@pytest.fixture
def remote(people: PostPeople) -> RemotePerson:
    return RemotePerson(people, "post-1")


def _code(question: RemoteQuestion, answer: RemoteAnswer = RemoteAnswer.AGREES, kit: str = "post-1") -> str:
    return compute_code(COUNTERSIGN_KEY, kit, question.case, answer, question.nonce)


def _wrong(question: RemoteQuestion) -> str:
    right = {_code(question, answer) for answer in RemoteAnswer}
    return next(code for code in ("0000000", "1111111", "2222222") if code not in right)


def test_headquarters_agrees_as_another_human_being(remote: RemotePerson, kit: KitHome) -> None:
    question = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    assert question.case == "SETTLE 0C5E-2F1A" and len(question.nonce) == 6
    second = remote.answer(question, _code(question))
    assert FIRST.is_other_human(second) and second.role is StaffRole.SUPERVISOR
    (event,) = read_events(kit.journal, PersonEvent.REMOTE_ANSWER)
    assert (event.person, event.outcome, event.detail["case"]) == ("O-1", "agrees", "SETTLE 0C5E-2F1A")


@pytest.mark.parametrize("number", ["O-1", "OFFICER-104", "OFFICER-105"])
def test_a_case_names_the_whole_service_number(remote: RemotePerson, number: str) -> None:
    supervisor = ProvenPerson(SUPERVISOR).as_actor(StaffRole.SUPERVISOR)
    case = remote.ask(GuardedAction.NEW_FIRST_PIN, supervisor, number).case
    assert case.replace("-", "") == f"NEWFIRSTPIN {number}".replace("-", "")


def test_a_code_serves_once(remote: RemotePerson) -> None:
    question = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    remote.answer(question, _code(question))
    with pytest.raises(RemoteRefused, match="no longer open"):
        remote.answer(question, _code(question))


def test_a_refusal_does_nothing_and_ends_the_question(remote: RemotePerson, kit: KitHome) -> None:
    question = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    with pytest.raises(RemoteRefused, match="Headquarters refuses"):
        remote.answer(question, _code(question, RemoteAnswer.REFUSES))
    assert not remote.is_open(question)
    assert read_events(kit.journal, PersonEvent.REMOTE_ANSWER)[0].outcome == "refuses"


def test_a_code_of_another_question_case_or_kit_is_wrong(remote: RemotePerson) -> None:
    earlier = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    question = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    with pytest.raises(RemoteRefused, match="no longer open"):
        remote.answer(earlier, _code(earlier))
    other_case = replace(question, case="SETTLE FFFF-FFFF")
    for code in (_code(earlier), _code(other_case), _code(question, kit="post-2"), ""):
        with pytest.raises(RemoteRefused, match="wrong"):
            remote.answer(question, code)
    assert remote.answer(question, f" {_code(question)[:3]}-{_code(question)[3:]} ")


def test_five_wrong_codes_end_the_question_and_asking_again_gives_no_more(
    remote: RemotePerson, people: PostPeople, kit: KitHome
) -> None:
    question = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    for _try in range(5):
        with pytest.raises(RemoteRefused, match="wrong"):
            remote.answer(question, _wrong(question))
    assert not remote.is_open(question)
    again = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    with pytest.raises(SignInLocked):
        remote.answer(again, _code(again))
    supervisor = people.prove_once(ProvenPerson(SUPERVISOR).as_actor(StaffRole.SUPERVISOR))
    PostAdministration(kit, people).unlock_kit(supervisor, people.prove_once(FIRST))
    assert remote.answer(again, _code(again))


def test_a_locked_kit_is_unlocked_with_a_code_and_nothing_else_is(
    remote: RemotePerson, people: PostPeople, kit: KitHome
) -> None:
    for number in range(MOST_OF_A_KIT):
        people.tries.begin(f"X-{number}")
    assert people.tries.is_kit_locked
    settle = remote.ask(GuardedAction.SETTLE, FIRST, SCREENING)
    with pytest.raises(SignInLocked):
        remote.answer(settle, _code(settle))
    supervisor = ProvenPerson(SUPERVISOR).as_actor(StaffRole.SUPERVISOR)
    unlock = remote.ask(GuardedAction.UNLOCK_PERSON, supervisor, "kit")
    second = remote.answer(unlock, _code(unlock))
    PostAdministration(kit, people).unlock_kit(people.prove_once(supervisor), second)
    assert not people.tries.is_kit_locked


def test_who_may_not_do_it_does_not_ask(remote: RemotePerson) -> None:
    with pytest.raises(NotAllowed):
        remote.ask(GuardedAction.SETTLE, ProvenPerson(AUDITOR).as_actor(StaffRole.AUDITOR), SCREENING)


def test_a_kit_without_a_roster_has_no_key_for_codes(tmp_path: Path) -> None:
    settings = Settings(kit="new", source="nowhere")
    with closing(KitHome.create(tmp_path / "new", "seven lanterns on the bridge", settings)) as kit:
        with pytest.raises(Denied, match="no key for codes"):
            RemotePerson(PostPeople(kit), "new").ask(GuardedAction.SETTLE, FIRST, SCREENING)
