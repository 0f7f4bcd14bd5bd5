"""The newest version taken back on one kit: the one before serves again, without whoever was withdrawn since."""

import pytest

from data.clock import Clock
from data.errors import InputError, StoreError
from data.journal.chains import Stream
from data.journal.history import read_events
from data.journal.outgoing import Outbox
from data.json_codec import decode
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.lists.edition import Edition
from data.store import PAGE_BYTES
from data.text import _
from sync.formats.kit_health import HEALTH_KIND, ReportedHealth
from sync.kit.list_sync import SyncMethod
from sync.kit.post_apply import roll_back
from sync.kit.reports.health import enter_health
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


@pytest.mark.parametrize(("name", "who", "why"), [("no-such", "One", "x"), ("un", "One", "")])
def test_nobody_does_it_for_nothing(deployment: Deployment, kit: KitHome, name: str, who: str, why: str) -> None:
    deployment.publish(MORE)
    sync(kit)
    with pytest.raises(InputError):
        roll_back(kit, name, who=who, why=why, clock=Clock())
    assert names(kit) == MORE


@pytest.mark.parametrize("part", ["base", "overlay"])
def test_a_damaged_list_whose_newest_version_is_held_back_is_a_failure(
    deployment: Deployment, kit: KitHome, part: str
) -> None:
    """Nothing here can mend it, and the version that somebody took back must not come back without a word."""
    deployment.publish(MORE)
    sync(kit)
    back(kit)
    kit.lists.close()
    damage(kit, part)
    for _run in range(2):
        result = sync(kit)["un"]
        assert result.error is not None and "only version 2 of un, which is held back here" in result.error.what
    entry = Outbox(kit.journal).last(Stream.RECEIPTS, HEALTH_KIND)
    enter_health(kit, read_clock(kit), [_("Something else")])
    newest = Outbox(kit.journal).last(Stream.RECEIPTS, HEALTH_KIND)
    assert newest is not None and newest != entry
    health = decode(ReportedHealth, newest.body)
    assert health.lists["un"].problem or health.lists["un"].version == 0
    deployment.publish(LESS)
    assert sync(kit)["un"].error is None and names(kit) == LESS


def damage(kit: KitHome, part: str) -> None:
    """Change every page but the first."""
    (path,) = (kit.path / "lists" / "un").glob("base-*.db" if part == "base" else "overlay.db")
    content = bytearray(path.read_bytes())
    for place in range(PAGE_BYTES + 1000, len(content), PAGE_BYTES):
        content[place] ^= 1
    path.write_bytes(content)
