"""A small list with a column of every type, and rows of it as Hypothesis draws them."""

from datetime import UTC, date, datetime
from string import ascii_letters, digits
from typing import Any

from hypothesis import strategies as st

from data.lists.edition import Edition
from data.lists.rows import Row, add_to_digest
from data.lists.small_lists.column_types import (
    ChoiceColumn,
    CountryColumn,
    DateColumn,
    IntegerColumn,
    TextColumn,
    TimeColumn,
)
from data.lists.small_lists.list_schema import ListSchema, SearchKey
from data.lists.small_lists.small_list_kind import SmallListKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KIND = SmallListKind(
    ListSchema(
        name="vehicles",
        version=1,
        identity="id",
        columns=(
            TextColumn(name="id", most=12, required=True),
            TextColumn(name="mark", most=20),
            CountryColumn(name="state"),
            ChoiceColumn(name="class", choices=("small", "large")),
            IntegerColumn(name="count", least=-5, most=5),
            DateColumn(name="day"),
            TimeColumn(name="moment"),
            TextColumn(name="owner", most=30, personal=True),
        ),
        keys=(SearchKey("id"), SearchKey("mark", narrowed_by="state")),
        ends="day",
    )
)
"""It bears the name of a real kind, since a list on a kit has one."""

_IDENTITIES = st.text(ascii_letters + digits, min_size=1, max_size=3)
_OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "mark": st.text(min_size=1, max_size=6),
    "state": st.sampled_from(["FRA", "D", "uto", "SUN"]),
    "class": st.sampled_from(["small", "LARGE "]),
    "count": st.integers(-5, 5) | st.sampled_from(["3", " -2"]),
    "day": st.dates(date(1900, 1, 1)).map(str),
    "moment": st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(lambda day: f"{day}T01:02:03+05:30"),
    "owner": st.text(max_size=8),
}
FIELDS = st.fixed_dictionaries({"id": _IDENTITIES}, optional=_OPTIONAL)
"""Fields as they may stand in a file; some are not taken (a mark of blanks)."""


def edition_of(rows: list[Row], version: int, schema: int = 1) -> Edition:
    """The edition of a list with these rows."""
    return Edition("cars", "vehicles", version, NOW, NOW, "", len(rows), add_to_digest(0, rows), schema=schema)
