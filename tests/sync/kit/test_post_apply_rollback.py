"""The newest version taken back on one kit: the one before serves again, without whoever was withdrawn since."""

import pytest

from data.clock import Clock
from data.errors import InputError, StoreError
from data.journal.history import read_events
from data.kit.home import KitHome
from data.lists.edition import Edition
from sync.kit.list_sync import SyncMethod
from sync.kit.post_apply import roll_back
from tests.support.deployment import PEOPLE, Deployment, names, sync

MORE = PEOPLE | {"XXi.000": "Testa Alia", "XXi.900": "Altera Persona"}
LESS = {record: name for record, name in MORE.items() if record != "XXi.003"}


def back(kit: KitHome) -> Edition:
    return roll_back(kit, "un", who="Officer One", why="wrong names", clock=Clock())


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    return kit


def test_the_version_before_serves_again_and_says_why(deployment: Deployment, kit: KitHome) -> None:
    first = kit.lists.open("un").edition()
    deployment.publish(MORE)
    sync(kit)
    assert back(kit) == first
    assert names(kit) == PEOPLE
    held_back = kit.lists.open("un").held_back
    assert held_back is not None and (held_back.version, held_back.who, held_back.why) == (
        2,
        "Officer One",
        "wrong names",
    )
    (event,) = read_events(kit.journal, "list_rolled_back")
    assert (event.person, event.outcome, event.detail["reason"]) == ("Officer One", "un 2", "wrong names")
    assert kit.lists.open("un").overlay_rows() == 0  # whoever was added by mistake is not on the disk any more


def test_the_courier_leaves_it_until_a_newer_one_comes(deployment: Deployment, kit: KitHome) -> None:
    deployment.publish(MORE)
    sync(kit)
    back(kit)
    result = sync(kit)["un"]
    assert (result.way, result.after, result.error) == (SyncMethod.HELD_BACK, 1, None)
    assert names(kit) == PEOPLE
    deployment.publish(LESS)
    assert sync(kit)["un"].after == 3
    assert names(kit) == LESS
    assert kit.lists.open("un").held_back is None


def test_withdrawn_persons_stay_withdrawn(deployment: Deployment, kit: KitHome) -> None:
    deployment.publish(LESS)
    sync(kit)
    edition = back(kit)
    without = {record: name for record, name in PEOPLE.items() if record != "XXi.003"}
    assert names(kit) == without
    assert edition.count == len(without)
    deployment.publish(MORE)
    assert sync(kit)["un"].error is None
    assert names(kit) == MORE


def test_there_is_one_step_back_and_none_behind_a_whole_list(deployment: Deployment, kit: KitHome) -> None:
    with pytest.raises(StoreError, match="no earlier version"):
        back(kit)
    deployment.publish(MORE)
    sync(kit)
    back(kit)
    with pytest.raises(StoreError, match="no earlier version"):
        back(kit)
    assert names(kit) == PEOPLE


@pytest.mark.parametrize(("name", "who", "why"), [("no-such", "One", "x"), ("un", " ", "x"), ("un", "One", "")])
def test_nobody_does_it_for_nothing(deployment: Deployment, kit: KitHome, name: str, who: str, why: str) -> None:
    deployment.publish(MORE)
    sync(kit)
    with pytest.raises(InputError):
        roll_back(kit, name, who=who, why=why, clock=Clock())
    assert names(kit) == MORE
