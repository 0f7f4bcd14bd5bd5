"""The sealed files of a list that are in force, as the store knows them and as far as they are still on the disk.

For the snapshot in parts it holds the ranges of keys, and the digest of the newest version over each of them. The
digests move with every change, so that publishing a version never reads the whole list again.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, Row, delete, insert, select

from data.lists.rows import MODULUS, PackedRows, digest_packed, to_numbers
from sync.formats.manifest import FileLetter, SealedFile, Snapshot
from sync.formats.parts_directory import part_index
from sync.headquarters.store import tables

_parts = tables.parts

_payloads = tables.payloads


def read_part_digests(connection: Connection, name: str) -> list[int]:
    """The newest version's digest of each part."""
    query = select(_parts.c.digest).where(_parts.c.list == name).order_by(_parts.c.number)
    return [int(text, 16) for text in connection.scalars(query)]


def replace_parts(connection: Connection, name: str, starts: Sequence[bytes], digests: Sequence[int]) -> None:
    """The parts of a new snapshot; none where one file has all its rows."""
    connection.execute(delete(_parts).where(_parts.c.list == name))
    values = [
        {"list": name, "number": number, "start": start, "digest": f"{digest:x}"}
        for number, (start, digest) in enumerate(zip(starts, digests, strict=True))
    ]
    if values:
        connection.execute(insert(_parts), values)


class PartDigests:
    """The digests of one list while its next version is made."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        query = select(_parts.c.start).where(_parts.c.list == name).order_by(_parts.c.number)
        self._starts = [bytes(start) for start in connection.scalars(query)]
        self._digests = read_part_digests(connection, name)
        self.moved = 0
        """What the digest of the whole list moved by, modulo 2^256."""

    def move(self, key: bytes, digest: int) -> None:
        """The row under `key` was added (its digest) or removed (minus its digest)."""
        self.moved = (self.moved + digest) % MODULUS
        if self._starts:
            place = part_index(self._starts, key)
            self._digests[place] = (self._digests[place] + digest) % MODULUS

    def add_packed(self, rows: PackedRows) -> None:
        """Ascending rows of fixed width were added."""
        self._move_packed(rows, 1)

    def take_packed(self, rows: PackedRows) -> None:
        """Ascending rows of fixed width were removed."""
        self._move_packed(rows, -1)

    def save(self) -> None:
        """Keep the digests as those of the newest version."""
        replace_parts(self._connection, self._name, self._starts, self._digests)

    def _move_packed(self, rows: PackedRows, sign: int) -> None:
        if len(self._starts) < 2:
            self._move_all(rows, sign)
            return
        edges = [0, *np.searchsorted(rows.keys, to_numbers(self._starts[1:])).tolist(), len(rows.keys)]
        for place, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                moved = sign * digest_packed(PackedRows(rows.keys[start:end], rows.bodies[start:end]))
                self.moved = (self.moved + moved) % MODULUS
                self._digests[place] = (self._digests[place] + moved) % MODULUS

    def _move_all(self, rows: PackedRows, sign: int) -> None:
        moved = sign * digest_packed(rows) if len(rows.keys) else 0
        self.moved = (self.moved + moved) % MODULUS
        self._digests = [(digest + moved) % MODULUS for digest in self._digests]


class FilesInForce:
    """The files of one list, without those that are missing from the disk."""

    def __init__(self, connection: Connection, name: str, folder: Path) -> None:
        self._connection = connection
        self._name = name
        query = select(_payloads).where(_payloads.c.list == name)
        self._rows = [row for row in connection.execute(query) if (folder / row.name).is_file()]
        self._lost = bool(self._lost_parts(folder))

    def file(self, letter: FileLetter, first: int, second: int, epochs: set[int]) -> SealedFile | None:
        """The file with these numbers, sealed under a key of one of `epochs`."""
        for row in self._of(letter):
            if (row.first, row.second) == (first, second) and row.epoch in epochs:
                return _file(row)
        return None

    def snapshot(self) -> Snapshot | None:
        """The snapshot, when it is whole."""
        row = next(iter(self._of(FileLetter.SNAPSHOT)), None)
        if row is None or self._lost:
            return None
        return Snapshot(row.first, _file(row), sum(part.size for part in self.parts()))

    def parts(self) -> tuple[SealedFile, ...]:
        """Its parts, in order."""
        return tuple(map(_file, sorted(self._of(FileLetter.PART), key=lambda row: row.second)))

    def keep(self, letter: FileLetter, files: Iterable[SealedFile]) -> None:
        """From now on just these files of a letter are in force."""
        self._connection.execute(
            delete(_payloads).where(_payloads.c.list == self._name, _payloads.c.letter == letter.value)
        )
        values = [self._values(letter, file) for file in files]
        if values:
            self._connection.execute(insert(_payloads), values)

    def _of(self, letter: FileLetter) -> list[Row[tuple[object, ...]]]:
        return [row for row in self._rows if row.letter == letter]

    def _lost_parts(self, folder: Path) -> list[str]:
        query = select(_payloads.c.name).where(
            _payloads.c.list == self._name, _payloads.c.letter == FileLetter.PART.value
        )
        return [name for name in self._connection.scalars(query) if not (folder / name).is_file()]

    def _values(self, letter: FileLetter, file: SealedFile) -> dict[str, object]:
        _, epoch, first, second, _ = file.name.split("-")
        numbers = {"epoch": int(epoch), "first": int(first), "second": int(second)}
        facts = {"name": file.name, "size": file.size, "sha256": file.sha256}
        return {"list": self._name, "letter": letter.value, **numbers, **facts}


def _file(row: Row[tuple[object, ...]]) -> SealedFile:
    return SealedFile(row.name, row.size, row.sha256)
