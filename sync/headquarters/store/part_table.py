"""The stretches of keys of the snapshot in force, and the digest of the newest version over each of them.

The digests move with every change, so that publishing a version never reads the whole list again.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from data.lists.fixed_digest import MODULUS, digest_of
from data.lists.packed_rows import PackedRows, numbers
from sync.formats.directory import place_of
from sync.headquarters.store import tables

_parts = tables.parts


def digests(connection: Connection, name: str) -> list[int]:
    """The newest version's digest of each part."""
    query = select(_parts.c.digest).where(_parts.c.list == name).order_by(_parts.c.number)
    return [int(text, 16) for text in connection.scalars(query)]


def replace(connection: Connection, name: str, starts: Sequence[bytes], digests: Sequence[int]) -> None:
    """The parts of a new snapshot; none where its rows lie in one file."""
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
        self._digests = digests(connection, name)
        self.moved = 0
        """What the digest of the whole list moved by, modulo 2^256."""

    def move(self, key: bytes, digest: int) -> None:
        """The row under `key` came (its digest) or went (minus its digest)."""
        self.moved = (self.moved + digest) % MODULUS
        if self._starts:
            place = place_of(self._starts, key)
            self._digests[place] = (self._digests[place] + digest) % MODULUS

    def add_packed(self, rows: PackedRows) -> None:
        """Ascending rows of fixed width came."""
        self._move_packed(rows, 1)

    def take_packed(self, rows: PackedRows) -> None:
        """Ascending rows of fixed width went."""
        self._move_packed(rows, -1)

    def save(self) -> None:
        """Keep the digests as those of the newest version."""
        replace(self._connection, self._name, self._starts, self._digests)

    def _move_packed(self, rows: PackedRows, sign: int) -> None:
        if len(self._starts) < 2:
            self._move_all(rows, sign)
            return
        edges = [0, *np.searchsorted(rows.keys, numbers(self._starts[1:])).tolist(), len(rows.keys)]
        for place, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                moved = sign * digest_of(PackedRows(rows.keys[start:end], rows.bodies[start:end]))
                self.moved = (self.moved + moved) % MODULUS
                self._digests[place] = (self._digests[place] + moved) % MODULUS

    def _move_all(self, rows: PackedRows, sign: int) -> None:
        moved = sign * digest_of(rows) if len(rows.keys) else 0
        self.moved = (self.moved + moved) % MODULUS
        self._digests = [(digest + moved) % MODULUS for digest in self._digests]
