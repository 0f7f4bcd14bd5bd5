"""What a value of each type of column may be; what was written reads as the same value; no message shows a person."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.lists.small_lists.column_types import (
    ChoiceColumn,
    Column,
    ColumnValue,
    CountryColumn,
    DateColumn,
    IntegerColumn,
    TextColumn,
    TimeColumn,
    UnfitValue,
)

TEXT = TextColumn(name="make", most=5)
CHOICE = ChoiceColumn(name="class", choices=("car", "van"))
NUMBER = IntegerColumn(name="year", least=1886, most=2100)
DAY, MOMENT, STATE = DateColumn(name="day"), TimeColumn(name="moment"), CountryColumn(name="state")
COLUMNS = (TEXT, CHOICE, NUMBER, DAY, MOMENT, STATE)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (TEXT, "  A \tb\u202e", "A b"),
        (CHOICE, " Car ", "car"),
        (NUMBER, " 1999", 1999),
        (DAY, "2025-01-31", date(2025, 1, 31)),
        (MOMENT, "2025-01-31T18:00+02:00", datetime(2025, 1, 31, 16, tzinfo=UTC)),
        (MOMENT, "2025-01-31 18:00:07Z", datetime(2025, 1, 31, 18, 0, 7, tzinfo=UTC)),
        (STATE, "d", "DEU"),
    ],
)
def test_a_value_is_read(column: Column, text: str, value: ColumnValue) -> None:
    assert column.read(text) == value


@pytest.mark.parametrize(
    ("column", "text", "why"),
    [
        (TEXT, "A bigger one", "make is 'A bigger one'; it must be at most 5 characters long"),
        (TEXT, "\u202e", "letters and digits"),
        (CHOICE, "bus", "one of car, van"),
        (NUMBER, "1885", "from 1886 to 2100"),
        (NUMBER, "19.5", "a whole number"),
        (NUMBER, "١٩٩٩", "a whole number"),
        (NUMBER, "9" * 30, "a whole number"),
        (DAY, "20250131", "a date such as"),
        (DAY, "2025-02-30", "a date such as"),
        (MOMENT, "2025-01-31T18:00", "with its zone"),
        (MOMENT, "2025-01-31", "with its zone"),
        (MOMENT, "0001-01-01T00:00+14:00", "with its zone"),
        (STATE, "QQQ", "a known country code"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_column(column: Column, text: str, why: str) -> None:
    with pytest.raises(UnfitValue) as refused:
        column.read(text)
    assert why in str(refused.value) and str(refused.value).startswith(column.name)


def test_a_message_never_shows_personal_data() -> None:
    column = TextColumn(name="who", most=5, personal=True)
    with pytest.raises(UnfitValue, match=r"^who must be at most 5 characters long$"):
        column.read("Zoltaverde")


@pytest.mark.parametrize(
    ("column", "text", "is_seam"),
    [
        (DAY, "31.01.2025", False),
        (DAY, "2025-02-30", False),
        (DAY, "2025-31", True),
        (DAY, "2025-01-2025-02-01", True),
        (CHOICE, "bus", False),
        (CHOICE, "can", True),
        (STATE, "QQQ", False),
        (STATE, "QQQQ", True),
        (TEXT, "too long a text", True),
    ],
)
def test_what_may_be_two_values_run_together_is_said(column: Column, text: str, is_seam: bool) -> None:
    with pytest.raises(UnfitValue) as refused:
        column.read(text)
    assert refused.value.may_be_seam is is_seam


def test_states_that_follow_each_other_fit() -> None:
    assert STATE.fits("DEU", "DEU") and STATE.fits("SUN", "RUS") and STATE.fits("RUS", "SUN")
    assert not STATE.fits("DEU", "FRA")


@given(st.sampled_from(COLUMNS), st.text(max_size=8) | st.sampled_from(["2025-01-31", "2025-01-31T18:00Z", "1999"]))
def test_what_was_written_reads_as_the_same_value(column: Column, text: str) -> None:
    try:
        value = column.read(text)
    except UnfitValue:
        return
    assert column.read(str(column.write(value))) == value
    assert column.normalize(value)
