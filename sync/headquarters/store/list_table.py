"""Headquarters' lists as the store holds them: kind, format, salt, keys, import runs, versions.

- Numbers of versions that must not be given again are noted, one a list: a headquarters that was put back from a copy
  may have used them. A note leaves nothing behind: once a version beyond it was published it says nothing any more.
- A version that a publication refused because it goes beyond its bounds waits for an approval: one a list, the newest;
  it leaves when the list is published again.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, desc, insert, select, update

from data.clock import read_system_time
from data.errors import InputError
from data.lists.edition import Edition
from data.lists.kinds import load_kind, schema_version
from data.text import _
from sync.headquarters.store import tables

_used = tables.used_numbers

_waiting = tables.waiting


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a list."""

    number: int
    """0 before the first."""
    digest: int
    count: int


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version that was published: when, and under which of the list's keys."""

    number: int
    at: datetime
    key_epoch: int


@dataclass(frozen=True, slots=True)
class StoredList:
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

    @property
    def schema(self) -> int:
        """Version of the schema of a small list; 0 for other kinds."""
        return schema_version(load_kind(self.kind))


def unknown_list(connection: Connection, name: str) -> InputError:
    """The error for a name that no list here has; it names those that are here."""
    known = [entry.name for entry in all_lists(connection)]
    return InputError(
        _("There is no list called {name}", name=name),
        means=_("Nothing was changed."),
        do=_("Lists here: {names}", names=", ".join(known)) if known else _("No list has been imported yet"),
    )


def find_list(connection: Connection, name: str) -> StoredList | None:
    """The list `name`, if there is one."""
    return next((entry for entry in all_lists(connection) if entry.name == name), None)


def all_lists(connection: Connection) -> list[StoredList]:
    """Every list, by name."""
    query = select(tables.lists).order_by(tables.lists.c.name)
    return [_stored_list(connection, row) for row in connection.execute(query).all()]


def open_list(connection: Connection, name: str, kind: str, format_name: str, as_of: datetime) -> int:
    """A new import run of `name`, which is made with a salt and a first key when it is new; returns the run."""
    if find_list(connection, name) is None:
        facts = {"kind": kind, "format": format_name, "salt_epoch": 1, "key_epoch": 1, "run": 0}
        connection.execute(insert(tables.lists).values(name=name, salt=secrets.token_bytes(32), **facts))
        connection.execute(insert(tables.list_keys).values(list=name, epoch=1, key=secrets.token_bytes(32)))
    new = insert(tables.runs).values(
        list=name, as_of=as_of.isoformat(), source_date="", at=read_system_time().isoformat()
    )
    return int(connection.execute(new.returning(tables.runs.c.id)).scalar_one())


def set_compared(connection: Connection, entry: StoredList) -> None:
    """Note that the newest import is what the newest version was compared with."""
    connection.execute(update(tables.lists).where(tables.lists.c.name == entry.name).values(run=entry.newest_run))


def set_complete(connection: Connection, entry: StoredList, version: Version) -> None:
    """Note that a version holds all of the newest import, whatever it was published for."""
    which = (tables.versions.c.list == entry.name, tables.versions.c.version == version.number)
    connection.execute(update(tables.versions).where(*which).values(urgent=False))


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


def needed_keys(connection: Connection, entry: StoredList) -> dict[int, bytes]:
    """The keys of a list that some published file, or the next one, is sealed with."""
    names = connection.scalars(select(tables.payloads.c.name).where(tables.payloads.c.list == entry.name))
    epochs = {entry.key_epoch, *(int(name.split("-")[1]) for name in names)}
    return {epoch: key for epoch, key in list_keys(connection, entry.name).items() if epoch in epochs}


def newest_version(connection: Connection, name: str) -> Version:
    """The newest published version; number 0 before the first."""
    query = select(tables.versions).where(tables.versions.c.list == name)
    row = connection.execute(query.order_by(desc(tables.versions.c.version)).limit(1)).first()
    return _version(row) if row else Version(0, 0, 0)


class Urgency(Enum):
    """What a publication is for."""

    ORDINARY = "ordinary"
    """Everything that was imported."""
    URGENT = "urgent"
    """Only what was taken away: a few bytes that go before everything else."""


def add_version(
    connection: Connection, entry: StoredList, version: Version, now: datetime, urgency: Urgency = Urgency.ORDINARY
) -> None:
    """Note a new version and what was in force when it was published."""
    facts = {"version": version.number, "digest": f"{version.digest:x}", "row_count": version.count}
    source = {"as_of": entry.as_of.isoformat(), "source_date": entry.source_date}
    epochs = {"salt": entry.salt, "salt_epoch": entry.salt_epoch, "key_epoch": entry.key_epoch}
    values = {**facts, **source, **epochs, "at": now.isoformat(), "urgent": urgency is Urgency.URGENT}
    connection.execute(insert(tables.versions).values(list=entry.name, **values))


def with_version_dates(connection: Connection, entry: StoredList, number: int) -> StoredList:
    """The list with the dates of a version that holds only part of its newest import."""
    row = connection.execute(_version_query(entry.name, number)).one()
    if not row.urgent:
        return entry
    return replace(entry, as_of=datetime.fromisoformat(row.as_of), source_date=row.source_date)


def is_resealed(connection: Connection, entry: StoredList, number: int) -> bool:
    """Whether the salt is another one than that of a version that was published."""
    row = connection.execute(_version_query(entry.name, number)).first()
    return row is not None and row.salt_epoch != entry.salt_epoch


def find_steps(connection: Connection, name: str, since: int, to: int, most: int) -> list[int]:
    """The newest `most` versions after `since` up to `to`, ascending: without the first under the salt of `to`."""
    table = tables.versions
    salt = select(table.c.salt_epoch).where(table.c.list == name, table.c.version == to).scalar_subquery()
    query = select(table.c.version).where(table.c.list == name, table.c.version <= to, table.c.salt_epoch == salt)
    numbers = sorted(connection.scalars(query.order_by(table.c.version.desc()).limit(most + 1)))
    return [number for number in numbers[1:] if number > since]


def is_urgent(connection: Connection, name: str, number: int) -> bool:
    """Whether a version only took rows away."""
    return bool(connection.execute(_version_query(name, number)).one().urgent)


def past_versions(connection: Connection, entry: StoredList) -> list[PastVersion]:
    """The versions under the salt in force, oldest first: only between them can there be deltas."""
    query = select(tables.versions).where(
        tables.versions.c.list == entry.name, tables.versions.c.salt_epoch == entry.salt_epoch
    )
    rows = connection.execute(query.order_by(tables.versions.c.version))
    return [PastVersion(row.version, datetime.fromisoformat(row.at), row.key_epoch) for row in rows]


def edition_at(connection: Connection, entry: StoredList, number: int) -> Edition | None:
    """A version as it was published, or None when there was none of this number."""
    row = connection.execute(_version_query(entry.name, number)).first()
    if row is None:
        return None
    return Edition(
        list=entry.name,
        kind=entry.kind,
        version=row.version,
        as_of=datetime.fromisoformat(row.as_of),
        published=datetime.fromisoformat(row.at),
        source_date=row.source_date,
        count=row.row_count,
        digest=int(row.digest, 16),
        salt=bytes(row.salt),
        schema=entry.schema,
    )


def set_used_upto(connection: Connection, name: str, number: int) -> None:
    """The next version of the list has a number beyond `number`."""
    connection.execute(delete(_used).where(_used.c.list == name))
    connection.execute(insert(_used).values(list=name, version=number))


def used_upto(connection: Connection, name: str, newest: int) -> int:
    """Up to which number versions of the list are, or may be, given already; `newest` is the newest known here."""
    return max(newest, connection.scalar(select(_used.c.version).where(_used.c.list == name)) or 0)


@dataclass(frozen=True, slots=True)
class WaitingVersion:
    """A version that waits for an approval. Counts are rows; a replaced row was both added and removed."""

    number: int
    digest: int
    count: int
    came: int
    went: int


def set_waiting(connection: Connection, name: str, version: WaitingVersion) -> None:
    """Note what waits of a list, instead of what waited before."""
    clear_waiting(connection, name)
    facts = {"version": version.number, "digest": f"{version.digest:x}", "row_count": version.count}
    connection.execute(insert(_waiting).values(list=name, **facts, came=version.came, went=version.went))


def clear_waiting(connection: Connection, name: str) -> None:
    """The list was published."""
    connection.execute(delete(_waiting).where(_waiting.c.list == name))


def find_waiting(connection: Connection, name: str) -> WaitingVersion | None:
    """What waits of a list."""
    row = connection.execute(select(_waiting).where(_waiting.c.list == name)).one_or_none()
    return WaitingVersion(row.version, int(row.digest, 16), row.row_count, row.came, row.went) if row else None


def _version_query(name: str, number: int) -> Select[Any]:
    return select(tables.versions).where(tables.versions.c.list == name, tables.versions.c.version == number)


def _version(row: Row[Any]) -> Version:
    return Version(row.version, int(row.digest, 16), row.row_count)


def _stored_list(connection: Connection, row: Row[Any]) -> StoredList:
    query = select(tables.runs).where(tables.runs.c.list == row.name)
    newest = connection.execute(query.order_by(desc(tables.runs.c.id)).limit(1)).first()
    return StoredList(
        name=row.name,
        kind=row.kind,
        format=row.format,
        salt=bytes(row.salt),
        salt_epoch=row.salt_epoch,
        key_epoch=row.key_epoch,
        run=row.run,
        newest_run=newest.id if newest else 0,
        as_of=datetime.fromisoformat(newest.as_of) if newest else read_system_time(),
        source_date=newest.source_date if newest else "",
    )
