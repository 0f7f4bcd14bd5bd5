"""Versions that a publication refused because they go beyond their bounds: they wait for an approval.

One a list, the newest; it leaves when the list is published again.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from sync.headquarters.store import tables

_waiting = tables.waiting


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits. Counts are rows, a replaced row came and went."""

    number: int
    digest: int
    count: int
    came: int
    went: int


def set_waiting(connection: Connection, name: str, version: Waiting) -> None:
    """Note what waits of a list, instead of what waited before."""
    no_longer_waiting(connection, name)
    facts = {"version": version.number, "digest": f"{version.digest:x}", "row_count": version.count}
    connection.execute(insert(_waiting).values(list=name, **facts, came=version.came, went=version.went))


def no_longer_waiting(connection: Connection, name: str) -> None:
    """The list was published."""
    connection.execute(delete(_waiting).where(_waiting.c.list == name))


def waiting(connection: Connection, name: str) -> Waiting | None:
    """What waits of a list."""
    row = connection.execute(select(_waiting).where(_waiting.c.list == name)).one_or_none()
    return Waiting(row.version, int(row.digest, 16), row.row_count, row.came, row.went) if row else None
