"""Classes of comparison of birth dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.matching.births import Birth, compare
from data.persons.partial_date import PartialDate


@pytest.mark.parametrize(
    ("traveller", "listed", "expected"),
    [
        ("1965-03-17", "1965-03-17", Birth.SAME),
        ("1965-01-01", "1965-01-01", Birth.SAME_NEW_YEAR),
        ("1965-03-07", "1965-07-03", Birth.FLIPPED),
        ("1965-03-17", "1965-03-11", Birth.NEAR),
        ("1965-03-17", "1965-05-17", Birth.MONTH),
        ("1965-03-17", "1966-03-17", Birth.YEAR_SLIP),
        ("1965-03-17", "1965-08-02", Birth.YEAR),
        ("1965-03-17", "1966-08-02", Birth.BESIDE),
        ("1965-03-17", "1975-03-17", Birth.DIFFERENT),
        ("1965-03-17", "1965-03", Birth.MONTH_FITS),
        ("1965-03-17", "1965-04", Birth.YEAR),
        ("1965-03-17", "1965", Birth.YEAR_FITS),
        ("1965-03-17", "~1966", Birth.ABOUT_FITS),
        ("1965-03-17", "1963..1967", Birth.SPAN_FITS),
        ("1965-03-17", "1966", Birth.BESIDE),
        ("1965-03-17", "1980..1982", Birth.DIFFERENT),
        ("1965", "1965-03-17", Birth.YEAR_FITS),
    ],
)
def test_class(traveller: str, listed: str, expected: Birth) -> None:
    assert compare(PartialDate.parse(traveller), (PartialDate.parse(listed),))[0] is expected


def test_the_best_of_several_listed_dates_counts() -> None:
    listed = (PartialDate.parse("1950"), PartialDate.parse("1965-03-17"))
    assert compare(PartialDate.parse("1965-03-17"), listed) == (Birth.SAME, listed[1])


def test_unknown_on_either_side_has_its_own_word() -> None:
    date = PartialDate.parse("1965")
    assert compare(date, ()) == (Birth.NOT_LISTED, None)
    assert compare(date, (PartialDate(None),)) == (Birth.NOT_LISTED, None)
    assert compare(None, (date,)) == (Birth.NOT_SHOWN, None)
    assert compare(PartialDate(None, 3), (date,)) == (Birth.NOT_SHOWN, None)


@given(st.dates(), st.dates())
def test_whole_dates_compare_the_same_both_ways(one, other) -> None:
    a, b = PartialDate.of(one), PartialDate.of(other)
    assert compare(a, (b,))[0] is compare(b, (a,))[0]
