"""A list's published rows: each is in force between two versions, so any version and any delta can be made again.

A delta tells what versions between `since` and `to` touched: every row that came and is in force at `to`, and every key
that went and is not. So it fits each version from `since` on, not `since` alone: what such a version has already, it
takes again, what it lacks already, it need not give up.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat, starmap
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, insert, or_, select, update

from data.lists.rows import Numbers, PackedRows, Row, to_row_bytes
from sync.headquarters.store import tables
from sync.headquarters.store.database import fetch_all, insert_all

_rows = tables.rows
PAGE = 1 << 16


def removed_keys(connection: Connection, name: str, since: int, to: int) -> list[bytes]:
    """Keys that were removed after version `since` and are not in version `to`, ascending."""
    later = _rows.alias("later")
    still = exists().where(later.c.list == name, later.c.key == _rows.c.key, _at(later, to))
    was_closed = _rows.c.valid_to.between(since + 1, to)
    query = select(_rows.c.key).where(_rows.c.list == name, was_closed, ~still)
    return sorted({bytes(key) for key in connection.scalars(query)})


def added_rows(connection: Connection, name: str, since: int, to: int) -> list[Row]:
    """Rows of version `to` that were added after version `since`, ascending by key."""
    query = select(_rows.c.key, _rows.c.body).where(
        _rows.c.list == name, _rows.c.valid_from.between(since + 1, to), _alive(_rows, to)
    )
    # Sorted here: asked for an order, the database would rather walk the whole list by key.
    return sorted(Row(bytes(key), bytes(body)) for key, body in connection.execute(query))


def pages_at(connection: Connection, name: str, version: int) -> Iterator[list[Row]]:
    """Every row of a version, ascending, page by page: nothing stays open in between, so the caller may write."""
    return (list(starmap(Row, page)) for page in _pages(connection, name, version))


def packed_pages_at(connection: Connection, name: str, version: int) -> Iterator[PackedRows]:
    """`pages_at` of a list whose rows have the fixed width."""
    for page in _pages(connection, name, version):
        keys, bodies = (np.frombuffer(b"".join(column), ">u8").astype(np.uint64) for column in zip(*page, strict=True))
        yield PackedRows(keys, bodies)


def rows_that_came(connection: Connection, name: str, version: int) -> Iterator[Row]:
    """Rows that a version brought."""
    return _some(connection, name, _rows.c.valid_from == version)


def rows_that_went(connection: Connection, name: str, version: int) -> Iterator[Row]:
    """Rows that a version closed."""
    return _some(connection, name, _rows.c.valid_to == version)


def counts_since(connection: Connection, name: str, version: int) -> tuple[int, int]:
    """How many rows were added and removed after a version; a replaced row counts as both."""
    opened, closed = (
        int(connection.scalar(select(func.count()).where(_rows.c.list == name, column > version)) or 0)
        for column in (_rows.c.valid_from, _rows.c.valid_to)
    )
    return opened, closed


def counts_by_version(connection: Connection, name: str, versions: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many rows each of these versions added and removed, ascending; those that changed nothing are left out."""
    opened, closed = (_count_each(connection, name, versions, which) for which in ("valid_from", "valid_to"))
    return {number: (opened.get(number, 0), closed.get(number, 0)) for number in sorted({*opened, *closed})}


def _count_each(connection: Connection, name: str, versions: Sequence[int], which: str) -> dict[int, int]:
    column = _rows.c[which]
    query = select(column, func.count()).where(_rows.c.list == name, column.in_(versions)).group_by(column)
    return {int(number): int(rows) for number, rows in connection.execute(query)}


def open_rows(connection: Connection, name: str, version: int, rows: PackedRows) -> None:
    """Rows of fixed width that a version brings."""
    values = zip(repeat(name), to_row_bytes(rows.keys), repeat(version), to_row_bytes(rows.bodies), strict=False)
    insert_all(connection, insert(_rows), ("list", "key", "valid_from", "body"), list(values))


def close_rows(connection: Connection, name: str, version: int, keys: Numbers) -> None:
    """Keys whose rows a version replaces or takes away."""
    if len(keys):
        statement = update(_rows).where(_in_force(name), _rows.c.key == bindparam("which"))
        connection.execute(statement.values(valid_to=version), [{"which": key} for key in to_row_bytes(keys)])


def sample(connection: Connection, name: str, version: int, near: bytes) -> Row | None:
    """Some row of a version: the first from the key `near` on, else the first of all."""
    for start in (near, b""):
        query = select(_rows.c.key, _rows.c.body).where(_rows.c.list == name, _rows.c.key >= start, _at(_rows, version))
        row = connection.execute(query.order_by(_rows.c.key).limit(1)).first()
        if row is not None:
            return Row(bytes(row.key), bytes(row.body))
    return None


def _pages(connection: Connection, name: str, version: int) -> Iterator[list[tuple[Any, ...]]]:
    after = _rows.c.key >= b""
    while True:
        query = select(_rows.c.key, _rows.c.body).where(_rows.c.list == name, after, _at(_rows, version))
        page = fetch_all(connection, query.order_by(_rows.c.key).limit(PAGE))
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = _rows.c.key > page[-1][0]


def _some(connection: Connection, name: str, condition: ColumnElement[bool]) -> Iterator[Row]:
    query = select(_rows.c.key, _rows.c.body).where(_rows.c.list == name, condition)
    for key, body in connection.execute(query):
        yield Row(bytes(key), bytes(body))


def _in_force(name: str) -> ColumnElement[bool]:
    return and_(_rows.c.list == name, _rows.c.valid_to.is_(None))


def _at(rows: Any, version: int) -> ColumnElement[bool]:
    # `+ 0` keeps the index over versions out of it: nearly every row is older, so the way by key is the short one.
    return and_(rows.c.valid_from + 0 <= version, _alive(rows, version))


def _alive(rows: Any, version: int) -> ColumnElement[bool]:
    return or_(rows.c.valid_to.is_(None), rows.c.valid_to > version)
