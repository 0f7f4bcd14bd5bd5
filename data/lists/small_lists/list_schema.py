"""What a small list holds: typed columns, which of them say whose row it is, and by which its rows are searched.

    SCHEMA = ListSchema(
        name="operations",
        version=1,
        identity="reference",
        columns=(TextColumn(name="reference", most=64, required=True), TextColumn(name="post", most=60)),
        keys=(SearchKey("post"),),
    )

- A row is read whole or not at all: one value that does not fit refuses the row.
- A new version of a schema may add columns that are not required, and choices. Software reads the versions up to its
  own; a later one it refuses as a whole, since what it would leave out might be what matters. Any other change is
  another kind of list.
- Each row says in a column of its own whose row it is: two rows with one identity are two editions of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from data.lists.small_lists.column_types import Column, ColumnValue, IntegerColumn, UnfitValue
from data.text import Message, _, join
from data.untrusted_text import clean

MOST_ROWS = 100_000
"""Of one list: a kit reads all of it to search it."""
_NAMED_COLUMNS = 5

Fields = Mapping[str, object]
"""The fields of a row by column, as they stand in a file; empty text and None are no value."""
Values = Mapping[str, ColumnValue]
"""The values of a row by column, without those that are empty."""


@dataclass(frozen=True, slots=True)
class SearchKey:
    """What rows are searched by."""

    column: str
    """Rows with an equal value, after the column's normalization, are found."""
    narrowed_by: str = ""
    """Another column: where the row and the question both have a value there, these must be equal as well. A row or a
    question without one fits any."""


@dataclass(frozen=True, slots=True)
class SmallListRecord:
    """One row."""

    identity: str
    """Within its list."""
    values: Values

    def text(self, column: str) -> str:
        """The value of a column in words; empty where the row has none."""
        value = self.values.get(column)
        return "" if value is None else str(value)


def _find_no_fault(_values: Values) -> Message | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchema:
    """The declaration of one kind of small list."""

    name: str
    """Of the kind, and of the format of its source files."""
    version: int
    """1 upwards."""
    identity: str
    """The column that says whose row it is; required text of at most 64 characters."""
    columns: tuple[Column, ...]
    keys: tuple[SearchKey, ...]
    """At least one of their columns has a value in every row."""
    ends: str = ""
    """The date or time column after which a row is not found any more; empty where rows have no end."""
    may_be_empty: bool = False
    """Whether a list without a row is an ordinary state."""
    find_fault: Callable[[Values], Message | None] = _find_no_fault
    """What is wrong between the values of a row, if anything."""
    by_name: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})
        names = [self.identity, self.ends or self.identity, *(key.column for key in self.keys)]
        names += [key.narrowed_by for key in self.keys if key.narrowed_by]
        if len(self.by_name) != len(self.columns) or not self.keys or not set(names) <= self.by_name.keys():
            raise TypeError(f"the schema {self.name} names a column twice, or one that it does not have")
        if not self.by_name[self.identity].required:
            raise TypeError(f"the schema {self.name} has rows that do not say whose they are")

    @property
    def personal(self) -> frozenset[str]:
        """Names of the columns that hold personal data."""
        return frozenset(column.name for column in self.columns if column.personal)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every row has a value in."""
        return tuple(column.name for column in self.columns if column.required)

    def read(self, fields: Fields) -> SmallListRecord:
        """The row with these fields; UnfitValue, which says why, where they are none."""
        if unknown := [name for name in fields if name not in self.by_name]:
            names = ", ".join(clean(name, 30) for name in unknown[:_NAMED_COLUMNS])
            raise UnfitValue(_("it has unknown columns: {columns}", columns=names), may_be_seam=False)
        values: dict[str, ColumnValue] = {}
        for column in self.columns:
            value = _read_value(column, fields.get(column.name))
            if value is not None:
                values[column.name] = value
        if not any(key.column in values for key in self.keys):
            names = ", ".join(key.column for key in self.keys)
            raise UnfitValue(_("it has none of the columns by which it is searched: {columns}", columns=names))
        if fault := self.find_fault(values):
            raise UnfitValue(fault)
        return SmallListRecord(str(values[self.identity]), values)

    def write(self, record: SmallListRecord) -> dict[str, str | int]:
        """The fields of a row for JSON; `read` gives the row again."""
        return {name: self.by_name[name].write(value) for name, value in record.values.items()}

    def find_identity(self, fields: Fields) -> str:
        """Whose row it is, as far as fields that are no row still tell; else empty."""
        try:
            return str(_read_value(self.by_name[self.identity], fields.get(self.identity)))
        except UnfitValue:
            return ""

    def is_over(self, record: SmallListRecord, at: datetime) -> bool:
        """Whether the row's last day, or last moment, is past."""
        end = record.values.get(self.ends)
        if isinstance(end, datetime):
            return end <= at
        return end is not None and str(end) < at.date().isoformat()

    def withhold(self, record: SmallListRecord) -> SmallListRecord:
        """The row without personal data."""
        values = {name: value for name, value in record.values.items() if name not in self.personal}
        return SmallListRecord(record.identity, values)


def _read_value(column: Column, raw: object) -> ColumnValue | None:
    is_number = isinstance(column, IntegerColumn) and type(raw) is int
    if raw is not None and not isinstance(raw, str) and not is_number:
        raise UnfitValue(_("{column} must be text", column=column.name), may_be_seam=False)
    text = "" if raw is None else str(raw)
    if text.strip():
        return column.read(text)
    if column.required:
        raise UnfitValue(_("{column} is missing", column=column.name))
    return None


def describe_columns(schema: ListSchema) -> Message:
    """The columns of a schema, for messages."""
    return join([column.name for column in schema.columns], ", ")
