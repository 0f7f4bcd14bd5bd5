"""A row of a small list is read whole or not at all, and says whose it is even where it is refused."""

from datetime import UTC, datetime

import pytest

from data.lists.small_lists.column_types import TextColumn, TimeColumn, UnfitValue
from data.lists.small_lists.list_schema import ListSchema, SearchKey
from tests.data.support.small_rows import KIND

SCHEMA = KIND.schema


def test_empty_fields_are_no_values() -> None:
    record = SCHEMA.read({"id": "A1", "mark": "", "state": None, "count": "  ", "class": "small"})
    assert (record.identity, dict(record.values)) == ("A1", {"id": "A1", "class": "small"})
    assert (record.text("class"), record.text("mark")) == ("small", "")


@pytest.mark.parametrize(
    ("fields", "why", "may_be_seam"),
    [
        ({"mark": "x"}, "id is missing", True),
        ({"id": "A", "colour": "x", "size": "y"}, "unknown columns: colour, size", False),
        ({"id": "A", "count": 6}, "count is '6'", True),
        ({"id": "A", "mark": 6}, "mark must be text", False),
        ({"id": "A", "count": True}, "count must be text", False),
        ({"id": "A", "mark": ["x"]}, "mark must be text", False),
        ({"id": "A", "class": "medium"}, "one of small, large", False),
    ],
)
def test_a_row_with_one_wrong_value_is_refused_whole(fields: dict[str, object], why: str, may_be_seam: bool) -> None:
    with pytest.raises(UnfitValue, match=why) as refused:
        SCHEMA.read(fields)
    assert refused.value.may_be_seam is may_be_seam


def test_a_row_that_cannot_be_searched_is_refused() -> None:
    schema = ListSchema(
        name="x",
        version=1,
        identity="id",
        columns=(TextColumn(name="id", most=9, required=True), TextColumn(name="mark", most=9)),
        keys=(SearchKey("mark"),),
    )
    with pytest.raises(UnfitValue, match="none of the columns by which it is searched: mark"):
        schema.read({"id": "A"})


def test_whose_row_it_is_is_known_though_the_row_is_refused() -> None:
    assert SCHEMA.find_identity({"id": " A1 ", "count": "many"}) == "A1"
    assert SCHEMA.find_identity({"id": "much too long an identity"}) == SCHEMA.find_identity({}) == ""


def test_a_row_ends_after_its_last_day_or_at_its_last_moment() -> None:
    day = SCHEMA.read({"id": "A", "day": "2026-03-01"})
    assert not SCHEMA.is_over(day, datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    assert SCHEMA.is_over(day, datetime(2026, 3, 2, tzinfo=UTC))
    assert not SCHEMA.is_over(SCHEMA.read({"id": "A"}), datetime(2126, 3, 2, tzinfo=UTC))
    schema = ListSchema(
        name="x",
        version=1,
        identity="id",
        columns=(TextColumn(name="id", most=9, required=True), TimeColumn(name="until")),
        keys=(SearchKey("id"),),
        ends="until",
    )
    row = schema.read({"id": "A", "until": "2026-03-01T12:00Z"})
    assert not schema.is_over(row, datetime(2026, 3, 1, 11, 59, tzinfo=UTC))
    assert schema.is_over(row, datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_personal_data_can_be_left_out_of_a_row() -> None:
    record = SCHEMA.read({"id": "A", "mark": "x", "owner": "Testa"})
    assert dict(SCHEMA.withhold(record).values) == {"id": "A", "mark": "x"}
    assert SCHEMA.withhold(record).identity == "A"


@pytest.mark.parametrize(
    ("columns", "keys", "ends"),
    [
        (("id", "id"), ("id",), ""),
        (("id",), (), ""),
        (("id",), ("mark",), ""),
        (("id",), ("id",), "day"),
        (("mark",), ("mark",), ""),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(
    columns: tuple[str, ...], keys: tuple[str, ...], ends: str
) -> None:
    with pytest.raises((TypeError, KeyError)):
        ListSchema(
            name="x",
            version=1,
            identity="id",
            columns=tuple(TextColumn(name=name, most=9) for name in columns),
            keys=tuple(map(SearchKey, keys)),
            ends=ends,
        )
