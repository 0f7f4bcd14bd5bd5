"""What the limiter lets through: counted while it comes, at the rate that is held on the average."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import Postponed
from data.kit.settings import CourierSettings
from sync.kit.connections.data_budget import SpendingLog
from sync.kit.connections.transfer_limiter import LimitMode, RateLimiter, TransferLimiter
from sync.kit.connections.transport import Traffic
from tests.sync.support.connections import at_clock

LARGE = 5_000_000


def test_the_gate_closes_in_the_middle_of_a_file_and_counts_what_came(tmp_path: Path) -> None:
    spent = SpendingLog(tmp_path / "usage.json")
    limiter = TransferLimiter(CourierSettings(budget_mb_day=1), spent, lambda: at_clock("12:00"))
    limiter.count_received(400_000)
    with limiter.loading(LARGE):
        limiter.count_received(500_000)
        with pytest.raises(Postponed, match="budget of 1 MB"):
            limiter.count_received(100_000)
    limiter.count_received(5000)  # small things come all the same
    limiter.settle(Traffic(20_000, 1_010_000))
    assert SpendingLog(tmp_path / "usage.json").spending.day_bytes == 1_030_000


def test_reports_and_files_share_a_budget(tmp_path: Path) -> None:
    limiter = TransferLimiter(
        CourierSettings(budget_mb_day=1), SpendingLog(tmp_path / "usage.json"), lambda: at_clock("12:00")
    )
    limiter.count_received(600_000)
    limiter.may_send(LARGE)
    limiter.count_sent(400_000)
    with pytest.raises(Postponed, match="budget of 1 MB"), limiter.loading(LARGE):
        limiter.count_received(0)
    with pytest.raises(Postponed, match="budget of 1 MB") as caught:
        limiter.may_send(LARGE)
    assert "cases are sent at any time" in caught.value.means
    limiter.may_send(256_000)
    limiter.settle(Traffic(1000, 610_000))
    limiter.settle_reports(Traffic(405_000, 900))
    assert SpendingLog(tmp_path / "usage.json").spending.day_bytes == 1_016_900


def test_many_reports_wait_for_the_hours_of_large_files(tmp_path: Path) -> None:
    limiter = TransferLimiter(
        CourierSettings(hours=["22:00-06:00"]), SpendingLog(tmp_path / "usage.json"), lambda: at_clock("12:00")
    )
    with pytest.raises(Postponed, match="This many reports are not sent before 22:00"):
        limiter.may_send(LARGE)


def test_a_technician_sets_the_rules_aside_and_it_still_counts(tmp_path: Path) -> None:
    spent = SpendingLog(tmp_path / "usage.json")
    limiter = TransferLimiter(CourierSettings(budget_mb_day=1), spent, lambda: at_clock("12:00"), LimitMode.SET_ASIDE)
    with limiter.loading(LARGE):
        limiter.count_received(3_000_000)
    limiter.settle(Traffic())
    assert spent.spending.day_bytes == 3_000_000


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=50), st.integers(100, 100_000))
def test_the_rate_is_held_on_the_average(pieces: list[int], bytes_s: int) -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pace = RateLimiter(bytes_s, sleep=sleep, now=lambda: now)
    for piece in pieces:
        pace.wait_for(piece, lambda: None)
    assert now == pytest.approx(sum(pieces) / bytes_s)


def test_reports_keep_the_rate_and_share_it_with_files() -> None:
    slept: list[float] = []
    settings = CourierSettings(rate_kbit_s=8)
    limiter = TransferLimiter(settings, SpendingLog(Path("/nowhere")), lambda: at_clock("12:00"), sleep=slept.append)
    clock = iter(range(10_000))
    limiter._rate._now = lambda: 0.0 if len(slept) < 4 else float(next(clock))
    parts = list(limiter.pace(bytes(3000)))
    assert b"".join(parts) == bytes(3000) and max(map(len, parts)) <= 1024
    assert sum(slept) >= 1.0, "3,000 bytes at 1,000 a second do not go at once"


def test_without_a_rate_a_report_goes_in_one_piece() -> None:
    limiter = TransferLimiter(
        CourierSettings(),
        SpendingLog(Path("/nowhere")),
        lambda: at_clock("12:00"),
        sleep=lambda s: pytest.fail("slept"),
    )
    assert list(limiter.pace(b"report")) == [b"report"]
