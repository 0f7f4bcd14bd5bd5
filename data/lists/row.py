"""A list as sync and storage see it: rows of bytes, and a digest that moves with each change.

A kind of list (`data.lists.kinds`) says what the bytes mean; nothing here knows.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import NamedTuple, TypeVar

_MODULUS = 1 << 256
_BATCH = 400
_T = TypeVar("_T")


class Row(NamedTuple):
    """One published row: a unique key and its body."""

    key: bytes
    body: bytes


def row_digest(row: Row) -> int:
    """SHA-256 over the canonical row: length of the key (4 bytes, big endian), key, body."""
    return int.from_bytes(sha256(len(row.key).to_bytes(4, "big") + row.key + row.body).digest(), "big")


def add_to_digest(digest: int, rows: Iterable[Row]) -> int:
    """The digest of a list after `rows` came in: the sum of row digests modulo 2^256."""
    return (digest + sum(map(row_digest, rows))) % _MODULUS


def take_from_digest(digest: int, rows: Iterable[Row]) -> int:
    """The digest of a list after `rows` went out."""
    return (digest - sum(map(row_digest, rows))) % _MODULUS


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """`items` in lists of a size that suits SQLite."""
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
