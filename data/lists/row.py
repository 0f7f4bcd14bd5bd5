"""A list as sync and storage see it: rows of bytes, and a digest that moves with each change.

A kind of list (`data.lists.kinds`) says what the bytes mean; nothing here knows. The digest of a list is the sum of its
rows' digests modulo 2^256: of fixed width (8 bytes and 8 bytes) as in `data.lists.fixed_digest`, any other by SHA-256.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import NamedTuple, TypeVar

from data.lists.fixed_digest import MODULUS, digest_of
from data.lists.packed_rows import WIDTH, PackedRows, as_bytes, numbers

_BATCH = 400
_PACKED_BATCH = 1 << 16
_T = TypeVar("_T")


class Row(NamedTuple):
    """One published row: a unique key and its body."""

    key: bytes
    body: bytes

    @property
    def fixed(self) -> bool:
        """Whether this row has the fixed width."""
        return len(self.key) == WIDTH == len(self.body)


def row_digest(row: Row) -> int:
    """The digest of one row: see `fixed_digest`, or SHA-256 over the length of the key (4 bytes), key and body."""
    return digest_of(packed([row])) if row.fixed else _sha256(row)


def add_to_digest(digest: int, rows: Iterable[Row]) -> int:
    """The digest of a list after `rows` came in: the sum of row digests modulo 2^256."""
    return (digest + _sum(rows)) % MODULUS


def take_from_digest(digest: int, rows: Iterable[Row]) -> int:
    """The digest of a list after `rows` went out."""
    return (digest - _sum(rows)) % MODULUS


def pack(rows: Iterable[Row]) -> Iterator[PackedRows]:
    """`rows` in large batches, in their order; ValueError for a row that has not the fixed width."""
    return map(packed, batches(rows, _PACKED_BATCH))


def packed(rows: list[Row]) -> PackedRows:
    """A few rows as columns; ValueError for a row that has not the fixed width."""
    return PackedRows(numbers([row.key for row in rows]), numbers([row.body for row in rows]))


def unpack(rows: PackedRows) -> Iterator[Row]:
    """The same rows one by one."""
    return map(Row, as_bytes(rows.keys), as_bytes(rows.bodies))


def batches(items: Iterable[_T], size: int = _BATCH) -> Iterator[list[_T]]:
    """`items` in lists of a size that suits SQLite."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _sum(rows: Iterable[Row]) -> int:
    total = 0
    for batch in batches(rows, _PACKED_BATCH):
        fixed = [row for row in batch if row.fixed]
        total += digest_of(packed(fixed))
        if len(fixed) < len(batch):
            total += sum(_sha256(row) for row in batch if not row.fixed)
    return total


def _sha256(row: Row) -> int:
    return int.from_bytes(sha256(len(row.key).to_bytes(4, "big") + row.key + row.body).digest(), "big")
