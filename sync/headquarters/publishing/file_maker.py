"""Makes sealed files of one list under its newest key: deltas, snapshots, their parts, digests.

A file is made elsewhere, synced and moved into the tree under a name that holds its hash: a name never means two
contents.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest
from itertools import chain

from sqlalchemy import Connection

from data.lists.columns import Columns
from data.lists.kinds import body_fields
from data.lists.kinds import kind as kind_named
from data.lists.row import Row
from data.lists.stretches import Stretch, count_of, digest, first_key
from sync.formats import payload, sealed_file
from sync.formats.columns import WHOLE, Field
from sync.formats.directory import Directory, Part, digests_to_json, directory_to_json
from sync.formats.manifest import Letter, SealedFile, Snapshot
from sync.formats.manifest import sealed_file as named
from sync.formats.payload import Canary, Form, Header, Payload
from sync.formats.sealed_file import Packing
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing import stretches
from sync.headquarters.publishing.schedule import Way
from sync.headquarters.store import part_table, row_table, tree
from sync.headquarters.store.list_table import Listed, edition_at, list_keys
from sync.limits import LIMITS

_NEAR_BYTES = 8


class FileMaker:
    """Makes files of one list, inside the caller's transaction."""

    def __init__(self, home: HeadquartersHome, connection: Connection, entry: Listed) -> None:
        self._home = home
        self._connection = connection
        self._entry = entry
        kind = kind_named(entry.kind)
        self._form = Form.COLUMNS if Columns.of(kind).packed else Form.ROWS
        self._fields = tuple(Field(*field) for field in body_fields(kind)) or WHOLE

    def delta(self, way: Way) -> SealedFile:
        """What versions after `way.since` touched, up to `way.to`."""
        removed = row_table.removed_keys(self._connection, self._entry.name, way.since, way.to)
        rows = stretches.as_stretch(
            row_table.added_rows(self._connection, self._entry.name, way.since, way.to), self._form
        )
        counts = {"since": way.since, "removed": len(removed), "rows": count_of(rows)}
        header = self._header(Payload.DELTA, way.to, **counts)
        return self._sealed(Letter.DELTA, way.since, way.to, stretches.content(header, removed, rows))

    def snapshot(self, version: int) -> tuple[Snapshot, tuple[SealedFile, ...]]:
        """A whole version: in one file when it is short, else the directory of its parts, and these."""
        header = self._header(Payload.SNAPSHOT, version)
        parts = self._stretches(version, header.rows)
        first, second = next(parts, stretches.as_stretch([], self._form)), next(parts, None)
        if second is None:
            part_table.replace(self._connection, self._entry.name, [], [])
            content = stretches.content(header, [], first)
            return Snapshot(version, self._sealed(Letter.SNAPSHOT, version, 0, content)), ()
        return self._snapshot_in_parts(version, chain([first, second], parts))

    def _stretches(self, version: int, count: int) -> Iterator[Stretch]:
        where = self._connection, self._entry.name, version
        if self._form is Form.COLUMNS:
            return stretches.cut_packed(row_table.packed_pages_at(*where), count)
        return stretches.cut(row_table.pages_at(*where), count)

    def digests(self, version: int, digests: Sequence[int]) -> SealedFile:
        """The digests of a version over the parts of the snapshot in force."""
        header = self._header(Payload.DIGESTS, version, rows=0, number=len(digests))
        content = [payload.write_header(header), payload.framed(digests_to_json(digests))]
        return self._sealed(Letter.DIGESTS, version, 0, content)

    def _snapshot_in_parts(self, version: int, rows: Iterator[Stretch]) -> tuple[Snapshot, tuple[SealedFile, ...]]:
        parts: list[Part] = []
        digests: list[int] = []
        for number, stretch in enumerate(rows):
            header = self._header(Payload.PART, version, rows=count_of(stretch), number=number)
            file = self._sealed(Letter.PART, version, number, stretches.content(header, [], stretch))
            parts.append(Part(first_key(stretch) if number else b"", header.rows, file))
            digests.append(digest(stretch))
        directory = Directory(tuple(parts))
        part_table.replace(self._connection, self._entry.name, directory.starts, digests)
        header = self._header(Payload.SNAPSHOT, version, number=len(parts))
        content = [payload.write_header(header), payload.framed(directory_to_json(directory))]
        file = self._sealed(Letter.SNAPSHOT, version, 0, content)
        return Snapshot(version, file, directory.size), tuple(part.file for part in parts)

    def _header(
        self, what: Payload, version: int, *, since: int = 0, removed: int = 0, rows: int | None = None, number: int = 0
    ) -> Header:
        edition = edition_at(self._connection, self._entry, version)
        assert edition is not None  # noqa: S101
        whole = what in (Payload.SNAPSHOT, Payload.DELTA)
        return Header(
            edition=edition,
            payload=what,
            since=since,
            removed=removed,
            rows=edition.count if rows is None else rows,
            form=self._form,
            canaries=tuple(self._canaries(version)) if whole else (),
            fields=self._fields,
            number=number,
        )

    def _canaries(self, version: int) -> Iterator[Canary]:
        """As many distinct ones as a list has: where chance meets a row again, the one behind it serves."""
        met: set[bytes] = set()
        for _ in range(LIMITS.made_canaries):
            row = self._sample(version, secrets.token_bytes(_NEAR_BYTES))
            while row is not None and row.key in met:
                row = self._sample(version, row.key + b"\0") if len(met) < self._count(version) else None
            if row is None:
                return
            met.add(row.key)
            yield Canary.of(row)

    def _sample(self, version: int, near: bytes) -> Row | None:
        return row_table.sample(self._connection, self._entry.name, version, near)

    def _count(self, version: int) -> int:
        edition = edition_at(self._connection, self._entry, version)
        return edition.count if edition else 0

    def _sealed(self, letter: Letter, first: int, second: int, content: Iterable[bytes]) -> SealedFile:
        made, epoch = self._home.making / "payload", self._entry.key_epoch
        key = list_keys(self._connection, self._entry.name)[epoch]
        packing = Packing.PLANES if self._form is Form.COLUMNS else Packing.TEXT
        with made.open("w+b") as file:
            sealed_file.seal(content, key, file, packing=packing)
            size = file.tell()
            file.seek(0)
            sha256 = file_digest(file, "sha256").hexdigest()
        sealed = named(letter, epoch, first, second, size, sha256)
        tree.place(self._home, made, f"lists/{self._entry.name}/{sealed.name}")
        return sealed
