"""Kinds of list behind one protocol: how records become rows and back, and how the rows lie in SQLite.

- Each kind is one module here and its name in `KINDS`; sync sees rows and knows no kind.
- Keys and bodies lie in SQLite as BLOB, or 8 bytes as an INTEGER. Eight bytes of a key become the rowid, moved by 2^63
  so that SQLite's signed order is the order of the bytes.
- A list with both columns INTEGER is *packed*: its base is no table but blocks of rows
  (`data.lists.storage.base_formats`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, Protocol, Self

from data.errors import InputError
from data.lists.rows import Row
from data.store import Connection


class Kind(Protocol):
    """What a module of this folder provides."""

    NAME: str
    SEALED: bool
    """Whether keys are sealed with the list's salt."""
    KEY_TYPE: str
    """SQL type of the key on the kit: INTEGER (8 bytes) or BLOB."""
    BODY_TYPE: str
    """SQL type of the body on the kit: INTEGER (8 bytes) or BLOB."""

    BODY_FIELDS: Sequence[tuple[int, ...]]
    """May be left out. Of bodies of 8 bytes: (lowest bit, width[, place of an earlier field it goes along with]), all
    bits told; sync then sends each field by itself, which is shorter, and needs to know nothing else."""

    def identity(self, record: Any) -> str:
        """The record's identity within its source."""

    def to_json(self, record: Any) -> str:
        """A record as canonical JSON (sorted keys, no spaces): headquarters' store."""

    def from_json(self, text: str) -> Any:
        """A record from headquarters' store."""

    def rows(self, records: Iterable[Any], salt: bytes) -> Iterable[Row]:
        """Rows to publish, in the order of the records; several records may share a key."""

    def merge(self, bodies: Sequence[bytes]) -> bytes:
        """One body for records that share a key; the same for any order of `bodies`."""


KINDS = {
    "documents": "data.lists.kinds.documents",
    "persons": "data.lists.kinds.persons",
    "trust": "data.lists.kinds.trust",
}


def load_kind(name: str) -> Kind:
    """The kind called `name`; InputError for one this software does not know."""
    if name not in KINDS:
        raise InputError(
            f"This software knows no lists of the kind {name!r}",
            means="The list is left alone; the others go on.",
            do="Update Waypost on this machine",
        )
    module: Any = import_module(KINDS[name])
    return module  # type: ignore[no-any-return]


def body_fields(kind: Kind) -> Sequence[tuple[int, ...]]:
    """The fields of a kind's bodies; none where it does not say."""
    return getattr(kind, "BODY_FIELDS", ())


SqlValue = int | bytes
SqlRow = tuple[SqlValue, SqlValue | None]
SIGN = 1 << 63
_INTEGER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Columns:
    """The two columns of a list's tables."""

    key_type: Literal["INTEGER", "BLOB"]
    body_type: Literal["INTEGER", "BLOB"]

    @classmethod
    def of(cls, kind: Kind) -> Self:
        """The columns a kind asks for."""
        return cls(_check_sql_type(kind.KEY_TYPE), _check_sql_type(kind.BODY_TYPE))

    @property
    def is_packed(self) -> bool:
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
            (key + SIGN).to_bytes(_INTEGER_BYTES, "big") if isinstance(key, int) else bytes(key),
            body.to_bytes(_INTEGER_BYTES, "big", signed=True) if isinstance(body, int) else bytes(body),
        )


def select_rows(connection: Connection, table: str, keys: Sequence[SqlValue]) -> Iterable[SqlRow]:
    """Those of a few `keys` that `table` has, with their bodies."""
    marks = ",".join("?" * len(keys))
    return connection.execute(f"SELECT key, body FROM {table} WHERE key IN ({marks})", keys)  # noqa: S608


def _check_sql_type(sql_type: str) -> Literal["INTEGER", "BLOB"]:
    if sql_type == "INTEGER":
        return "INTEGER"
    if sql_type == "BLOB":
        return "BLOB"
    raise ValueError(f"no column of type {sql_type}")
