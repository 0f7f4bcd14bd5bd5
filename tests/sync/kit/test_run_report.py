"""How far a run is, what it came to, and how that is said."""

import pytest

from sync.kit.run_report import ProgressMeter, SyncProgress


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
