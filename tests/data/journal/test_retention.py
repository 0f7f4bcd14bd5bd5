"""When the journal forgets: by running time and by signed time, never by a calendar alone."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from data.clock import Uptime
from data.journal.retention import LARGEST_STEP_S, RunningTime
from tests.support.sample import NOW

START = RunningTime(0.0, NOW, "first", 100.0)
HOUR_S = 3600.0
LOOKS = some.lists(
    some.tuples(some.sampled_from(("first", "second")), some.floats(0, 1e9), some.floats(-1e8, 1e8)), max_size=20
)


def look(known: RunningTime, passed_s: float, ran_s: float) -> RunningTime:
    return known.at_look(known.at + timedelta(seconds=passed_s), Uptime(known.boot, known.boot_s + ran_s))


def test_what_both_clocks_say_counts() -> None:
    assert look(START, HOUR_S, HOUR_S).total_s == HOUR_S
    assert look(START, 4 * 24 * HOUR_S, 10.0).total_s == 10.0, "the calendar was set ahead"
    assert look(START, 10.0, 900 * HOUR_S).total_s == 10.0, "an absurd reading of the other clock"
    assert look(START, -HOUR_S, HOUR_S).total_s == 0.0, "the calendar was set back"


def test_after_a_start_of_the_machine_its_running_counts() -> None:
    again = START.at_look(NOW + timedelta(hours=9), Uptime("second", HOUR_S))
    assert again.total_s == HOUR_S


def test_both_clocks_faked_for_one_look_delete_nothing_and_are_taken_back() -> None:
    faked = look(START, 96 * HOUR_S, 96 * HOUR_S)
    assert faked.total_s == LARGEST_STEP_S < 12 * HOUR_S
    right = faked.at_look(NOW + timedelta(minutes=1), Uptime("first", 160.0))
    assert right.total_s == 0.0


@given(LOOKS)
def test_no_readings_count_more_than_one_step_a_look(looks: list[tuple[str, float, float]]) -> None:
    known = START
    for boot, seconds, passed_s in looks:
        at: datetime = NOW + timedelta(seconds=passed_s)
        after = known.at_look(at, Uptime(boot, seconds))
        assert abs(after.total_s - known.total_s) < LARGEST_STEP_S + 0.01
        assert after == replace(after, at=at, boot=boot, boot_s=seconds)
        known = after
    assert known.total_s >= 0
