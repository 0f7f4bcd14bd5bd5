"""Headquarters' lists as the store holds them: kind, format, salt, keys, the version published."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, desc, insert, select, update

from data.clock import system_time
from sync.headquarters import tables


@dataclass(frozen=True, slots=True)
class Listed:
    """One list at headquarters."""

    name: str
    kind: str
    format: str
    salt: bytes
    salt_epoch: int
    key_epoch: int
    version: int
    """Newest published; 0 before the first."""
    run: int
    """The import that `version` was made from."""
    digest: int
    count: int
    as_of: datetime
    """Of the newest import, published or not."""
    source_date: str
    newest_run: int


def listed(connection: Connection, name: str) -> Listed | None:
    """The list `name`, if there is one."""
    return next((entry for entry in all_listed(connection) if entry.name == name), None)


def all_listed(connection: Connection) -> list[Listed]:
    """Every list, by name."""
    query = select(tables.lists).order_by(tables.lists.c.name)
    return [_listed(connection, row) for row in connection.execute(query)]


def open_list(connection: Connection, name: str, kind: str, format_name: str, as_of: datetime) -> int:
    """A new import run of `name`, which is made with a salt and a first key when it is new; returns the run."""
    if listed(connection, name) is None:
        connection.execute(
            insert(tables.lists).values(
                name=name, kind=kind, format=format_name, salt=secrets.token_bytes(32), salt_epoch=1, key_epoch=1,
                version=0, run=0, digest="0", row_count=0,
            )
        )  # fmt: skip
        connection.execute(insert(tables.list_keys).values(list=name, epoch=1, key=secrets.token_bytes(32)))
    new = insert(tables.runs).values(list=name, as_of=as_of.isoformat(), source_date="", at=system_time().isoformat())
    return int(connection.execute(new.returning(tables.runs.c.id)).scalar_one())


def set_source_date(connection: Connection, run: int, source_date: str) -> None:
    """Note what the source said of its own date."""
    connection.execute(update(tables.runs).where(tables.runs.c.id == run).values(source_date=source_date))


def set_published(connection: Connection, name: str, version: int, run: int, digest: int, count: int) -> None:
    """Note which version is in force, and which import it was made from."""
    connection.execute(
        update(tables.lists)
        .where(tables.lists.c.name == name)
        .values(version=version, run=run, digest=f"{digest:x}", row_count=count)
    )


def list_keys(connection: Connection, name: str) -> dict[int, bytes]:
    """Epoch to key of a list."""
    query = select(tables.list_keys).where(tables.list_keys.c.list == name)
    return {row.epoch: bytes(row.key) for row in connection.execute(query)}


def _listed(connection: Connection, row: Row[tuple[object, ...]]) -> Listed:
    run = connection.execute(
        select(tables.runs).where(tables.runs.c.list == row.name).order_by(desc(tables.runs.c.id)).limit(1)
    ).one()
    return Listed(
        name=row.name,
        kind=row.kind,
        format=row.format,
        salt=bytes(row.salt),
        salt_epoch=row.salt_epoch,
        key_epoch=row.key_epoch,
        version=row.version,
        run=row.run,
        digest=int(row.digest, 16),
        count=row.row_count,
        as_of=datetime.fromisoformat(run.as_of),
        source_date=run.source_date,
        newest_run=run.id,
    )
