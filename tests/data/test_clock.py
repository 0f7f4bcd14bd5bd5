"""A clock set wrong never makes a kit believe an earlier time than it has proof of."""

from datetime import UTC, datetime

from data.clock import Clock

SIGNED = datetime(2026, 6, 1, tzinfo=UTC)


def at(year: int) -> Clock:
    return Clock(read=lambda: datetime(year, 1, 1, tzinfo=UTC)).not_before(SIGNED)


def test_a_clock_in_1970_is_lifted_to_the_floor_and_told() -> None:
    trusted = at(1970).trusted_time()
    assert trusted.now == SIGNED and trusted.is_behind


def test_a_later_clock_is_used_as_it_is() -> None:
    trusted = at(2027).trusted_time()
    assert trusted.now.year == 2027 and not trusted.is_behind


def test_the_floor_never_falls() -> None:
    earlier = datetime(2026, 2, 1, tzinfo=UTC)
    assert at(1970).not_before(earlier).now() == SIGNED
