"""Proving by card: the card and its PIN, what is a try, and when the PIN of the roster counts instead."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.people.card_sign_in import CardSignIn
from appliance.people.permissions import GuardedAction
from appliance.people.post_people import PostPeople
from appliance.people.proof import PersonEvent, SignInRefused
from data.journal.history import read_events
from data.kit.home import KitHome
from data.people.card_proof import compute_fingerprint
from data.people.kit_roster import keep_roster
from data.people.secret_hash import hash_secret
from data.people.sessions import Place, SessionKind
from data.people.sign_in_tries import SignInLocked
from data.people.staff import StaffRole
from devices import registry
from devices.ports import DriverContext
from devices.simulated.staff_card import SimulatedStaffCard
from devices.staff_card.card_reader import CardFault, CardProblem
from tests.appliance.support.clock_hands import Hands
from tests.contract.benches.staff_cards import SimulatedCardBench
from tests.support import card_tokens
from tests.support.staff import OFFICER, PIN, SUPERVISOR, make_roster

CARD_PIN, WRONG = card_tokens.PIN, card_tokens.WRONG_PIN
UNDER_DURESS = "605317"
FINGERPRINT = compute_fingerprint(SimulatedStaffCard(seed="karim").make_key().public_key())
CARRIER = replace(
    OFFICER, credential=replace(OFFICER.credential, card=FINGERPRINT, duress=hash_secret(UNDER_DURESS), is_initial=True)
)


@pytest.fixture
def bench(tmp_path: Path) -> SimulatedCardBench:
    return SimulatedCardBench(tmp_path)


@pytest.fixture
def people(kit: KitHome, hands: Hands, bench: SimulatedCardBench) -> PostPeople:
    keep_roster(kit, make_roster(CARRIER, SUPERVISOR, serial=2, has_duress=True))
    cards = CardSignIn(
        lambda: registry.staff_card_reader(bench.url, bench.context), kit.settings.kit, lambda: hands.clock().now()
    )
    return PostPeople(kit, hands.clock, cards)


def test_a_card_and_its_pin_open_a_session_without_another_pin(
    people: PostPeople, bench: SimulatedCardBench, kit: KitHome
) -> None:
    bench.insert()
    proof = people.prove("O-1", CARD_PIN)
    assert proof.is_by_card and not proof.must_change_secret
    people.open_session(proof, StaffRole.OFFICER, SessionKind.DESK, Place("2"))
    (event,) = read_events(kit.journal, PersonEvent.SIGNED_IN)
    assert event.detail["by"] == "card"


def test_the_pin_of_the_roster_counts_beside_the_card_which_is_not_asked(
    people: PostPeople, bench: SimulatedCardBench
) -> None:
    bench.insert(CardProblem.LAST_TRY)
    for _time in range(4):
        assert not people.prove("O-1", PIN).is_by_card
    assert people.prove("O-1", CARD_PIN).is_by_card


@pytest.mark.parametrize(
    "problem", [CardProblem.NOT_SET_UP, CardProblem.NO_KEY, CardProblem.SEVERAL_CARDS, CardProblem.PIN_LOCKED, None]
)
def test_without_a_card_that_can_be_asked_the_refusal_says_why(
    people: PostPeople, bench: SimulatedCardBench, problem: CardProblem | None
) -> None:
    if problem is CardProblem.PIN_LOCKED:
        bench.insert(problem)
        with pytest.raises(CardFault):
            people.prove("O-1", WRONG)
    elif problem:
        bench.insert(problem)
    with pytest.raises(SignInRefused, match="The card did not count") as refusal:
        people.prove("O-1", CARD_PIN)
    assert CardFault(problem or CardProblem.NO_CARD).what in str(refusal.value)


def test_a_card_proves_nobody_but_its_owner(people: PostPeople, bench: SimulatedCardBench) -> None:
    bench.insert()
    with pytest.raises(SignInRefused, match=r"PIN is wrong\. Nobody was signed in\. 4 tries left"):
        people.prove("S-1", CARD_PIN)


def test_wrong_pins_lock_the_card_and_then_the_person(people: PostPeople, bench: SimulatedCardBench) -> None:
    bench.insert()
    for problem in (CardProblem.WRONG_PIN, CardProblem.LAST_TRY, CardProblem.PIN_LOCKED):
        with pytest.raises(CardFault) as fault:
            people.prove("O-1", WRONG)
        assert fault.value.problem is problem
    for _time in range(2):
        with pytest.raises(SignInRefused, match="The card is locked"):
            people.prove("O-1", WRONG)
    with pytest.raises(SignInLocked):
        people.prove("O-1", PIN)


@pytest.mark.parametrize("problem", [CardProblem.PULLED_OUT, CardProblem.MODULE_CRASHED])
def test_a_card_that_is_pulled_out_in_the_middle_is_a_try(
    people: PostPeople, bench: SimulatedCardBench, kit: KitHome, problem: CardProblem
) -> None:
    bench.insert(problem)
    with pytest.raises(CardFault):
        people.prove("O-1", CARD_PIN)
    assert people.tries.left("O-1") == 4
    assert [event.person for event in read_events(kit.journal, PersonEvent.SIGN_IN_REFUSED)] == ["O-1"]


def test_the_duress_pin_looks_like_any_other_beside_a_card(people: PostPeople, bench: SimulatedCardBench) -> None:
    bench.insert()
    assert people.prove("O-1", UNDER_DURESS).is_under_duress


def test_the_second_person_may_prove_it_by_card(people: PostPeople, bench: SimulatedCardBench) -> None:
    bench.insert()
    first = people.choose_first(people.prove("S-1", PIN), GuardedAction.SETTLE)
    second = people.prove_second("O-1", CARD_PIN, GuardedAction.SETTLE, first, "case 7")
    assert second.number == "O-1" and second.is_other_human(first)


def test_a_reader_that_is_wrong_keeps_nobody_from_signing_in(kit: KitHome, hands: Hands) -> None:
    keep_roster(kit, make_roster(CARRIER, serial=2))
    nowhere = DriverContext(kit.path, "development", devices=kit.path / "dev")
    url = SimulatedCardBench.url
    cards = CardSignIn(lambda: registry.staff_card_reader(url, nowhere), "k", lambda: hands.clock().now())
    people = PostPeople(kit, hands.clock, cards)
    assert people.prove("O-1", PIN).person == CARRIER
    with pytest.raises(SignInRefused, match="The card did not count"):
        people.prove("O-1", CARD_PIN)
