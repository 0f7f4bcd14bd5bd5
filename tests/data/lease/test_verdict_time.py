"""From which time the ages of lists count, under clocks that go forth and back."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.clock import Clock, Uptime
from data.errors import StoreError
from data.kit.home import KitHome
from data.kit.settings import Settings
from data.lease import enforcement
from data.lease.enforcement import ContactNovelty
from data.lease.verdict_time import SHOWN_FOR, find_clock_jump, find_latest_time, note_signed_time
from data.text import _
from tests.data.support.leases import LEASED, SIGNED
from tests.support.kit_status import save_status

FAR = SIGNED + timedelta(days=26_000)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[KitHome]:
    with closing(
        KitHome.create(tmp_path / "kit", "seven paper lanterns", Settings(kit="post-1", source="nowhere"))
    ) as home:
        note_signed_time(home, SIGNED, at(0))
        yield home


def at(days: float, ran_days: float = 0.0) -> Clock:
    return Clock(read=lambda: SIGNED + timedelta(days=days), read_uptime=lambda: Uptime("a", ran_days * 86_400))


def write(home: KitHome, time: datetime) -> None:
    home.journal.record("drill", time, "officer", "seen", {})


def latest(home: KitHome, days: float) -> float:
    now = SIGNED + timedelta(days=days)
    return (find_latest_time(home, now) - SIGNED) / timedelta(days=1)


def test_a_clock_that_was_set_back_without_a_sync_makes_nothing_younger(home: KitHome) -> None:
    write(home, SIGNED + timedelta(days=10))
    assert latest(home, 1) == 10
    assert find_clock_jump(home, SIGNED + timedelta(days=1)) == SIGNED + timedelta(days=10)
    assert latest(home, 11) == 11 and find_clock_jump(home, SIGNED + timedelta(days=11)) is None


def test_one_day_under_2099_and_one_sync_later_ages_are_the_clocks_again(home: KitHome) -> None:
    for hour in range(24):
        write(home, FAR + timedelta(hours=hour))
    assert latest(home, 1) > 25_000
    note_signed_time(home, SIGNED + timedelta(days=1), at(1))
    assert latest(home, 1) == 1
    assert find_clock_jump(home, SIGNED + timedelta(days=1)) == FAR + timedelta(hours=23), "the jump is still said"
    note_signed_time(home, SIGNED + timedelta(days=1) + SHOWN_FOR, at(9))
    assert find_clock_jump(home, SIGNED + timedelta(days=9)) is None, "and not for ever"


@pytest.mark.parametrize("days", [-9000, 0, 1, 29])
def test_a_source_that_stands_still_ends_no_jump(home: KitHome, days: float) -> None:
    """Else a folder of last month would make expired lists fresh under a clock that was set back."""
    write(home, SIGNED + timedelta(days=30))
    note_signed_time(home, SIGNED, at(days).not_before(SIGNED))
    assert latest(home, 0) == 30


def test_what_is_written_after_a_jump_that_ended_counts_again(home: KitHome) -> None:
    write(home, FAR)
    note_signed_time(home, SIGNED + timedelta(days=1), at(1))
    write(home, SIGNED + timedelta(days=12))
    assert latest(home, 2) == 12


def test_a_signed_time_that_was_known_ends_no_jump(home: KitHome) -> None:
    write(home, SIGNED + timedelta(days=10))
    for signed in (SIGNED, SIGNED - timedelta(days=1), SIGNED + timedelta(days=2000)):
        note_signed_time(home, signed, at(1))
        assert latest(home, 1) == 10


def test_a_journal_that_is_gone_takes_no_time_with_it(home: KitHome) -> None:
    write(home, SIGNED + timedelta(days=10))
    home.journal.close()
    for path in home.path.glob("journal.db*"):
        path.unlink()
    with closing(home.reopen()) as again:
        assert latest(again, 1) == 10
    (home.path / "witness").unlink()
    with closing(home.reopen()) as again:
        assert latest(again, 1) == 1, "one of the two has to be there"


def test_a_witness_file_that_is_gone_takes_no_time_with_it(home: KitHome) -> None:
    write(home, SIGNED + timedelta(days=10))
    (home.path / "witness").unlink()
    assert latest(home, 1) == 10


def test_a_journal_that_cannot_be_read_takes_no_time_with_it(home: KitHome, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, SIGNED + timedelta(days=10))

    def damaged() -> None:
        raise StoreError(_("The disk reports an error"))

    monkeypatch.setattr(home.journal, "latest", damaged)
    assert latest(home, 1) == 10


def test_a_look_that_writes_nothing_into_the_journal_counts(home: KitHome) -> None:
    enforcement.enforce_access(home, at(10))
    access = enforcement.enforce_access(home, at(1))
    assert access.ages_from == SIGNED + timedelta(days=10) and access.clock_jump == access.ages_from


def test_what_the_machine_ran_since_the_newest_signed_time_counts(home: KitHome) -> None:
    def looked(days: float, ran_days: float) -> Clock:
        return at(days, ran_days).not_before(SIGNED)

    enforcement.record_contact(home, SIGNED, looked(0, 0), ContactNovelty.NEW)
    save_status(home, LEASED)
    for day in range(9):
        access = enforcement.enforce_access(home, looked(0, day))
    assert access.ages_from == SIGNED + timedelta(days=8), "the calendar was set back each day"
    assert access.clock_jump is None and access.lease is not None


@pytest.mark.parametrize("unseen_days", [1.5, 10, 200])
def test_running_that_nobody_looked_at_makes_lists_older(home: KitHome, unseen_days: float) -> None:
    enforcement.record_contact(home, SIGNED, at(0).not_before(SIGNED), ContactNovelty.NEW)
    save_status(home, LEASED)
    enforcement.enforce_access(home, at(0).not_before(SIGNED))
    clock = at(1, unseen_days).not_before(SIGNED)
    for access in (enforcement.enforce_access(home, clock), enforcement.read_access(home, clock)):
        assert access.ages_from == SIGNED + timedelta(days=unseen_days), "at most a day of it is certain, for erasing"


def test_an_absurd_running_time_has_an_age_too(home: KitHome) -> None:
    enforcement.record_contact(home, SIGNED, at(0).not_before(SIGNED), ContactNovelty.NEW)
    save_status(home, LEASED)
    enforcement.enforce_access(home, at(0).not_before(SIGNED))
    access = enforcement.enforce_access(home, at(1, 1e12).not_before(SIGNED))
    assert access.ages_from and access.ages_from > SIGNED + timedelta(days=30_000)


def test_no_clock_but_the_verdicts_goes_by_it(home: KitHome) -> None:
    enforcement.record_contact(home, SIGNED, at(0), ContactNovelty.NEW)
    save_status(home, LEASED)
    write(home, FAR)
    access = enforcement.enforce_access(home, at(1))
    assert access.is_open and access.ages_from == FAR
    assert access.lease and access.lease.silent_s <= timedelta(days=1).total_seconds()


def test_where_nothing_is_later_ages_count_from_the_clock(home: KitHome) -> None:
    for _look in range(2):
        write(home, SIGNED + timedelta(hours=1))
        assert enforcement.enforce_access(home, at(1)).ages_from is None


def test_a_clock_that_was_corrected_by_a_little_is_no_jump(home: KitHome) -> None:
    write(home, SIGNED + timedelta(days=1, minutes=20))
    assert find_clock_jump(home, SIGNED + timedelta(days=1)) is None
    assert latest(home, 1) == pytest.approx(1 + 20 / 1440)
