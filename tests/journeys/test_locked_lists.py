"""Every check that stands on a list, under locked lists, whoever wrote it: never PASS, always the plain reason."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.standing import ConditionKind, of_access
from appliance.trust_lists import TrustLists
from data import enrolment, standing
from data.access import State
from data.clock import Clock, Running, system_time
from data.enrolment import Standing
from data.errors import Locked
from data.findings import Verdict
from data.screenings import Screening
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.travellers import WANTED
from ui.questions import Question
from ui.wiring import Counter, open_counter

WITHOUT_A_LIST = {"seen_again", "mrz", "number", "validity", "boarding_pass", "seal"}
"""Checks that look nobody up. A new check that is not here must stand on locked lists as the others do."""
SUSPENDED = Standing("suspended", "being repaired")


@pytest.fixture
def counter(kit: Path) -> Iterator[Counter]:
    with closing(open_counter(kit, PASSPHRASE, "desk")) as counter:
        yield counter


def wanted(counter: Counter) -> Screening:
    return Question.of(mrz=WANTED).screening(counter.kit.settings, "officer-1", counter.clock.now())


def reasons(counter: Counter) -> dict[str, str]:
    found = counter.screener.screen(wanted(counter))
    return {one.check: one.reason for one in found.findings if one.check not in WITHOUT_A_LIST}


def test_every_check_of_a_list_says_that_it_is_locked_and_why(counter: Counter) -> None:
    assert "person_strong" in reasons(counter).values()
    enrolment.keep_standing(counter.kit, SUSPENDED)
    counter.look()
    counter.__dict__["_gate"].opened_anew(0)  # as a second later
    assert set(reasons(counter).values()) == {"lists_suspended"} and len(reasons(counter)) > 5
    result = counter.screener.screen(wanted(counter))
    assert result.verdict is Verdict.CANNOT_SAY
    assert "These lists are locked: headquarters suspended this kit (being repaired)" in result.says


def test_nobody_reads_a_locked_list_past_the_gate(counter: Counter) -> None:
    reader = counter.replicas["notices"]
    enrolment.keep_standing(counter.kit, SUSPENDED)
    counter.__dict__["_gate"].opened_anew(0)
    for reads in (reader.prepare, reader.base, lambda: reader.needs_repair, lambda: reader.read().__enter__()):
        with pytest.raises(Locked, match="being repaired"):
            reads()
    with pytest.raises(Locked):
        TrustLists([reader]).trusted()  # chips and seals are vouched for by lists as well


def test_a_counter_that_runs_on_goes_from_open_to_erased_to_fetched_anew(counter: Counter) -> None:
    assert counter.look().state is State.GOOD
    enrolment.keep_standing(counter.kit, Standing("wiped", "stolen"))
    assert counter.look().state is State.ERASED
    assert set(reasons(counter).values()) == {"lists_erased"}
    assert {state.words for state in counter.list_states()} == {"erased"}
    assert not list((counter.kit.path / "lists").glob("*/*"))
    enrolment.keep_standing(counter.kit, Standing())
    standing.came_anew(counter.kit)
    assert counter.look().state is State.GOOD
    assert "list_missing" in set(reasons(counter).values())


def test_a_lease_is_warned_of_then_locks_and_is_told_once(counter: Counter) -> None:
    def in_days(days: float) -> Clock:
        start = Running(f"start {days}", 60.0)
        return Clock(read=lambda: system_time() + timedelta(days=days), running=lambda: start)

    for days, kind in ((50, None), (55, ConditionKind.LEASE_ENDING), (62, ConditionKind.LISTS_LOCKED)):
        condition = of_access(standing.access(counter.kit, in_days(days)))
        assert (condition.kind if condition else None) is kind
