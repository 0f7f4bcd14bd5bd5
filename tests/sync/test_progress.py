"""How far a run is, what it came to, and how that is said."""

from dataclasses import replace

import pytest

from data.errors import AskedToWait, Busy, LinkError, Problem, TrustError
from sync.kit.list_sync import SyncMethod
from sync.kit.run_report import CourierReport, ListSyncResult, ProgressMeter, SyncProgress
from sync.kit.watching.retry_schedule import RunOutcome, run_ending

QUIET = CourierReport((), (), (), 0, 0.0)
TROUBLE = Problem("It broke", "Nothing was lost", "Wait")


def synced(before: int = 1, after: int = 1, **more: object) -> ListSyncResult:
    return replace(ListSyncResult("un", before, after, SyncMethod.UNCHANGED, 0, 0), **more)  # type: ignore[arg-type]


def test_minutes_left_follow_the_rate_of_the_last_half_minute() -> None:
    now, steps = 0.0, []
    meter = ProgressMeter(steps.append, now=lambda: now)
    meter.count_received(5000)  # metadata
    meter.expect({"a": 1000, "b": 100_000, "c": 0})
    meter.begin("a")
    meter.count_received(1000)
    meter.begin("b")
    for second in range(1, 41):
        now = float(second)
        meter.count_received(1000 if second > 10 else 10)
    progress = steps[-1]
    assert [
        (progress_of_list.name, progress_of_list.done, progress_of_list.total) for progress_of_list in progress.lists
    ] == [("a", 1000, 1000), ("b", 30_100, 100_000)]
    assert progress.bytes_s == pytest.approx(1000)
    assert progress.seconds_left == pytest.approx(69.9)
    assert (progress.done, progress.total) == (31_100, 101_000)


def test_without_a_rate_nothing_is_promised() -> None:
    assert SyncProgress().seconds_left is None


def test_what_waits_to_be_sent_gets_its_turn_each_minute_of_a_download() -> None:
    now, turns = 0.0, []
    meter = ProgressMeter(each_minute=lambda: turns.append(now), now=lambda: now)
    for second in range(0, 200, 10):
        now = float(second)
        meter.count_received(10)
    assert turns == [60, 120, 180]


@pytest.mark.parametrize(
    ("result", "outcome", "words"),
    [
        (QUIET, RunOutcome.DONE, "up to date"),
        (replace(QUIET, lists=(synced(1, 2),)), RunOutcome.DONE, "New: un."),
        (replace(QUIET, problems=(TROUBLE,)), RunOutcome.DONE, "It broke. Wait."),
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
