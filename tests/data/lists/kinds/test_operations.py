"""Operations at posts: a period, and nobody's name in a message."""

import pytest

from data.lists.kinds import load_kind, load_small_list_kind
from data.lists.small_lists.column_types import UnfitValue

SCHEMA = load_small_list_kind("operations").schema
ROW = {
    "reference": "OP-1",
    "post": "Harbour",
    "title": "Watch",
    "from": "2026-03-01T06:00Z",
    "until": "2026-03-08T06:00Z",
}


def test_no_operation_is_an_ordinary_state() -> None:
    assert load_kind("operations").MAY_BE_EMPTY is True


def test_an_operation_begins_before_it_ends() -> None:
    assert SCHEMA.read(ROW).text("post") == "Harbour"
    with pytest.raises(UnfitValue, match="until must come after from"):
        SCHEMA.read(ROW | {"until": "2026-03-01T08:00+02:00"})


def test_who_takes_part_is_personal_data() -> None:
    assert SCHEMA.personal == {"who"}
    with pytest.raises(UnfitValue) as refused:
        SCHEMA.read(ROW | {"who": "Zoltaverde " * 30})
    assert "Zoltaverde" not in str(refused.value)
