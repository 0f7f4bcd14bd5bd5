"""A range of numbers is keyed by few covers that hold every number inside and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents import sealed_keys
from tests.data.support.blank_ranges import is_inside, ranges

ORDER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def covered(number: str, first: str, last: str) -> bool:
    levels = sealed_keys.merge_levels(map(sealed_keys.pattern_level, sealed_keys.cover_range(first, last)))
    return not set(sealed_keys.range_patterns(number, levels)).isdisjoint(sealed_keys.cover_range(first, last))


@given(ranges(), st.text(ORDER, min_size=5, max_size=7) | ranges().map(lambda ends: ends[0]))
def test_a_cover_holds_just_the_range(ends: tuple[str, str], number: str) -> None:
    assert covered(number, *ends) == is_inside(number, *ends)
    assert covered(ends[0], *ends) and covered(ends[1], *ends)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("C01X0000", "C01X1999", ["C01X0###", "C01X1###"]),
        ("C01X0999", "C01X2000", ["C01X0999", "C01X1###", "C01X2000"]),
        ("AZ999", "BA000", ["AZ999", "BA000"]),
        ("AA000", "CZ999", ["A@###", "B@###", "C@###"]),
        ("X09", "X0Z", [f"X0{last}" for last in "9ABCDEFGHIJKLMNOPQRSTUVWXYZ"]),
        ("AB12345", "AB12345", ["AB12345"]),
    ],
)
def test_covers_are_short(first: str, last: str, expected: list[str]) -> None:
    assert list(sealed_keys.cover_range(first, last)) == expected


@pytest.mark.parametrize(("first", "last"), [("1" * 25, "8" * 25), ("A0" * 12, "Y9" * 12), ("0A" * 12, "A0" * 12)])
def test_the_longest_covers_are_bounded(first: str, last: str) -> None:
    assert len(list(sealed_keys.cover_range(first, last))) < 1300
