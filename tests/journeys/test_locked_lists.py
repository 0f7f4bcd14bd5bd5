"""Every check that stands on a list, under locked lists, whoever wrote it: never PASS, always the plain reason."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.counter.counter import Counter
from appliance.counter.kit_lists import KitLists
from appliance.counter.subject import ScreeningRequest, Subject
from appliance.screening.list_access import TrustLists
from appliance.screening.result import ScreeningResult
from appliance.standing_conditions import ConditionKind, access_condition
from data.clock import Clock, Uptime, read_system_time
from data.errors import Locked
from data.kit.headquarters_word import KitStatus
from data.kit.home import KitHome
from data.lease import enforcement
from data.lease.access import AccessState
from data.screenings import Verdict
from tests.journeys.support.travellers import WANTED
from tests.support.deployment import PASSPHRASE
from tests.support.kit_status import save_status
from tests.support.staff import at_work
from ui.wiring import counter_of

WITHOUT_A_LIST = {"referrals", "seen_again", "mrz", "typed", "number", "validity", "boarding_pass", "seal"}
"""Checks that look nobody up. A new check that is not here must stand on locked lists as the others do."""
SUSPENDED = KitStatus("suspended", "being repaired")


@pytest.fixture
def home(kit: Path) -> KitHome:
    return KitHome.open(kit, PASSPHRASE, "desk")


@pytest.fixture
def counter(home: KitHome) -> Iterator[Counter]:
    with closing(counter_of(home)) as counter:
        counter.refresh_access()
        yield counter


def lists_of(counter: Counter) -> KitLists:
    assert isinstance(counter.lists, KitLists)
    return counter.lists


def screened(counter: Counter) -> ScreeningResult:
    return counter.screen(ScreeningRequest(Subject.from_zone(WANTED, counter.today()), at_work(counter)))


def reasons(counter: Counter) -> dict[str, str]:
    found = screened(counter)
    return {one.check: one.reason for one in found.findings if one.check not in WITHOUT_A_LIST}


def test_every_check_of_a_list_says_that_it_is_locked_and_why(home: KitHome, counter: Counter) -> None:
    assert "person_strong" in reasons(counter).values()
    save_status(home, SUSPENDED)
    counter.refresh_access()
    lists_of(counter).guard.accept_generation(0)  # as a second later
    assert set(reasons(counter).values()) == {"lists_suspended"} and len(reasons(counter)) > 5
    result = screened(counter)
    assert result.verdict is Verdict.CANNOT_SAY
    assert "These lists are locked: headquarters suspended this kit (being repaired)" in result.says


def test_nobody_reads_a_locked_list_past_the_gate(home: KitHome, counter: Counter) -> None:
    reader = lists_of(counter).readers["notices"]
    save_status(home, SUSPENDED)
    lists_of(counter).guard.accept_generation(0)
    for reads in (reader.prepare, reader.base, lambda: reader.needs_repair, lambda: reader.read().__enter__()):
        with pytest.raises(Locked, match="being repaired"):
            reads()
    with pytest.raises(Locked):
        TrustLists([reader]).snapshot()  # chips and seals are vouched for by lists as well


def test_a_counter_that_runs_on_goes_from_open_to_erased_to_fetched_anew(home: KitHome, counter: Counter) -> None:
    assert counter.refresh_access().state is AccessState.GOOD
    save_status(home, KitStatus("wiped", "stolen"))
    assert counter.refresh_access().state is AccessState.ERASED
    assert set(reasons(counter).values()) == {"lists_erased"}
    assert {state.words for state in counter.lists.states()} == {"erased"}
    assert not list((home.path / "lists").glob("*/*"))
    save_status(home, KitStatus())
    enforcement.record_new_keys(home)
    assert counter.refresh_access().state is AccessState.GOOD
    assert "list_missing" in set(reasons(counter).values())


def test_a_lease_is_warned_of_then_locks_and_is_told_once(home: KitHome, counter: Counter) -> None:
    def in_days(days: float) -> Clock:
        start = Uptime(f"start {days}", 60.0)
        return Clock(read=lambda: read_system_time() + timedelta(days=days), read_uptime=lambda: start)

    for days, kind in ((50, None), (55, ConditionKind.LEASE_ENDING), (62, ConditionKind.LISTS_LOCKED)):
        condition = access_condition(enforcement.read_access(home, in_days(days)))
        assert (condition.kind if condition else None) is kind
