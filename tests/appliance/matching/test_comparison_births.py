"""Classes of comparison of birth dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.matching.comparison import BirthComparison, compare_births
from data.persons.person import PartialDate


@pytest.mark.parametrize(
    ("traveller", "listed", "expected"),
    [
        ("1965-03-17", "1965-03-17", BirthComparison.SAME),
        ("1965-01-01", "1965-01-01", BirthComparison.SAME_NEW_YEAR),
        ("1965-03-07", "1965-07-03", BirthComparison.FLIPPED),
        ("1965-03-17", "1965-03-11", BirthComparison.NEAR),
        ("1965-03-17", "1965-05-17", BirthComparison.MONTH),
        ("1965-03-17", "1966-03-17", BirthComparison.YEAR_SLIP),
        ("1965-03-17", "1965-08-02", BirthComparison.YEAR),
        ("1965-03-17", "1966-08-02", BirthComparison.ONE_YEAR_OFF),
        ("1965-03-17", "1975-03-17", BirthComparison.DIFFERENT),
        ("1965-03-17", "1965-03", BirthComparison.MONTH_FITS),
        ("1965-03-17", "1965-04", BirthComparison.YEAR),
        ("1965-03-17", "1965", BirthComparison.YEAR_FITS),
        ("1965-03-17", "~1966", BirthComparison.ABOUT_FITS),
        ("1965-03-17", "1963..1967", BirthComparison.SPAN_FITS),
        ("1965-03-17", "1966", BirthComparison.ONE_YEAR_OFF),
        ("1965-03-17", "1980..1982", BirthComparison.DIFFERENT),
        ("1965", "1965-03-17", BirthComparison.YEAR_FITS),
    ],
)
def test_class(traveller: str, listed: str, expected: BirthComparison) -> None:
    assert compare_births(PartialDate.parse(traveller), (PartialDate.parse(listed),))[0] is expected


def test_the_best_of_several_listed_dates_counts() -> None:
    listed = (PartialDate.parse("1950"), PartialDate.parse("1965-03-17"))
    assert compare_births(PartialDate.parse("1965-03-17"), listed) == (BirthComparison.SAME, listed[1])


def test_unknown_on_either_side_has_its_own_word() -> None:
    date = PartialDate.parse("1965")
    assert compare_births(date, ()) == (BirthComparison.NOT_LISTED, None)
    assert compare_births(date, (PartialDate(None),)) == (BirthComparison.NOT_LISTED, None)
    assert compare_births(None, (date,)) == (BirthComparison.NOT_SHOWN, None)
    assert compare_births(PartialDate(None, 3), (date,)) == (BirthComparison.NOT_SHOWN, None)


@given(st.dates(), st.dates())
def test_whole_dates_compare_the_same_both_ways(birth, other) -> None:
    a, b = PartialDate.of(birth), PartialDate.of(other)
    assert compare_births(a, (b,))[0] is compare_births(b, (a,))[0]
