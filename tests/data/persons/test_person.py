"""Partial dates keep exactly what is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.person import PartialDate


@pytest.mark.parametrize("text", ["1965-03-17", "1965-03", "1965", "~1965", "1963..1967"])
def test_text_forms_come_back(text: str) -> None:
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize("text", ["", "1965-13", "1965-02-30", "65", "1967..1963", "1965/03/17", "1965-3-7", "~"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.parse(text)


@given(st.dates())
def test_a_whole_date_survives(day: object) -> None:
    assert PartialDate.parse(str(PartialDate.of(day))).whole == day  # type: ignore[arg-type]


def test_only_known_parts_make_a_whole_date() -> None:
    assert PartialDate(1965, 3).whole is None
    assert PartialDate(None, 3, 17).whole is None


def test_years_it_may_mean() -> None:
    assert list(PartialDate.parse("1963..1965").years()) == [1963, 1964, 1965]
    assert list(PartialDate.parse("~1965").years(1)) == [1964, 1965, 1966]
    assert list(PartialDate(None).years()) == []
