"""Makes the sealed files of a list's newest version, and keeps those that kits may still need.

A file is made elsewhere, synced and moved into the tree under a name that holds its hash: a name never means
two contents. One that was lost from the disk is made again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest

from sqlalchemy import Connection, delete, insert, select

from data.lists.edition import Edition
from sync import payload, sealed_file
from sync.headquarters import row_table, tables, tree
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.list_table import Listed, Version, list_keys, version_at
from sync.limits import LIMITS
from sync.manifest import Delta, SealedFile, Snapshot
from sync.payload import Header, Payload

_payloads = tables.payloads


@dataclass(frozen=True, slots=True)
class Way:
    """From version `since` (0: nothing) to version `to`."""

    since: int
    to: int


class PayloadFiles:
    """The files of one list, inside the caller's transaction."""

    def __init__(self, home: HeadquartersHome, connection: Connection, entry: Listed, now: datetime) -> None:
        self._home = home
        self._connection = connection
        self._entry = entry
        self._now = now

    def bring_up_to(self, newest: int) -> tuple[Snapshot, tuple[Delta, ...]]:
        """Make what version `newest` needs and lacks; forget what is too old."""
        first = max(2, newest - LIMITS.kept_deltas + 1)
        ways = [Way(0, newest), *(Way(to - 1, to) for to in range(first, newest + 1))]
        kept = self._kept()
        made = {way: kept.get(way) or self._make(way) for way in ways}
        self._connection.execute(delete(_payloads).where(_payloads.c.list == self._entry.name))
        self._connection.execute(insert(_payloads), [self._values(way, file) for way, file in made.items()])
        deltas = tuple(Delta(way.since, way.to, made[way]) for way in ways[1:])
        return Snapshot(newest, made[ways[0]]), deltas

    def _kept(self) -> dict[Way, SealedFile]:
        query = select(_payloads).where(_payloads.c.list == self._entry.name)
        known = {
            Way(row.since, row.to): SealedFile(row.name, row.size, row.sha256)
            for row in self._connection.execute(query)
        }
        folder = self._home.public / "lists" / self._entry.name
        return {way: file for way, file in known.items() if (folder / file.name).is_file()}

    def _make(self, way: Way) -> SealedFile:
        made = self._home.making / "payload"
        key = list_keys(self._connection, self._entry.name)[self._entry.key_epoch]
        with made.open("w+b") as file:
            sealed_file.seal(self._content(way), key, file)
            size = file.tell()
            file.seek(0)
            sha256 = file_digest(file, "sha256").hexdigest()
        epoch = self._entry.key_epoch
        parts = f"s-{epoch}-{way.to}-0" if way.since == 0 else f"d-{epoch}-{way.since}-{way.to}"
        name = f"{parts}-{sha256[:16]}"
        tree.place(self._home, made, f"lists/{self._entry.name}/{name}")
        return SealedFile(name, size, sha256)

    def _content(self, way: Way) -> Iterator[bytes]:
        list_name, since, to = self._entry.name, way.since, way.to
        removed = row_table.removed_count(self._connection, list_name, since, to) if since else 0
        header = Header(
            edition=self._edition(version_at(self._connection, list_name, to)),
            payload=Payload.DELTA if since else Payload.SNAPSHOT,
            since=since,
            removed=removed,
            rows=row_table.added_count(self._connection, list_name, since, to),
        )
        keys = row_table.removed_keys(self._connection, list_name, since, to) if since else ()
        return payload.write(header, keys, row_table.added_rows(self._connection, list_name, since, to))

    def _edition(self, version: Version) -> Edition:
        return Edition(
            list=self._entry.name,
            kind=self._entry.kind,
            version=version.number,
            as_of=self._entry.as_of,
            published=self._now,
            source_date=self._entry.source_date,
            count=version.count,
            digest=version.digest,
            salt=self._entry.salt,
        )

    def _values(self, way: Way, file: SealedFile) -> dict[str, object]:
        facts = {"name": file.name, "size": file.size, "sha256": file.sha256}
        return {"list": self._entry.name, "since": way.since, "to": way.to, **facts}
