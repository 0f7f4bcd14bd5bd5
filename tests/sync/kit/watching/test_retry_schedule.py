"""The rules of waiting hold in whatever order things happen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from data.errors import AskedToWait, Busy, LinkError, Problem, TrustError
from sync.kit.list_sync import SyncMethod
from sync.kit.reports.dispatch import SendResult
from sync.kit.run_report import CourierReport, ListSyncResult
from sync.kit.watching.retry_schedule import RetryIntervals, RetrySchedule, RetryWait, RunOutcome, WakeCause, run_ending

QUIET = CourierReport((), (), (), 0, 0.0)
TROUBLE = Problem("It broke", "Nothing was lost", "Wait")


def synced(before: int = 1, after: int = 1, **more: object) -> ListSyncResult:
    return replace(ListSyncResult("un", before, after, SyncMethod.UNCHANGED, 0, 0), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "outcome", "words"),
    [
        (QUIET, RunOutcome.DONE, "up to date"),
        (replace(QUIET, lists=(synced(1, 2),)), RunOutcome.DONE, "New: un."),
        (replace(QUIET, problems=(TROUBLE,)), RunOutcome.DONE, "It broke. Wait."),
        (
            replace(QUIET, sent=SendResult(refused=TROUBLE)),
            RunOutcome.DONE,
            "Everything is up to date. It broke. Wait.",
        ),
        (replace(QUIET, unreached=TROUBLE), RunOutcome.FAILED, "It broke"),
        (replace(QUIET, lists=(synced(error=TROUBLE),)), RunOutcome.PARTLY, "un: It broke"),
        (replace(QUIET, lists=(synced(error=TROUBLE, goes_on=True),)), RunOutcome.BROKE_OFF, "un: It broke"),
        (replace(QUIET, lists=(synced(postponed=TROUBLE, bytes=5),)), RunOutcome.POSTPONED, "un: It broke"),
        (replace(QUIET, lists=(synced(postponed=TROUBLE), synced(error=TROUBLE))), RunOutcome.PARTLY, "It broke"),
        (LinkError("It broke", do="Wait"), RunOutcome.FAILED, "It broke."),
        (TrustError("It is wrong", do="Tell headquarters"), RunOutcome.FAILED, "It is wrong. Tell headquarters."),
        (Busy("Another one runs"), RunOutcome.BUSY, "Another one runs"),
    ],
)
def test_what_a_run_comes_to(result: CourierReport, outcome: RunOutcome, words: str) -> None:
    ending = run_ending(result)
    assert ending.outcome is outcome
    assert words in ending.says


def test_what_the_server_asked_is_not_lost() -> None:
    assert run_ending(AskedToWait("busy", 90)).asked_s == 90
    assert run_ending(replace(QUIET, asked_wait_s=70)).asked_s == 70


PACING = RetryIntervals()
WAITS = RetrySchedule(PACING)
DAY = 24 * 3600
rands = st.floats(0, 1, exclude_max=True)
outcomes = st.sampled_from(RunOutcome)


def test_failures_double_up_to_a_day() -> None:
    wait, pauses = RetryWait(0), []
    for _ in range(9):
        wait = WAITS.wait_after(wait, RunOutcome.FAILED, 0, 0)
        pauses.append(wait.until_s / 60)
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_success_forgets_failures() -> None:
    wait = RetryWait(0, failures=7)
    assert WAITS.wait_after(wait, RunOutcome.DONE, 0, 0.5).failures == 0
    assert WAITS.wait_after(wait, RunOutcome.BROKE_OFF, 0, 0.5).failures == 0
    assert WAITS.wait_after(wait, RunOutcome.BUSY, 0, 0.5).failures == 7


def test_a_line_that_brings_bytes_is_tried_again_in_a_minute_however_often() -> None:
    wait = RetryWait(0)
    for _ in range(50):
        wait = WAITS.wait_after(wait, RunOutcome.BROKE_OFF, wait.until_s, 0.9)
        assert 60 <= wait.until_s - wait.ended_s <= 90


@given(st.integers(0, 10_000), rands)
def test_no_failure_waits_longer_than_a_day(failures: int, rand: float) -> None:
    wait = WAITS.wait_after(RetryWait(0, failures=failures), RunOutcome.FAILED, 0, rand)
    assert 15 * 60 <= wait.until_s <= DAY


@given(st.integers(0, 100), rands)
def test_one_list_that_fails_never_slows_the_others(failures: int, rand: float) -> None:
    wait = WAITS.wait_after(RetryWait(0, failures=failures), RunOutcome.PARTLY, 0, rand)
    assert 15 * 60 <= wait.until_s <= PACING.every_s * 1.1
    assert wait.failures == failures + 1


@given(rands, st.floats(0, 10 * DAY))
def test_what_was_postponed_is_looked_at_when_it_may_load_or_at_the_usual_time(rand: float, renews: float) -> None:
    wait = WAITS.wait_after(RetryWait(0), RunOutcome.POSTPONED, 0, rand, renews_in_s=renews)
    assert PACING.least_s <= wait.until_s <= min(PACING.every_s * 1.1, max(renews, 60) + 60)


def test_a_person_who_asks_does_not_wait_but_for_the_server() -> None:
    failed = WAITS.wait_after(RetryWait(0), RunOutcome.FAILED, 100, 0.5)
    assert WAITS.wake(failed, WakeCause.REQUEST, 101, 0.5).until_s == 101
    wait = WAITS.wait_after(RetryWait(0), RunOutcome.FAILED, 100, 0.5, asked_s=3600)
    assert WAITS.wake(wait, WakeCause.REQUEST, 101, 0.5).until_s == 3700


def test_the_server_is_left_alone_though_the_last_run_asked_nothing() -> None:
    wait = WAITS.wait_after(RetryWait(0), RunOutcome.FAILED, 100, 0, asked_s=7200)
    later = WAITS.wait_after(wait, RunOutcome.INTERRUPTED, 200, 0)
    assert later.until_s == 7300


class Waiting(RuleBasedStateMachine):
    """Any order of wakes and runs: never sooner than allowed, never later than a day after the last run."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.wait = RetryWait(0)
        self.ends: list[float] = []

    @rule(seconds=st.floats(0, 2 * DAY))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(cause=st.sampled_from(WakeCause), rand=rands)
    def woken(self, cause: WakeCause, rand: float) -> None:
        before = self.wait
        self.wait = WAITS.wake(before, cause, self.now, rand)
        assert self.wait.until_s <= before.until_s
        if cause is WakeCause.LINK:
            assert self.wait.until_s == before.until_s or self.wait.until_s >= before.ended_s + PACING.least_s

    @rule(outcome=outcomes, rand=rands, asked_s=st.sampled_from([0, 0, 30, 5000, DAY]), renews=st.floats(0, 30 * DAY))
    def runs_when_due(self, outcome: RunOutcome, rand: float, asked_s: float, renews: float) -> None:
        if self.now >= self.wait.until_s:
            self.wait = WAITS.wait_after(self.wait, outcome, self.now, rand, asked_s=asked_s, renews_in_s=renews)
            if outcome is not RunOutcome.INTERRUPTED:
                assert self.wait.until_s >= self.now + PACING.least_s

    @invariant()
    def the_server_is_left_alone(self) -> None:
        assert self.wait.until_s >= self.wait.not_before_s

    @invariant()
    def it_always_comes_to_it(self) -> None:
        assert self.wait.until_s <= max(self.now, self.wait.ended_s) + DAY


TestWaiting = Waiting.TestCase
