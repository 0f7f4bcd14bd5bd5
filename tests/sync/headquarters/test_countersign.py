"""Headquarters as the second person by radio: the digits that the kit expects, for a kit in force, and on record."""

from dataclasses import replace

import pytest

from data.errors import Denied, InputError
from data.people.countersign_code import RemoteAnswer, make_nonce, read_answer
from data.people.kit_roster import read_roster
from data.people.staff import StaffRole
from sync.headquarters.countersign import countersign, list_countersignatures
from sync.headquarters.kits import SetStatus, change_kit
from sync.headquarters.staff_sign_in import ProvenStaff
from sync.headquarters.store.staff_table import staff_by_post
from sync.kit import courier
from tests.support.deployment import Deployment
from tests.support.staff import make_person
from tests.sync.support.posts import make_posts, stand_at

CASE = "SETTLE-7QX"


DUTY = ProvenStaff(make_person("H-1", "K. Duty", StaffRole.SUPERVISOR))


@pytest.fixture
def posted(deployment: Deployment) -> Deployment:
    make_posts(deployment)
    deployment.kit()
    stand_at(deployment, "north")
    return deployment


@pytest.mark.parametrize("answer", list(RemoteAnswer))
def test_the_kit_understands_the_answer_and_it_is_on_record(posted: Deployment, answer: RemoteAnswer) -> None:
    kit, nonce = posted.kits[0], make_nonce()
    courier.run(kit)
    code = countersign(posted.hq, "post-1", CASE, nonce.lower(), answer, DUTY)
    roster = read_roster(kit)
    assert roster is not None and read_answer(roster.countersign_key, "post-1", CASE, nonce, code) is answer
    (record,) = list_countersignatures(posted.hq)
    assert (record.kit, record.case, record.nonce, record.answer) == ("post-1", CASE, nonce, answer)
    assert record.who == "H-1 K. Duty"


@pytest.mark.parametrize(
    ("kit", "case", "nonce"),
    [
        ("post-9", CASE, "234567"),
        ("post-1", CASE, "23456A"),
        ("post-1", CASE, "23456"),
        ("post-1", " ", "234567"),
    ],
)
def test_what_cannot_be_is_refused_and_not_recorded(posted: Deployment, kit: str, case: str, nonce: str) -> None:
    with pytest.raises(InputError):
        countersign(posted.hq, kit, case, nonce, RemoteAnswer.AGREES, DUTY)
    assert list_countersignatures(posted.hq) == ()


def test_a_kit_that_is_suspended_or_at_no_post_gets_no_code(posted: Deployment) -> None:
    stand_at(posted, None)
    with pytest.raises(InputError, match="stands at no post"):
        countersign(posted.hq, "post-1", CASE, "234567", RemoteAnswer.AGREES, DUTY)
    stand_at(posted, "north")
    change_kit(posted.hq, "post-1", SetStatus("away"))
    with pytest.raises(InputError, match="not in force"):
        countersign(posted.hq, "post-1", CASE, "234567", RemoteAnswer.AGREES, DUTY)


def test_who_works_at_the_post_is_no_second_person_for_it(posted: Deployment) -> None:
    with posted.hq.store.reading() as connection:
        officer = staff_by_post(connection)["north"][0]
    both = ProvenStaff(replace(DUTY.person, human=officer.human))
    with pytest.raises(Denied, match="works at north as well"):
        countersign(posted.hq, "post-1", CASE, "234567", RemoteAnswer.AGREES, both)
    assert list_countersignatures(posted.hq) == ()


def test_a_first_pin_answers_nothing(posted: Deployment) -> None:
    new = ProvenStaff(make_person("H-2", "New Duty", StaffRole.SUPERVISOR, is_initial=True))
    with pytest.raises(Denied, match="must be changed"):
        countersign(posted.hq, "post-1", CASE, "234567", RemoteAnswer.AGREES, new)
