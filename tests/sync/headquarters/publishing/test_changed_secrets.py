"""A PIN that was changed on a kit reaches the other kits of the post, or is ignored; nobody reads it on the way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from data.journal.outgoing import Outbox
from data.kit.home import KitHome
from data.people.kit_roster import ChangedSecret, keep_changed_secret, read_roster
from data.people.people_reports import report_changed_secret
from data.people.secret_hash import hash_secret, verify_secret
from data.people.staff import Credential
from sync.headquarters import people
from sync.headquarters.ingest.people_reports import list_ignored, settle_waiting
from sync.headquarters.ingest.segments import Ingest
from sync.headquarters.kits import revoke_kit
from sync.headquarters.publishing import publisher
from sync.kit import courier
from tests.support.deployment import Deployment
from tests.support.network.uplinks import Straight, report
from tests.sync.support.posts import make_posts, numbers_on, stand_at

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)
FIRST, SECOND = "739158", "604817"
HASHES = {pin: hash_secret(pin) for pin in (FIRST, SECOND)}


@pytest.fixture
def kit(deployment: Deployment) -> KitHome:
    """Of two kits at `north`, the first; both have the people there."""
    make_posts(deployment)
    for name in ("post-1", "post-2"):
        deployment.kit(name)
        stand_at(deployment, "north", name)
    for kit in deployment.kits:
        courier.run(kit)
    return deployment.kits[0]


def change_pin(kit: KitHome, pin: str, number: str = "A-17", replaces: int = 1, *, is_initial: bool = False) -> None:
    """As a person does on the kit; the report waits in its outbox."""
    changed = ChangedSecret(replaces, HASHES[pin], is_initial, AT + timedelta(seconds=replaces))
    keep_changed_secret(kit.vault, number, changed)
    report_changed_secret(Outbox(kit.journal), number, changed)


def send(deployment: Deployment, kit: KitHome) -> list[bytes]:
    uplink = Straight(deployment.hq)
    report(kit, uplink)
    return uplink.segments


def credential(deployment: Deployment, number: str = "A-17") -> Credential:
    entry = next(entry for entry in people.list_people(deployment.hq) if entry.person.number == number)
    return entry.person.credential


def ignored(deployment: Deployment) -> list[tuple[str, str, str]]:
    return [(notice.kit, notice.number, notice.why) for notice in list_ignored(deployment.hq)]


def test_a_changed_pin_reaches_the_other_kits_of_the_post(deployment: Deployment, kit: KitHome) -> None:
    change_pin(kit, FIRST)
    segments = send(deployment, kit)
    assert credential(deployment).version == 1  # until the next publication
    deployment.publish_again()
    after = credential(deployment)
    assert after.version == 2 and not after.is_initial and verify_secret(after.secret, FIRST)
    for each in deployment.kits:
        assert courier.run(each).ok
        roster = read_roster(each)
        person = roster and roster.find("A-17")
        assert person is not None and person.credential == after
    sent = [*segments, *(path.read_bytes() for path in deployment.mirror.rglob("*") if path.is_file())]
    assert not any(word in content for content in sent for word in (FIRST.encode(), HASHES[FIRST].encode()))
    deployment.publish_again()
    assert credential(deployment).version == 2 and ignored(deployment) == []


def test_over_a_line_a_pin_goes_up_and_comes_back(deployment: Deployment, served: Callable[..., str]) -> None:
    make_posts(deployment)
    deployment.kit("another")
    kit = deployment.kit(source=served(deployment.hq.path, Ingest(deployment.hq)))
    stand_at(deployment, "north")
    assert courier.run(kit).ok and numbers_on(kit) == ["A-17", "A-18"]
    change_pin(kit, FIRST)
    assert courier.run(kit).ok
    deployment.publish_again()
    assert courier.run(kit).ok
    roster = read_roster(kit)
    person = roster and roster.find("A-17")
    assert person is not None and person.credential == credential(deployment) and person.credential.version == 2


def test_a_first_pin_that_the_post_gave_must_still_be_changed(deployment: Deployment, kit: KitHome) -> None:
    change_pin(kit, FIRST, is_initial=True)
    send(deployment, kit)
    deployment.publish_again()
    assert credential(deployment).is_initial and credential(deployment).version == 2


def test_the_last_of_two_changes_on_one_kit_counts(deployment: Deployment, kit: KitHome) -> None:
    change_pin(kit, FIRST)
    send(deployment, kit)
    deployment.publish_again()
    change_pin(kit, SECOND)  # the kit did not hear of version 2 yet
    send(deployment, kit)
    deployment.publish_again()
    assert verify_secret(credential(deployment).secret, SECOND) and ignored(deployment) == []


def test_of_two_kits_the_first_that_reports_wins(deployment: Deployment, kit: KitHome) -> None:
    other = deployment.kits[1]
    change_pin(kit, FIRST)
    change_pin(other, SECOND)
    send(deployment, kit)
    send(deployment, other)
    deployment.publish_again()
    assert verify_secret(credential(deployment).secret, FIRST)
    assert ignored(deployment) == [("post-2", "A-17", "replaced")]


def test_a_reset_by_headquarters_wins_over_a_change_of_the_pin_before(deployment: Deployment, kit: KitHome) -> None:
    change_pin(kit, FIRST)
    send(deployment, kit)
    deployment.publish_again()
    pin = people.reset_secret(deployment.hq, "A-17")
    change_pin(kit, SECOND)
    send(deployment, kit)
    deployment.publish_again()
    assert verify_secret(credential(deployment).secret, pin) and credential(deployment).is_initial
    assert ignored(deployment) == [("post-1", "A-17", "replaced")]


def test_a_kit_changes_nothing_for_people_of_other_posts(deployment: Deployment, kit: KitHome) -> None:
    change_pin(kit, FIRST, "A-19")
    change_pin(kit, FIRST, "A-99")
    send(deployment, kit)
    deployment.publish_again()
    assert credential(deployment, "A-19").version == 1
    assert ignored(deployment) == [("post-1", "A-19", "not_at_post"), ("post-1", "A-99", "unknown_person")]


def test_what_a_kit_said_before_it_was_revoked_does_not_count(deployment: Deployment, kit: KitHome) -> None:
    change_pin(kit, FIRST)
    send(deployment, kit)
    revoke_kit(deployment.hq, "post-1", "stolen")
    assert credential(deployment).version == 1 and ignored(deployment) == [("post-1", "A-17", "not_at_post")]


def test_the_credential_of_a_program_is_changed_by_no_kit(deployment: Deployment, kit: KitHome) -> None:
    people.add_program(deployment.hq, "P-1", "Border system", ("north",))
    change_pin(kit, FIRST, "P-1")
    send(deployment, kit)
    deployment.publish_again()
    assert credential(deployment, "P-1").version == 1


def test_a_power_cut_between_the_two_databases_ends_in_the_last_pin(
    deployment: Deployment, kit: KitHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_pin(kit, FIRST)
    change_pin(kit, SECOND)
    send(deployment, kit)
    monkeypatch.setattr(publisher, "settle_waiting", lambda *_: None)
    deployment.publish_again()
    monkeypatch.setattr(publisher, "settle_waiting", settle_waiting)
    deployment.publish_again()
    assert verify_secret(credential(deployment).secret, SECOND) and ignored(deployment) == []
    version = credential(deployment).version
    deployment.publish_again()
    assert credential(deployment).version == version
