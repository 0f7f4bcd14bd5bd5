"""Headquarters' lists as the store holds them: kind, format, salt, keys, import runs, versions."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, desc, insert, select, update

from data.clock import system_time
from sync.headquarters import tables


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a list."""

    number: int
    """0 before the first."""
    digest: int
    count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One list at headquarters."""

    name: str
    kind: str
    format: str
    salt: bytes
    salt_epoch: int
    key_epoch: int
    run: int
    """The import that the newest version was compared with."""
    newest_run: int
    as_of: datetime
    """Of the newest import, published or not; so is `source_date`."""
    source_date: str


def listed(connection: Connection, name: str) -> Listed | None:
    """The list `name`, if there is one."""
    return next((entry for entry in all_listed(connection) if entry.name == name), None)


def all_listed(connection: Connection) -> list[Listed]:
    """Every list, by name."""
    query = select(tables.lists).order_by(tables.lists.c.name)
    return [_listed(connection, row) for row in connection.execute(query).all()]


def open_list(connection: Connection, name: str, kind: str, format_name: str, as_of: datetime) -> int:
    """A new import run of `name`, which is made with a salt and a first key when it is new; returns the run."""
    if listed(connection, name) is None:
        facts = {"kind": kind, "format": format_name, "salt_epoch": 1, "key_epoch": 1, "run": 0}
        connection.execute(insert(tables.lists).values(name=name, salt=secrets.token_bytes(32), **facts))
        connection.execute(insert(tables.list_keys).values(list=name, epoch=1, key=secrets.token_bytes(32)))
    new = insert(tables.runs).values(list=name, as_of=as_of.isoformat(), source_date="", at=system_time().isoformat())
    return int(connection.execute(new.returning(tables.runs.c.id)).scalar_one())


def set_source_date(connection: Connection, run: int, source_date: str) -> None:
    """Note what the source said of its own date."""
    connection.execute(update(tables.runs).where(tables.runs.c.id == run).values(source_date=source_date))


def set_compared(connection: Connection, entry: Listed) -> None:
    """Note that the newest import is what the newest version was compared with."""
    connection.execute(update(tables.lists).where(tables.lists.c.name == entry.name).values(run=entry.newest_run))


def list_keys(connection: Connection, name: str) -> dict[int, bytes]:
    """Epoch to key of a list."""
    query = select(tables.list_keys).where(tables.list_keys.c.list == name)
    return {row.epoch: bytes(row.key) for row in connection.execute(query)}


def turn_key(connection: Connection, name: str) -> int:
    """A new key epoch for a list: what is sealed from now on opens with another key; returns the epoch."""
    epoch = 1 + int(
        connection.execute(select(tables.lists.c.key_epoch).where(tables.lists.c.name == name)).scalar_one()
    )
    connection.execute(insert(tables.list_keys).values(list=name, epoch=epoch, key=secrets.token_bytes(32)))
    connection.execute(update(tables.lists).where(tables.lists.c.name == name).values(key_epoch=epoch))
    return epoch


def needed_keys(connection: Connection, entry: Listed) -> dict[int, bytes]:
    """The keys of a list that some published file, or the next one, is sealed with."""
    names = connection.scalars(select(tables.payloads.c.name).where(tables.payloads.c.list == entry.name))
    epochs = {entry.key_epoch, *(int(name.split("-")[1]) for name in names)}
    return {epoch: key for epoch, key in list_keys(connection, entry.name).items() if epoch in epochs}


def newest_version(connection: Connection, name: str) -> Version:
    """The newest published version; number 0 before the first."""
    query = select(tables.versions).where(tables.versions.c.list == name)
    row = connection.execute(query.order_by(desc(tables.versions.c.version)).limit(1)).first()
    return _version(row) if row else Version(0, 0, 0)


def version_at(connection: Connection, name: str, number: int) -> Version:
    """A version that was published."""
    query = select(tables.versions).where(tables.versions.c.list == name, tables.versions.c.version == number)
    return _version(connection.execute(query).one())


def add_version(connection: Connection, name: str, version: Version) -> None:
    """Note a new version."""
    facts = {"version": version.number, "digest": f"{version.digest:x}", "row_count": version.count}
    connection.execute(insert(tables.versions).values(list=name, at=system_time().isoformat(), **facts))


def _version(row: Row[Any]) -> Version:
    return Version(row.version, int(row.digest, 16), row.row_count)


def _listed(connection: Connection, row: Row[Any]) -> Listed:
    query = select(tables.runs).where(tables.runs.c.list == row.name)
    newest = connection.execute(query.order_by(desc(tables.runs.c.id)).limit(1)).first()
    return Listed(
        name=row.name,
        kind=row.kind,
        format=row.format,
        salt=bytes(row.salt),
        salt_epoch=row.salt_epoch,
        key_epoch=row.key_epoch,
        run=row.run,
        newest_run=newest.id if newest else 0,
        as_of=datetime.fromisoformat(newest.as_of) if newest else system_time(),
        source_date=newest.source_date if newest else "",
    )
