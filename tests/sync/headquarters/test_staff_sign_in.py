"""Staff of headquarters prove who they are: every try is kept before it is made, and five wrong ones lock."""

import pytest

from data.errors import Denied, InputError
from data.people.staff import StaffRole
from sync.headquarters import people, staff_sign_in
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people import NewPerson
from sync.headquarters.posts import add_post
from sync.headquarters.staff_sign_in import (
    ProvenStaff,
    change_staff_secret,
    list_staff_proofs,
    must_be_own_secret,
    prove_staff,
)
from sync.headquarters.store.staff_table import HEADQUARTERS, Post
from sync.kit import courier
from tests.support.deployment import Deployment
from tests.sync.support.posts import make_posts, numbers_on, stand_at

OWN = "739164"


@pytest.fixture
def hq(deployment: Deployment) -> HeadquartersHome:
    return deployment.hq


def add(hq: HeadquartersHome, number: str = "H-1", *roles: StaffRole, post: str = HEADQUARTERS) -> str:
    return people.add_person(hq, NewPerson(number, f"Duty {number}", roles or (StaffRole.SUPERVISOR,), (post,)))


@pytest.fixture
def duty(hq: HeadquartersHome) -> ProvenStaff:
    """H-1, whose PIN is OWN."""
    return change_staff_secret(hq, prove_staff(hq, "H-1", add(hq), "first"), OWN)


def test_number_and_pin_prove_it_and_the_record_says_what_for(hq: HeadquartersHome, duty: ProvenStaff) -> None:
    proof = prove_staff(hq, " h-1 ", OWN, "settle conflict 7")
    assert (proof.person, proof.signature) == (duty.person, "H-1 Duty H-1")
    newest = list_staff_proofs(hq)[-1]
    assert (newest.number, newest.purpose, newest.outcome) == ("H-1", "settle conflict 7", "proved")


def test_a_first_pin_proves_only_that_it_may_be_changed(hq: HeadquartersHome) -> None:
    proof = prove_staff(hq, "H-1", add(hq), "x")
    with pytest.raises(Denied, match="must be changed"):
        must_be_own_secret(proof)
    after = change_staff_secret(hq, proof, OWN)
    must_be_own_secret(after)
    with pytest.raises(Denied, match="changed since"):
        change_staff_secret(hq, proof, "640917")


def test_five_wrong_pins_lock_until_there_is_a_new_first_pin(hq: HeadquartersHome, duty: ProvenStaff) -> None:
    for _time in range(5):
        with pytest.raises(Denied, match="PIN is wrong"):
            prove_staff(hq, "H-1", "111222", "x")
    with pytest.raises(Denied, match="is locked at headquarters"):
        prove_staff(hq, "H-1", OWN, "x")
    assert [proof.outcome for proof in list_staff_proofs(hq)][-2:] == ["refused", "locked"]
    assert prove_staff(hq, "H-1", people.reset_secret(hq, "H-1"), "x").must_change_secret


def test_a_right_pin_takes_the_wrong_tries_back(hq: HeadquartersHome, duty: ProvenStaff) -> None:
    for _round in range(3):
        for _time in range(4):
            with pytest.raises(Denied):
                prove_staff(hq, "H-1", "111222", "x")
        prove_staff(hq, "H-1", OWN, "x")


def test_a_process_that_is_killed_while_it_tries_has_used_its_try(
    hq: HeadquartersHome, duty: ProvenStaff, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_arguments: str) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(staff_sign_in, "verify_secret", kill)
        for _time in range(5):
            with pytest.raises(Killed):
                prove_staff(hq, "H-1", OWN, "x")
    with pytest.raises(Denied, match="is locked"):
        prove_staff(hq, "H-1", OWN, "x")


def test_who_is_not_of_headquarters_or_no_supervisor_proves_nothing(hq: HeadquartersHome) -> None:
    add_post(hq, Post("North", has_duress=False))
    officer, auditor = add(hq, "N-1", post="North"), add(hq, "H-2", StaffRole.AUDITOR)
    for number, pin in (("N-1", officer), ("X-99", "111222")):
        with pytest.raises(Denied, match="PIN is wrong"):
            prove_staff(hq, number, pin, "x")
    assert [proof.number for proof in list_staff_proofs(hq)] == ["", ""]
    for _time in range(6):
        with pytest.raises(Denied, match="is no supervisor"):
            prove_staff(hq, "H-2", auditor, "x")
    assert {proof.outcome for proof in list_staff_proofs(hq)} == {"refused", "not allowed"}
    assert change_staff_secret(hq, prove_staff(hq, "H-2", auditor, "change PIN", must_decide=False), OWN)
    supervisor = add(hq)
    people.end_person(hq, "H-1", "moved")
    with pytest.raises(Denied, match="PIN is wrong"):
        prove_staff(hq, "H-1", supervisor, "x")


def test_no_kit_gets_the_people_of_headquarters(deployment: Deployment, duty: ProvenStaff) -> None:
    make_posts(deployment)
    kit = deployment.kit()
    stand_at(deployment, "north")
    assert courier.run(kit).ok and "H-1" not in numbers_on(kit)
    with pytest.raises(InputError, match="no post called Headquarters"):
        stand_at(deployment, HEADQUARTERS)


def test_headquarters_is_no_post_of_a_kit(hq: HeadquartersHome, duty: ProvenStaff) -> None:
    with pytest.raises(InputError, match="already a post called Headquarters"):
        add_post(hq, Post("headquarters", has_duress=False))
    assert [entry.person.number for entry in people.list_people(hq, HEADQUARTERS)] == ["H-1"]
    with pytest.raises(InputError, match="No post of H-1 has PINs under duress"):
        people.give_duress_pin(hq, "H-1")
