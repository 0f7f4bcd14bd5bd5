"""Hours and budget: what waits, until when, and what never does."""

from datetime import UTC, datetime, timedelta
from os import mkfifo
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.kit.connections.data_budget import Allowance, Spending, SpendingLog
from tests.support.waiting import soon
from tests.sync.support.connections import at_clock

LARGE = 5_000_000
NIGHT = Allowance(("22:00-06:00",))
moments = st.integers(0, 365 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("21:59", "2026-03-31T22:00"),
        ("22:00", "2026-03-31T22:00"),
        ("03:00", "2026-03-31T03:00"),
        ("06:00", "2026-03-31T22:00"),
    ],
)
def test_hours_that_span_midnight(now: str, opens: str) -> None:
    assert NIGHT.opens(at_clock(now)) == datetime.fromisoformat(f"{opens}+00:00")


def test_a_large_file_waits_for_its_hours_and_a_small_one_never() -> None:
    refusal = NIGHT.refusal(Spending(), at_clock("12:00"), LARGE)
    assert refusal is not None and "22:00" in refusal.what
    assert NIGHT.refusal(Spending(), at_clock("12:00"), 256_000) is None
    assert NIGHT.refusal(Spending(), at_clock("23:00"), LARGE) is None


def test_a_spent_day_renews_at_midnight_and_a_spent_month_on_the_first() -> None:
    spending = Spending().plus(3_000_000, at_clock("12:00"))
    day, month = Allowance(day_bytes=2_000_000), Allowance(day_bytes=2_000_000, month_bytes=3_000_000)
    assert day.refusal(spending, at_clock("12:01"), LARGE) is not None
    assert day.renews(spending, at_clock("12:01")) == datetime(2026, 4, 1, tzinfo=UTC)
    assert "month" in str(month.refusal(spending, at_clock("12:01"), LARGE))
    assert month.renews(spending, at_clock("12:01")) == datetime(2026, 4, 1, tzinfo=UTC)
    assert day.refusal(spending, at_clock("12:01") + timedelta(days=1), LARGE) is None


def test_a_budget_that_renews_outside_the_hours_waits_for_them_too() -> None:
    both = Allowance(("03:00-04:00",), day_bytes=10)
    assert both.renews(Spending().plus(10, at_clock("03:30")), at_clock("03:30")) == datetime(2026, 4, 1, 3, tzinfo=UTC)


@given(moments, st.integers(0, 1 << 40), st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_what_is_refused_is_let_through_when_it_renews(now: datetime, day: int, month: int, spent: int) -> None:
    allowance = Allowance(("22:00-06:00", "12:00-13:00"), day, month)
    spending = Spending().plus(spent, now)
    if allowance.refusal(spending, now, LARGE):
        renews = allowance.renews(spending, now)
        assert renews > now
        assert allowance.refusal(spending, renews, LARGE) is None


def test_spending_survives_a_restart_and_nonsense(tmp_path: Path) -> None:
    SpendingLog(tmp_path / "usage.json").add(1234, at_clock("12:00"))
    SpendingLog(tmp_path / "usage.json").add(1000, at_clock("13:00"))
    assert SpendingLog(tmp_path / "usage.json").spending == Spending("2026-03-31", "2026-03", 2234, 2234)
    for nonsense in (b"", b"[" * 9000, b"{}", b'{"day":1,"month":2,"day_bytes":-1,"month_bytes":0}'):
        (tmp_path / "usage.json").write_bytes(nonsense)
        assert SpendingLog(tmp_path / "usage.json").spending == Spending()


def test_a_pipe_in_the_place_of_what_was_spent_is_not_waited_for(tmp_path: Path) -> None:
    mkfifo(tmp_path / "usage.json")
    with soon():
        log = SpendingLog(tmp_path / "usage.json")
        assert log.spending == Spending()
        log.add(1000, at_clock("13:00"))
        assert SpendingLog(tmp_path / "usage.json").spending.day_bytes == 1000
