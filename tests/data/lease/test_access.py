"""How long it has been since headquarters spoke, under clocks that lie."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import ClockReading
from data.lease.access import HOLDING_S, LARGEST_STEP_S, ContactAge

HEARD = datetime(2026, 3, 1, tzinfo=UTC)
DAY_S = 86_400.0


def moment(
    days: float, boot: str = "a", boot_days: float = 0.0, *, behind: bool = False, signed: float = 0.0
) -> ClockReading:
    return ClockReading(boot, boot_days * DAY_S, HEARD + timedelta(days=days), behind, HEARD + timedelta(days=signed))


BEGUN = ContactAge.from_contact(HEARD, moment(0))


def days(seconds: float) -> float:
    return round(seconds / DAY_S, 3)


def test_what_the_machine_ran_counts_whatever_the_calendar_says() -> None:
    for calendar in (-300, 0, 5, 400):
        age = BEGUN
        for day in range(1, 6):
            age = age.at(moment(calendar, boot_days=day))
        assert days(age.estimated_s) == days(age.proven_s) == 5


def test_a_calendar_that_is_set_ahead_while_the_machine_runs_changes_nothing() -> None:
    assert days(BEGUN.at(moment(400, boot_days=1)).estimated_s) == 1


def test_time_switched_off_is_the_calendars_and_proves_nothing_yet() -> None:
    age = BEGUN.at(moment(61, "b"))
    assert (days(age.estimated_s), days(age.proven_s)) == (61, 0)


def test_a_calendar_that_stood_ahead_locks_only_until_it_is_set_right() -> None:
    wrong = BEGUN.at(moment(400, "b"))
    right = wrong.at(moment(2, "b", 0.1))
    assert (days(wrong.estimated_s), days(right.estimated_s), days(right.proven_s)) == (400, 2, 0.1)


def run_through(silence: ContactAge, calendar: float, boot: str, runs_days: float) -> ContactAge:
    """Looks every hour while the machine runs."""
    for hour in range(int(runs_days * 24) + 1):
        silence = silence.at(moment(calendar + hour / 24, boot, hour / 24))
    return silence


def test_days_asleep_or_without_a_look_make_no_wrong_calendar_true() -> None:
    """Switched on with a year too many on a Friday, closed, and opened after the holidays."""
    friday = BEGUN.at(moment(366, "b")).at(moment(367, "b", 1))
    later = friday.at(moment(376, "b", 10)).at(moment(386, "b", 20))
    assert (days(later.estimated_s), days(later.proven_s)) == (386, 3), "what nobody looked at is not certain"
    assert days(later.at(moment(21, "b", 20.5)).estimated_s) == 21


def test_what_the_calendar_said_for_three_days_of_running_is_not_taken_back() -> None:
    held = run_through(BEGUN.at(moment(200, "b")), 200, "b", 7)
    assert days(held.estimated_s) == 207
    assert days(held.at(moment(1, "b", 7.5)).estimated_s) == 207.5


def test_no_calendar_proves_more_than_signed_times_bear_out() -> None:
    held = run_through(BEGUN.at(moment(200, "b")), 200, "b", 7)
    assert days(held.proven_s) == 7
    assert days(held.at(moment(207, "b", 7, signed=150)).proven_s) == 150
    assert days(held.at(moment(207, "b", 7, signed=300)).proven_s) == 207


def test_no_signed_time_proves_what_the_calendar_denies() -> None:
    """Headquarters' clock had stood ahead when it signed the lists."""
    age = BEGUN.at(moment(1, boot_days=1, signed=1)).at(moment(2, boot_days=2, signed=2))
    assert days(age.at(moment(3, boot_days=3, signed=300)).proven_s) == 3


@pytest.mark.parametrize("calendar", [0.1, 20_000], ids=["alone", "with the calendar"])
def test_one_absurd_reading_of_the_uptime_locks_and_proves_next_to_nothing(calendar: float) -> None:
    before = BEGUN.at(moment(0, boot_days=0.05))
    absurd = before.at(moment(calendar, boot_days=20_000))
    assert days(absurd.estimated_s) >= 20_000
    assert absurd.proven_s <= before.proven_s + LARGEST_STEP_S
    right = absurd.at(moment(0.2, boot_days=0.2))
    assert days(right.estimated_s) < 1 and right.proven_s == before.proven_s


def test_absurd_readings_one_after_the_other_add_nothing_up() -> None:
    age = BEGUN
    for look in range(400):
        age = age.at(moment(0, boot_days=20_000 if look % 2 else 0.1))
    assert age.at(moment(0, boot_days=0.1)).proven_s <= LARGEST_STEP_S


def test_an_absurd_reading_before_a_restart_is_the_calendars_to_judge() -> None:
    absurd = BEGUN.at(moment(0.1, boot_days=20_000))
    assert days(absurd.at(moment(1, "b", 0.1)).estimated_s) <= 2
    assert days(absurd.at(moment(-9, "b", 0.1, behind=True)).estimated_s) > 19_000, "no calendar speaks against it"


@pytest.mark.parametrize(("signed", "proven"), [(0, 4.042), (150, 150.042), (300, 203.042)])
def test_running_that_nobody_looked_at_is_certain_as_far_as_signed_times_confirm_it(
    signed: float, proven: float
) -> None:
    left_alone = BEGUN.at(moment(200, boot_days=200, signed=signed))
    assert (days(left_alone.estimated_s), days(left_alone.proven_s)) == (200, 1)
    age = left_alone
    for hour in range(1, 74):
        age = age.at(moment(200 + hour / 24, boot_days=200 + hour / 24, signed=signed))
    assert days(age.proven_s) == pytest.approx(proven, abs=0.1)
    assert days(left_alone.uptime_until_proven_s(190 * DAY_S)) == (3 if signed == 300 else 189)
    assert days(age.estimated_s) < 204


@pytest.mark.parametrize("jump_days", [1.5, 10, 3700, 1e9])
def test_an_uptime_that_jumped_for_good_erases_nothing_before_its_time(jump_days: float) -> None:
    """This clock does not go back before the machine starts again: a jump lasts, and then it counts normally."""
    age = run_through(BEGUN, 0, "a", 0.1)
    for hour in range(3, 30 * 24):
        age = age.at(moment(hour / 24, boot_days=hour / 24 + jump_days, signed=hour / 24))
    assert days(age.proven_s) <= 31
    assert days(age.estimated_s) >= jump_days, "it locks"
    assert days(age.at(moment(30, "b", 0.1)).estimated_s) <= 32, "until the machine starts again"


@pytest.mark.parametrize("seconds", [400, 7200])
def test_pairs_of_looks_under_a_shifted_uptime_add_nothing_up(seconds: float) -> None:
    age, shift = BEGUN, 5.0
    for hour in range(1, 400):
        now = hour / 24
        age = age.at(moment(now, boot_days=now + shift))
        age = age.at(moment(now, boot_days=now + shift + seconds / DAY_S))
        age = age.at(moment(now, boot_days=now))
        assert days(age.proven_s) <= now + 0.001


def test_an_absurd_reading_hides_no_time_switched_off() -> None:
    """Else one faked look would take the calendar's claim away, and the next would open the lists."""
    locked = BEGUN.at(moment(61, "b", 0.1))
    faked = locked.at(moment(61.1, "b", 20_000))
    assert days(faked.at(moment(61.2, "b", 0.2)).estimated_s) >= 61


def test_one_right_look_within_three_days_takes_a_wrong_calendar_back() -> None:
    wrong = run_through(BEGUN.at(moment(200, "b")), 200, "b", 5)
    corrected = run_through(wrong.at(moment(5, "b", 5)), 5, "c", 7)
    assert days(corrected.estimated_s) < 20


def test_a_calendar_behind_signed_time_proves_nothing_and_running_goes_on_counting() -> None:
    age = BEGUN.at(moment(90, "b"))
    for day in range(10):
        age = age.at(moment(0, "b", day + 1, behind=True))
    assert (days(age.estimated_s), days(age.proven_s)) == (10, 10)


def test_a_word_that_travelled_is_as_old_as_it_is() -> None:
    assert days(ContactAge.from_contact(HEARD, moment(20)).estimated_s) == 20


def test_until_it_is_proven_it_is_told_how_long_the_machine_has_to_run() -> None:
    limit_s = 180 * DAY_S
    assert BEGUN.uptime_until_proven_s(limit_s) == limit_s
    assert BEGUN.at(moment(200, "b")).uptime_until_proven_s(limit_s) == limit_s
    ahead = BEGUN.at(moment(200, "b", signed=200))
    running_s = ahead.uptime_until_proven_s(limit_s)
    assert HOLDING_S < running_s <= 2 * HOLDING_S
    assert run_through(ahead, 200, "b", running_s / DAY_S + 1).proven_s >= limit_s


LOOKS = st.lists(
    st.tuples(st.integers(0, 5), st.floats(0, 40), st.floats(-500, 5000), st.booleans()), min_size=1, max_size=30
)


@given(LOOKS)
def test_no_calendar_takes_back_what_ran_or_was_proven(looks: list[tuple[int, float, float, bool]]) -> None:
    age, boot, boot_days = BEGUN, 0, 0.0
    for skipped, ran_days, calendar, behind in looks:
        boot, boot_days = (boot + 1, ran_days) if skipped == 0 else (boot, boot_days + ran_days)
        before, age = age, age.at(moment(calendar, f"b{boot}", boot_days, behind=behind))
        assert age.ran_s >= before.ran_s and age.proven_s >= before.proven_s
        assert age.estimated_s >= age.proven_s


@given(LOOKS)
def test_under_three_days_of_running_no_calendar_proves_anything(looks: list[tuple[int, float, float, bool]]) -> None:
    age = BEGUN
    for number, (_, ran_days, calendar, behind) in enumerate(looks):
        ran_s = ran_days * DAY_S / 40 / 31 * 2.9  # all of them together stay below three days
        age = age.at(replace(moment(calendar, f"b{number}", behind=behind), boot_s=ran_s))
    assert age.proven_s == age.ran_s < HOLDING_S
