"""Some neighbouring rows of a list in memory, in whichever shape suits its kind."""

from collections.abc import Iterable, Iterator
from itertools import chain

from data import store
from data.errors import Damaged
from data.lists.fixed_digest import digest_of
from data.lists.packed_rows import WIDTH, PackedRows
from data.lists.row import Row, add_to_digest, unpack
from data.lists.view import View

Stretch = list[Row] | PackedRows
"""Ascending rows."""


def first_key(rows: Stretch) -> bytes:
    """The key of the first row; empty where there is none."""
    if isinstance(rows, PackedRows):
        return int(rows.keys[0]).to_bytes(WIDTH, "big") if len(rows.keys) else b""
    return rows[0].key if rows else b""


def count_of(rows: Stretch) -> int:
    """How many rows it has."""
    return len(rows.keys) if isinstance(rows, PackedRows) else len(rows)


def digest(rows: Stretch) -> int:
    """The sum of its rows' digests."""
    return digest_of(rows) if isinstance(rows, PackedRows) else add_to_digest(0, rows)


def joined_rows(stretches: Iterable[Stretch]) -> Iterator[Row]:
    """All rows of some stretches, one by one."""
    return chain.from_iterable(unpack(rows) if isinstance(rows, PackedRows) else rows for rows in stretches)


def stretch_digest(view: View, first: bytes, end: bytes | None) -> int | None:
    """The digest of the rows from key `first` up to `end`; None where they cannot be read."""
    try:
        return digest(view.stretch(first, end))
    except (Damaged, store.DatabaseError):
        return None
