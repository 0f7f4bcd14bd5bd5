"""Operations at posts (the STOP model: a team watches chosen posts for some days), searched by post.

Most of the time there is none, so the list may be empty.
"""

from datetime import datetime

from data.lists.small_lists.column_types import TextColumn, TimeColumn
from data.lists.small_lists.list_schema import ListSchema, SearchKey, Values
from data.lists.small_lists.small_list_kind import SmallListKind
from data.text import Message, _


def _find_period_fault(values: Values) -> Message | None:
    begin, end = values["from"], values["until"]
    assert isinstance(begin, datetime) and isinstance(end, datetime)  # noqa: S101
    return None if begin < end else _("until must come after from")


KIND = SmallListKind(
    ListSchema(
        name="operations",
        version=1,
        identity="reference",
        columns=(
            TextColumn(name="reference", most=64, required=True),
            TextColumn(name="post", most=60, required=True),
            TextColumn(name="title", most=200, required=True),
            TextColumn(name="who", most=200, personal=True),
            TimeColumn(name="from", required=True),
            TimeColumn(name="until", required=True),
        ),
        keys=(SearchKey("post"),),
        ends="until",
        may_be_empty=True,
        find_fault=_find_period_fault,
    )
)
