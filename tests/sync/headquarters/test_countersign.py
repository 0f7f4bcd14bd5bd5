"""Headquarters as the second person by radio: the digits that the kit expects, for a kit in force, and on record."""

import pytest

from data.errors import InputError
from data.people.countersign_code import RemoteAnswer, make_nonce, read_answer
from data.people.kit_roster import read_roster
from sync.headquarters.countersign import countersign, list_countersignatures
from sync.headquarters.kits import SetStatus, change_kit
from sync.kit import courier
from tests.support.deployment import Deployment
from tests.sync.support.posts import make_posts, stand_at

CASE = "SETTLE-7QX"


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
    code = countersign(posted.hq, "post-1", CASE, nonce.lower(), answer, "K. Duty")
    roster = read_roster(kit)
    assert roster is not None and read_answer(roster.countersign_key, "post-1", CASE, nonce, code) is answer
    (record,) = list_countersignatures(posted.hq)
    assert (record.kit, record.case, record.nonce, record.answer) == ("post-1", CASE, nonce, answer)
    assert record.who == "K. Duty"


@pytest.mark.parametrize(
    ("kit", "case", "nonce", "who"),
    [
        ("post-9", CASE, "234567", "K. Duty"),
        ("post-1", CASE, "23456A", "K. Duty"),
        ("post-1", CASE, "23456", "K. Duty"),
        ("post-1", " ", "234567", "K. Duty"),
        ("post-1", CASE, "234567", ""),
    ],
)
def test_what_cannot_be_is_refused_and_not_recorded(
    posted: Deployment, kit: str, case: str, nonce: str, who: str
) -> None:
    with pytest.raises(InputError):
        countersign(posted.hq, kit, case, nonce, RemoteAnswer.AGREES, who)
    assert list_countersignatures(posted.hq) == ()


def test_a_kit_that_is_suspended_or_at_no_post_gets_no_code(posted: Deployment) -> None:
    stand_at(posted, None)
    with pytest.raises(InputError, match="stands at no post"):
        countersign(posted.hq, "post-1", CASE, "234567", RemoteAnswer.AGREES, "K. Duty")
    stand_at(posted, "north")
    change_kit(posted.hq, "post-1", SetStatus("away"))
    with pytest.raises(InputError, match="not in force"):
        countersign(posted.hq, "post-1", CASE, "234567", RemoteAnswer.AGREES, "K. Duty")
