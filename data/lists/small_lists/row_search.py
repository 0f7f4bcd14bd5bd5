"""Searches one small list exactly, by its normalized keys, and reads it as a whole.

- The keys are kept in memory as of one version, and read again where another one is in force: some seconds at most for
  a full list, and nothing for the next question.
- A row that cannot be read stops every answer (`UnusableList`): what is passed over might be what is searched.
- Rows past their end are not found, even while no sync takes them away.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple, Protocol

from data.errors import InputError
from data.lists.edition import Edition
from data.lists.rows import Row
from data.lists.small_lists.column_types import ColumnValue, UnfitValue
from data.lists.small_lists.list_schema import SearchKey, SmallListRecord
from data.lists.small_lists.small_list_kind import SmallListKind
from data.text import _
from data.untrusted_text import clean

_RowKeys = dict[str, dict[str, list[bytes]]]
"""By column and normalized value: keys of the rows that have it."""


class SmallListView(Protocol):
    """One version of a small list; a `data.lists.view.View`."""

    @property
    def edition(self) -> Edition | None:
        """The version; None before the first."""

    def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Bodies of the listed rows among `keys`."""

    def rows(self) -> Iterable[Row]:
        """Every listed row, in order of key."""


class RowQuestion(NamedTuple):
    """What is searched: `RowQuestion("plate", "AB 123", "FRA")`."""

    column: str
    """Of one of the schema's keys."""
    value: str
    narrowed_by: str = ""
    """The value in the column that narrows the key; empty where it is not known, which fits any row."""


class SmallListSearch:
    """The rows of one list of one kind; for any number of threads."""

    def __init__(self, kind: SmallListKind) -> None:
        self._kind = kind
        self._schema = kind.schema
        self._lock = Lock()
        self._held: tuple[Edition, _RowKeys] | None = None

    def find(self, view: SmallListView, question: RowQuestion, at: datetime) -> list[SmallListRecord]:
        """The rows that answer at a time, by identity; none before the first version.

        Raises:
            InputError: the question has nothing to search by.
            UnusableList: a row cannot be read.
        """
        key = self._find_key(question.column)
        column = self._schema.by_name[key.column]
        sought = column.normalize(clean(question.value))
        if not sought:
            raise InputError(
                _("{column} is empty, or has a character that cannot be part of it", column=key.column),
                means=_("It was not searched."),
                do=_("Type it again"),
            )
        narrow = self._read_narrowing(key, question.narrowed_by)
        row_keys = self._row_keys(view).get(key.column, {}).get(sought, [])
        rows = (Row(row_key, body) for row_key, body in sorted(view.get_many(row_keys).items()))
        records = (self._decode(view, row) for row in rows)
        return [record for record in records if self._answers(record, key, narrow, at)]

    def read_all(self, view: SmallListView, at: datetime) -> Iterator[SmallListRecord]:
        """Every row that is not past its end at a time, in order of identity; UnusableList: one cannot be read."""
        records = (self._decode(view, row) for row in view.rows())
        return (record for record in records if not self._schema.is_over(record, at))

    def _find_key(self, column: str) -> SearchKey:
        return next(key for key in self._schema.keys if key.column == column)

    def _read_narrowing(self, key: SearchKey, text: str) -> ColumnValue | None:
        """The value that narrows the answer; None where there is none, or none that is known."""
        if not key.narrowed_by or not text.strip():
            return None
        try:
            return self._schema.by_name[key.narrowed_by].read(text)
        except UnfitValue:
            return None  # what cannot be read narrows nothing: more is found, not less

    def _answers(self, record: SmallListRecord, key: SearchKey, narrow: ColumnValue | None, at: datetime) -> bool:
        if self._schema.is_over(record, at):
            return False
        value = record.values.get(key.narrowed_by)
        return narrow is None or value is None or self._schema.by_name[key.narrowed_by].fits(narrow, value)

    def _row_keys(self, view: SmallListView) -> _RowKeys:
        edition = view.edition
        if edition is None:
            return {}
        with self._lock:
            if self._held is None or not _is_same(self._held[0], edition):
                self._held = edition, self._make_row_keys(view)
            return self._held[1]

    def _make_row_keys(self, view: SmallListView) -> _RowKeys:
        row_keys: _RowKeys = {key.column: {} for key in self._schema.keys}
        for row in view.rows():
            record = self._decode(view, row)
            for column, by_value in row_keys.items():
                if (value := record.values.get(column)) is not None:
                    by_value.setdefault(self._schema.by_name[column].normalize(value), []).append(row.key)
        return row_keys

    def _decode(self, view: SmallListView, row: Row) -> SmallListRecord:
        return self._kind.decode_row(row, view.edition.list if view.edition else self._kind.NAME)


def _is_same(edition: Edition, other: Edition) -> bool:
    """Whether two editions have the same rows: dates may be newer."""
    return (edition.list, edition.version, edition.digest) == (other.list, other.version, other.digest)
