"""A list's published rows: each is in force between two versions, so any version and any delta can be made again.

The rows of a bulk list's first version lie in blocks of columns (`row_block`), ascending. Of those, `published_row` has
only the ones that were closed since, under the version of the blocks; so both together say what was in force when.

A delta tells what versions between `since` and `to` touched: every row that came and is in force at `to`, and every key
that went and is not. So it fits each version from `since` on, not `since` alone: what such a version has already, it
takes again, what it lacks already, it need not give up.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat, starmap
from typing import Any, Literal

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, insert, literal, or_, select, update

from data.lists.rows import NO_ROWS, WIDTH, PackedRows, Row, concatenate_rows, to_numbers, to_row_bytes, unpack_rows
from sync.headquarters.store import tables
from sync.headquarters.store.database import fetch_all, insert_all

_rows = tables.rows
_blocks = tables.row_blocks
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
    if find_blocks(connection, name):
        return (list(unpack_rows(page)) for page in packed_pages_at(connection, name, version))
    return (list(starmap(Row, page)) for page in _pages(connection, name, version))


def packed_pages_at(connection: Connection, name: str, version: int, start: bytes = b"") -> Iterator[PackedRows]:
    """`pages_at` of a list whose rows have the fixed width, from a key `start` on or before."""
    blocks = find_blocks(connection, name)
    if not blocks:
        yield from (_to_columns(page) for page in _pages(connection, name, version, start))
        return
    first = max(0, bisect_right(blocks.starts, start) - 1)
    for place in range(first, len(blocks.starts)):
        low = blocks.starts[place] if place else b""
        high = blocks.starts[place + 1] if place + 1 < len(blocks.starts) else None
        yield _changed_block(connection, name, version, blocks, place, (low, high))


@dataclass(frozen=True, slots=True)
class RowBlocks:
    """Where a list's blocks begin; `starts` is empty for a list that has none."""

    version: int
    starts: Sequence[bytes]

    def __bool__(self) -> bool:
        return bool(self.starts)


def find_blocks(connection: Connection, name: str) -> RowBlocks:
    """The blocks of a list."""
    query = select(_blocks.c.version, _blocks.c.first).where(_blocks.c.list == name).order_by(_blocks.c.first)
    rows = connection.execute(query).all()
    return RowBlocks(rows[0].version if rows else 0, [bytes(row.first) for row in rows])


def write_blocks(connection: Connection, name: str, version: int, rows: Iterator[PackedRows]) -> None:
    """The rows of a list's first version, ascending."""
    waiting = NO_ROWS
    for part in rows:
        waiting = concatenate_rows([waiting, part])
        while len(waiting.keys) >= PAGE:
            _write_block(connection, name, version, PackedRows(waiting.keys[:PAGE], waiting.bodies[:PAGE]))
            waiting = PackedRows(waiting.keys[PAGE:], waiting.bodies[PAGE:])
    if len(waiting.keys):
        _write_block(connection, name, version, waiting)


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
    return opened + count_in_blocks(connection, name, version), closed


def count_in_blocks(connection: Connection, name: str, after: int) -> int:
    """How many rows of a bulk list's first version came after version `after`: all or none."""
    count = select(func.sum(_blocks.c.count)).where(_blocks.c.list == name, _blocks.c.version > after)
    return int(connection.scalar(count) or 0)


def counts_by_version(connection: Connection, name: str, versions: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many rows each of these versions added and removed, ascending; those that changed nothing are left out."""
    opened, closed = (_count_each(connection, name, versions, which) for which in ("valid_from", "valid_to"))
    blocks = find_blocks(connection, name)
    if blocks and blocks.version in versions:
        opened[blocks.version] = count_in_blocks(connection, name, blocks.version - 1)
    return {number: (opened.get(number, 0), closed.get(number, 0)) for number in sorted({*opened, *closed})}


def _count_each(connection: Connection, name: str, versions: Sequence[int], which: str) -> dict[int, int]:
    column = _rows.c[which]
    query = select(column, func.count()).where(_rows.c.list == name, column.in_(versions)).group_by(column)
    return {int(number): int(rows) for number, rows in connection.execute(query)}


def open_rows(connection: Connection, name: str, version: int, rows: PackedRows) -> None:
    """Rows of fixed width that a version brings."""
    values = zip(repeat(name), to_row_bytes(rows.keys), repeat(version), to_row_bytes(rows.bodies), strict=False)
    insert_all(connection, insert(_rows), ("list", "key", "valid_from", "body"), list(values))


def close_rows(connection: Connection, name: str, version: int, rows: PackedRows, blocks: RowBlocks) -> None:
    """Rows that a version replaces or takes away; `blocks` are the list's."""
    if not len(rows.keys):
        return
    keys = to_row_bytes(rows.keys)
    statement = update(_rows).where(_in_force(name), _rows.c.key == bindparam("which"))
    connection.execute(statement.values(valid_to=version), [{"which": key} for key in keys])
    if blocks:
        is_closed = exists().where(_rows.c.list == name, _rows.c.key == bindparam("which"), _rows.c.valid_to == version)
        facts: tuple[ColumnElement[Any], ...] = (
            literal(name),
            bindparam("which"),
            literal(blocks.version),
            literal(version),
            bindparam("content"),
        )
        columns = ["list", "key", "valid_from", "valid_to", "body"]
        of_block = insert(_rows).from_select(columns, select(*facts).where(~is_closed))
        values = zip(keys, to_row_bytes(rows.bodies), strict=True)
        connection.execute(of_block, [{"which": key, "content": body} for key, body in values])


def sample(connection: Connection, name: str, version: int, near: bytes) -> Row | None:
    """Some row of a version: the first from the key `near` on, else the first of all."""
    for start in (near, b""):
        if find_blocks(connection, name):
            row = _first_packed(connection, name, version, start)
        else:
            key = _rows.c.key
            query = select(key, _rows.c.body).where(_rows.c.list == name, key >= start, _at(_rows, version))
            first = connection.execute(query.order_by(key).limit(1)).first()
            row = Row(bytes(first.key), bytes(first.body)) if first is not None else None
        if row is not None:
            return row
    return None


def _first_packed(connection: Connection, name: str, version: int, start: bytes) -> Row | None:
    key = start[:WIDTH]
    for page in packed_pages_at(connection, name, version, start):
        for row in unpack_rows(_from_key(page, key, is_after=len(start) > WIDTH)):
            return row
    return None


def _from_key(page: PackedRows, key: bytes, *, is_after: bool) -> PackedRows:
    side: Literal["left", "right"] = "right" if is_after else "left"
    number = np.uint64(int.from_bytes(key.ljust(WIDTH, b"\0"), "big"))
    place = int(np.searchsorted(page.keys, number, side))
    return PackedRows(page.keys[place : place + 1], page.bodies[place : place + 1])


def _write_block(connection: Connection, name: str, version: int, rows: PackedRows) -> None:
    body = rows.keys.astype(">u8").tobytes() + rows.bodies.astype(">u8").tobytes()
    facts = {"list": name, "version": version, "first": to_row_bytes(rows.keys[:1])[0]}
    connection.execute(insert(_blocks).values(**facts, count=len(rows.keys), body=body))


def _changed_block(
    connection: Connection, name: str, version: int, blocks: RowBlocks, place: int, ends: tuple[bytes, bytes | None]
) -> PackedRows:
    """A block as it is in a version: without what was closed, with what came between its ends."""
    which = _blocks.c.list == name, _blocks.c.version == blocks.version, _blocks.c.first == blocks.starts[place]
    body = connection.execute(select(_blocks.c.body).where(*which)).scalar_one()
    keys, bodies = np.frombuffer(body, ">u8").astype(np.uint64).reshape(2, -1)
    between = [_rows.c.key >= ends[0], *([_rows.c.key < ends[1]] if ends[1] is not None else [])]
    closed = and_(_rows.c.valid_from == blocks.version, _rows.c.valid_to <= version)
    came = and_(_rows.c.valid_from > blocks.version, _at(_rows, version))
    query = select(_rows.c.key, _rows.c.body, came).where(_rows.c.list == name, *between, or_(closed, came))
    changes = fetch_all(connection, query.order_by(_rows.c.key))
    if not changes:
        return PackedRows(keys, bodies)
    gone = to_numbers([key for key, _body, is_new in changes if not is_new])
    new = PackedRows(*(to_numbers([row[column] for row in changes if row[2]]) for column in (0, 1)))
    stays = ~np.isin(keys, gone)
    rows = concatenate_rows([PackedRows(keys[stays], bodies[stays]), new])
    order = np.argsort(rows.keys, kind="stable")
    return PackedRows(rows.keys[order], rows.bodies[order])


def _to_columns(page: Sequence[tuple[Any, ...]]) -> PackedRows:
    return PackedRows(*(np.frombuffer(b"".join(column), ">u8").astype(np.uint64) for column in zip(*page, strict=True)))


def _pages(connection: Connection, name: str, version: int, start: bytes = b"") -> Iterator[list[tuple[Any, ...]]]:
    after = _rows.c.key >= start
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
