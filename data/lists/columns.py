"""How a kind's keys and bodies lie in SQLite: as BLOB, or 8 bytes as an INTEGER.

Eight bytes of a key become the rowid, moved by 2^63 so that SQLite's signed order is the order of the bytes. A list
with both columns INTEGER is *packed*: its base is no table but blocks of rows (`data.lists.packed_base`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from data.lists.kinds import Kind
from data.lists.row import Row
from data.store import Connection

SqlValue = int | bytes
SqlRow = tuple[SqlValue, SqlValue | None]
SIGN = 1 << 63
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

    @property
    def packed(self) -> bool:
        """Whether every row has 8 bytes of key and 8 bytes of body."""
        return self.key_type == self.body_type == "INTEGER"

    def create(self, table: str) -> str:
        """SQL that makes `table`; a NULL body marks a withdrawn row."""
        if self.key_type == "INTEGER":
            return f"CREATE TABLE {table} (key INTEGER PRIMARY KEY, body {self.body_type})"
        return f"CREATE TABLE {table} (key BLOB PRIMARY KEY, body {self.body_type}) WITHOUT ROWID"

    def sql_key(self, key: bytes) -> SqlValue:
        """A key as SQLite holds it."""
        return int.from_bytes(key, "big") - SIGN if self.key_type == "INTEGER" else key

    def sql_row(self, row: Row) -> tuple[SqlValue, SqlValue]:
        """A row as SQLite holds it."""
        body = int.from_bytes(row.body, "big", signed=True) if self.body_type == "INTEGER" else row.body
        return self.sql_key(row.key), body

    def row(self, key: SqlValue, body: SqlValue) -> Row:
        """A row from what SQLite holds."""
        return Row(
            (key + SIGN).to_bytes(_WIDTH, "big") if isinstance(key, int) else bytes(key),
            body.to_bytes(_WIDTH, "big", signed=True) if isinstance(body, int) else bytes(body),
        )


def probe(connection: Connection, table: str, keys: Sequence[SqlValue]) -> Iterable[SqlRow]:
    """Those of a few `keys` that `table` has, with their bodies."""
    marks = ",".join("?" * len(keys))
    return connection.execute(f"SELECT key, body FROM {table} WHERE key IN ({marks})", keys)  # noqa: S608


def _known(sql_type: str) -> Literal["INTEGER", "BLOB"]:
    if sql_type == "INTEGER":
        return "INTEGER"
    if sql_type == "BLOB":
        return "BLOB"
    raise ValueError(f"no column of type {sql_type}")
