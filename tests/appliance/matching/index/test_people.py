"""Facts of people in columns: births and repeated values come back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from appliance.matching.index.people import (
    MultiValueColumn,
    approximate_year_number,
    date_number,
    decode_birth,
    encode_birth,
    sort_date,
)
from data.persons.person import PartialDate
from tests.appliance.support.people import DATES


@given(st.lists(st.lists(st.integers(1, 99), max_size=3)))
def test_a_column_of_none_one_or_several(rows: list[list[int]]) -> None:
    column = MultiValueColumn.of(rows, np.uint16)
    assert [column.row(number) for number in range(len(rows))] == rows
    for wanted in (np.arange(len(rows)), np.arange(len(rows))[1::2]):
        first, where, more = column.rows_of(wanted)
        assert first.tolist() == [rows[number][0] if rows[number] else 0 for number in wanted]
        further = [(place, value) for place, number in enumerate(wanted) for value in rows[number][1:]]
        assert list(zip(where.tolist(), more.tolist(), strict=True)) == further


@given(DATES)
def test_births_come_back(birth: PartialDate) -> None:
    assert decode_birth(encode_birth(birth)) == birth


def test_only_one_date_of_a_known_year_has_a_place_in_time() -> None:
    texts = ("1965-03-17", "1965-03", "1965", "1966", "~1965", "~1966", "1965..1966")
    codes = {text: encode_birth(PartialDate.parse(text)) for text in texts}
    assert sort_date([codes["1965-03-17"]]) == date_number(1965, 3, 17)
    placed = [sort_date([codes[text]]) for text in ("1965", "1965-03", "1965-03-17", "1966")]
    assert placed == sorted(placed) and placed[0] == date_number(1965)
    assert not sort_date([codes["1965"], codes["1966"]]) and not sort_date([codes["1965..1966"]])
    about = [sort_date([codes[text]]) for text in ("~1965", "~1966")]
    assert sort_date([]) < about[0] < about[1] < 0 and about[0] == approximate_year_number(1965)
    assert encode_birth(PartialDate(None, 5)) == 0
