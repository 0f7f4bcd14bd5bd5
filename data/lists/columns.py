"""How a kind's keys and bodies lie in SQLite: as BLOB, or 8 bytes as a signed INTEGER.

An INTEGER key becomes the rowid, which is what makes a sealed document list small (documents.md).
"""

from dataclasses import dataclass
from typing import Literal, Self

from data.lists.kinds import Kind
from data.lists.row import Row

SqlValue = int | bytes
_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Columns:
    """The two columns of a list's tables."""

    key_type: Literal["INTEGER", "BLOB"]
    body_type: Literal["INTEGER", "BLOB"]

    @classmethod
    def of(cls, kind: Kind) -> Self:
        """The columns a kind asks for."""
        return cls(_known(kind.KEY_TYPE), _known(kind.BODY_TYPE))

    def create(self, table: str) -> str:
        """SQL that makes `table`; a NULL body marks a withdrawn row."""
        if self.key_type == "INTEGER":
            return f"CREATE TABLE {table} (key INTEGER PRIMARY KEY, body {self.body_type})"
        return f"CREATE TABLE {table} (key BLOB PRIMARY KEY, body {self.body_type}) WITHOUT ROWID"

    def sql_key(self, key: bytes) -> SqlValue:
        """A key as SQLite holds it."""
        return _to_sql(key, self.key_type)

    def sql_row(self, row: Row) -> tuple[SqlValue, SqlValue]:
        """A row as SQLite holds it."""
        return _to_sql(row.key, self.key_type), _to_sql(row.body, self.body_type)

    def row(self, key: SqlValue, body: SqlValue) -> Row:
        """A row from what SQLite holds."""
        return Row(_from_sql(key), _from_sql(body))


def _known(sql_type: str) -> Literal["INTEGER", "BLOB"]:
    if sql_type == "INTEGER":
        return "INTEGER"
    if sql_type == "BLOB":
        return "BLOB"
    raise ValueError(f"no column of type {sql_type}")


def _to_sql(value: bytes, sql_type: str) -> SqlValue:
    return int.from_bytes(value, "big", signed=True) if sql_type == "INTEGER" else value


def _from_sql(value: SqlValue) -> bytes:
    return value.to_bytes(_WIDTH, "big", signed=True) if isinstance(value, int) else bytes(value)
