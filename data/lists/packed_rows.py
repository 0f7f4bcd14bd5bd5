"""Rows of fixed width in bulk: 8-byte keys and 8-byte bodies as two columns of numbers.

A key is its 8 bytes read as an unsigned big-endian number, so numbers and bytes sort alike. This is what lets a
list of 100 million rows be built, folded and checked in seconds: nothing is done row by row.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH = 8

Numbers = NDArray[np.uint64]


class PackedRows(NamedTuple):
    """Two columns of one length."""

    keys: Numbers
    bodies: Numbers


EMPTY = PackedRows(np.empty(0, np.uint64), np.empty(0, np.uint64))


def numbers(values: Sequence[bytes]) -> Numbers:
    """A column from 8-byte values; ValueError when one has another width."""
    if any(len(value) != WIDTH for value in values):
        raise ValueError("a row of this kind has a key and a body of 8 bytes each")
    return np.frombuffer(b"".join(values), dtype=">u8").astype(np.uint64)


def as_bytes(column: Numbers) -> list[bytes]:
    """The values of a column as 8 bytes each."""
    packed = column.astype(">u8").tobytes()
    return [packed[start : start + WIDTH] for start in range(0, len(packed), WIDTH)]


def joined(parts: Sequence[PackedRows]) -> PackedRows:
    """All parts as one, in their order."""
    if len(parts) == 1:
        return parts[0]
    return PackedRows(np.concatenate([part.keys for part in parts]), np.concatenate([part.bodies for part in parts]))


def ascending(rows: PackedRows) -> bool:
    """Whether no key stands before or beside a smaller or an equal one."""
    return bool((rows.keys[1:] > rows.keys[:-1]).all())


class Shared:
    """Counts rows, as they come by, whose keys an older version has as well; both ascend."""

    def __init__(self, older: Iterator[PackedRows]) -> None:
        self._older = older
        self._held = EMPTY.keys
        self.count = 0

    def add(self, rows: PackedRows) -> None:
        """The next rows of the newer version."""
        last = rows.keys[-1]
        while not len(self._held) or self._held[-1] < last:
            more = next(self._older, None)
            if more is None:
                break
            self._held = np.concatenate([self._held, more.keys])
        self.count += len(np.intersect1d(self._held, rows.keys, assume_unique=True))
        self._held = self._held[np.searchsorted(self._held, last, "right") :]
