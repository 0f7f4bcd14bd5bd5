"""A list's published rows: each is in force between two versions, so any version and any delta can be made again.

The rows of the next version are put into `fresh_row` first and compared there, in the database: memory does not
grow with the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, literal, or_, select, update

from data.lists.kinds import Kind
from data.lists.row import Row, add_to_digest, batches, take_from_digest
from sync.headquarters import tables
from sync.headquarters.list_table import Listed, Version
from sync.headquarters.record_table import records_in_force

_rows = tables.rows
_fresh = tables.fresh


@dataclass(frozen=True, slots=True)
class Step:
    """What a new version changed. Counts are rows."""

    added: int
    changed: int
    removed: int


def seal_rows(connection: Connection, entry: Listed, kind: Kind) -> None:
    """Fill `fresh_row` with the rows that the list's records make now, one a key."""
    connection.execute(delete(_fresh))
    number = count()
    records = records_in_force(connection, entry.name, kind)
    for batch in batches(kind.rows(records, entry.salt)):
        values = [{"key": row.key, "n": next(number), "body": row.body} for row in batch]
        connection.execute(insert(_fresh), values)
    _merge_shared(connection, kind)


def _merge_shared(connection: Connection, kind: Kind) -> None:
    shared = connection.scalars(select(_fresh.c.key).group_by(_fresh.c.key).having(func.count() > 1)).all()
    for key in shared:
        bodies = connection.scalars(select(_fresh.c.body).where(_fresh.c.key == key)).all()
        connection.execute(delete(_fresh).where(_fresh.c.key == key))
        connection.execute(insert(_fresh).values(key=key, n=0, body=kind.merge([bytes(body) for body in bodies])))


def advance(connection: Connection, name: str, before: Version) -> tuple[Version, Step]:
    """Close and open rows so that the version after `before` is what `fresh_row` holds, and empty that.

    When nothing differs the version stays what it was.
    """
    number = before.number + 1
    same = exists().where(_fresh.c.key == _rows.c.key, _fresh.c.body == _rows.c.body)
    connection.execute(update(_rows).where(_in_force(name), ~same).values(valid_to=number))
    held = exists().where(_in_force(name), _rows.c.key == _fresh.c.key)
    new = select(literal(name), _fresh.c.key, literal(number), _fresh.c.body).where(~held)
    connection.execute(insert(_rows).from_select(["list", "key", "valid_from", "body"], new))
    connection.execute(delete(_fresh))
    step = _step(connection, name, number)
    if before.number and step == Step(0, 0, 0):
        return before, step
    digest = before.digest
    for gone in batches(_rows_where(connection, name, _rows.c.valid_to == number)):
        digest = take_from_digest(digest, gone)
    for come in batches(_rows_where(connection, name, _rows.c.valid_from == number)):
        digest = add_to_digest(digest, come)
    return Version(number, digest, before.count + step.added - step.removed), step


def removed_keys(connection: Connection, name: str, since: int, to: int) -> Iterator[bytes]:
    """Keys of version `since` that version `to` lacks, ascending."""
    for (key,) in connection.execute(_removed(name, since, to).order_by(_rows.c.key)):
        yield bytes(key)


def removed_count(connection: Connection, name: str, since: int, to: int) -> int:
    """How many `removed_keys` there are."""
    return _count(connection, _removed(name, since, to))


def added_rows(connection: Connection, name: str, since: int, to: int) -> Iterator[Row]:
    """Rows of version `to` that version `since` lacks or has otherwise, ascending by key."""
    return _rows_where(connection, name, and_(_at(_rows, to), _rows.c.valid_from > since))


def added_count(connection: Connection, name: str, since: int, to: int) -> int:
    """How many `added_rows` there are."""
    wanted = and_(_rows.c.list == name, _at(_rows, to), _rows.c.valid_from > since)
    return _count(connection, select(_rows.c.key).where(wanted))


def _removed(name: str, since: int, to: int) -> Any:
    later = _rows.alias("later")
    still = exists().where(later.c.list == name, later.c.key == _rows.c.key, _at(later, to))
    return select(_rows.c.key).where(_rows.c.list == name, _at(_rows, since), _rows.c.valid_to <= to, ~still)


def _step(connection: Connection, name: str, number: int) -> Step:
    gone = _count(connection, select(_rows.c.key).where(_rows.c.list == name, _rows.c.valid_to == number))
    come = _count(connection, select(_rows.c.key).where(_rows.c.list == name, _rows.c.valid_from == number))
    removed = removed_count(connection, name, number - 1, number)
    return Step(added=come - (gone - removed), changed=gone - removed, removed=removed)


def _rows_where(connection: Connection, name: str, condition: ColumnElement[bool]) -> Iterator[Row]:
    query = select(_rows.c.key, _rows.c.body).where(_rows.c.list == name, condition).order_by(_rows.c.key)
    for key, body in connection.execute(query):
        yield Row(bytes(key), bytes(body))


def _count(connection: Connection, query: Any) -> int:
    return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)


def _in_force(name: str) -> ColumnElement[bool]:
    return and_(_rows.c.list == name, _rows.c.valid_to.is_(None))


def _at(rows: Any, version: int) -> ColumnElement[bool]:
    return and_(rows.c.valid_from <= version, or_(rows.c.valid_to.is_(None), rows.c.valid_to > version))
