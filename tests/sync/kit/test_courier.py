"""A whole run of the courier: what goes first, what stays in its place, and what a bad source can do."""

import stat
from dataclasses import replace
from datetime import timedelta

from data.clock import Clock, Uptime, read_system_time
from data.kit import headquarters_word
from data.kit.headquarters_word import CarriedList, KitStatus
from data.lease.access import find_withholding_reason
from data.lease.enforcement import read_access
from data.policy import read_policy
from sync.formats.envelope import Envelope
from sync.kit import courier
from sync.kit.vault_entries import keep_envelope
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, sync


def test_a_kit_runs_against_an_empty_headquarters_and_gets_later_lists(deployment: Deployment) -> None:
    kit = deployment.kit()
    assert courier.run(kit).lists == ()
    assert headquarters_word.read_carried_lists(kit) == ()
    deployment.publish(PEOPLE)
    deployment.publish(FEWER, "other")
    assert {name: entry.after for name, entry in sync(kit).items()} == {"un": 1, "other": 1}
    assert headquarters_word.read_carried_lists(kit) == (
        CarriedList("other", "persons", True),
        CarriedList("un", "persons", True),
    )


def test_small_lists_come_first(deployment: Deployment) -> None:
    calls: list[str] = []
    deployment.publish(PEOPLE | {f"XXi.9{n:03}": f"Testa Longa {n}" for n in range(500)}, "a-large-one")
    deployment.publish(PEOPLE, "small")
    courier.run(deployment.kit(), after_apply=lambda edition: calls.append(edition.list))
    assert calls == ["small", "a-large-one"]


def test_a_list_that_is_no_longer_carried_stays_and_is_named(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    policy = read_policy(kit)
    assert policy is not None
    keep_envelope(kit, Envelope("post-1", "", 1, read_system_time(), (), KitStatus()), policy.kits_key())
    report = courier.run(kit)
    assert report.no_longer_carried == ("un",)
    assert names(kit) == PEOPLE


def test_the_secret_file_and_the_kit_are_for_their_owner_only(deployment: Deployment) -> None:
    kit = deployment.kit()
    secret = deployment.folder / "post-1.enrol"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(kit.path.stat().st_mode) == 0o700


def test_nothing_of_a_list_lies_in_clear_anywhere(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    sync(deployment.kit())
    deployment.publish(FEWER)
    (deployment.folder / "un.xml").unlink()
    for path in deployment.folder.rglob("*"):
        if path.is_file():
            assert b"Testa" not in path.read_bytes(), path
            assert b"XXi." not in path.read_bytes(), path


def test_the_verified_time_is_a_floor_under_the_clock(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    before = read_system_time() - timedelta(minutes=1)
    sync(kit)
    assert headquarters_word.read_clock(kit).floor > before


def test_details_stay_open_where_headquarters_clock_is_weeks_ahead_of_the_kits(deployment: Deployment) -> None:
    """The word to the kit and the word about the list are both headquarters' times: their ages are compared."""
    now = read_system_time()
    deployment.take(PEOPLE)
    deployment.publish_again(now=now)
    kit = deployment.kit()
    behind = Clock(floor=now - timedelta(days=40), read=lambda: now - timedelta(days=38))
    deployment.publish_again(now=now + timedelta(minutes=1))
    courier.run(kit, clock=behind)
    edition = kit.lists.open("un").edition()
    assert edition is not None
    access = read_access(kit, headquarters_word.read_clock(kit))
    word = headquarters_word.read_list_contact(kit, replace(edition, published=now - timedelta(days=30)))
    assert not find_withholding_reason(word, 14 * 24.0, access, behind.now())


def test_a_word_about_a_list_that_was_signed_far_ahead_counts_from_when_it_came(deployment: Deployment) -> None:
    """It would keep the details of the list open for years after headquarters fell silent."""
    kit = deployment.kit()
    deployment.take(PEOPLE)
    deployment.publish_again(now=read_system_time() + timedelta(days=800))
    courier.run(kit)
    contacts = headquarters_word._parse_list_contacts(kit.vault.get(headquarters_word.LIST_CONTACTS))
    assert contacts["un"] <= read_system_time()


def test_what_the_machine_runs_right_after_a_sync_makes_lists_older(deployment: Deployment) -> None:
    """Also where the next look comes days later, under a clock that was set back."""
    kit = deployment.kit()
    start = read_system_time()
    clock = Clock(read=lambda: start, read_uptime=lambda: Uptime("a", 1000.0))
    deployment.publish(PEOPLE)
    courier.run(kit, clock=clock)
    floor = headquarters_word.read_clock(kit).floor
    later = replace(clock, floor=floor, read_uptime=lambda: Uptime("a", 1000.0 + 10 * 86_400))
    ages_from = read_access(kit, later).ages_from
    assert ages_from is not None and ages_from >= floor + timedelta(days=10)
