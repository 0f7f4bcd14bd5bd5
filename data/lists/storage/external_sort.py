"""Sorts rows of fixed width, whatever order they come in, in memory that does not grow with them.

A few are sorted in memory. Many are first dealt to 256 buckets by their first byte, in one nameless file that is
encrypted under a key nobody keeps (AES-CTR; nothing of a list lies in clear on a disk), then sorted bucket by bucket.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from data.lists.rows import NO_ROWS, PackedRows, concatenate_rows

MAX_ROWS_IN_MEMORY = 4_000_000
"""Rows of 16 bytes; sorting and dealing them takes some 350 MB."""

_BUCKETS = 256
_BLOCK = 16


def sort_rows(parts: Iterable[PackedRows], folder: Path) -> Iterator[PackedRows]:
    """All rows of `parts`, ascending; equal keys come in the order they came. Spills into `folder`."""
    waiting: list[PackedRows] = []
    count = 0
    spill: _Spill | None = None
    for part in parts:
        waiting.append(part)
        count += len(part.keys)
        if count >= MAX_ROWS_IN_MEMORY:
            spill = spill or _Spill(folder)
            spill.deal(_sort_in_memory(concatenate_rows(waiting)))
            waiting, count = [], 0
    rest = _sort_in_memory(concatenate_rows(waiting)) if waiting else NO_ROWS
    if spill is None:
        yield rest
        return
    spill.deal(rest)
    yield from spill.buckets()


def _sort_in_memory(rows: PackedRows) -> PackedRows:
    order = np.argsort(rows.keys, kind="stable")
    return PackedRows(rows.keys[order], rows.bodies[order])


class _Spill:
    """The nameless file: runs of ascending rows, and where each bucket's part of each run lies."""

    def __init__(self, folder: Path) -> None:
        self._key = os.urandom(32)
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)
        self._runs: list[list[tuple[int, int]]] = [[] for _ in range(_BUCKETS)]

    def deal(self, rows: PackedRows) -> None:
        """Write a run."""
        start = self._file.seek(0, os.SEEK_END)
        plain = np.stack([rows.keys, rows.bodies], axis=1).tobytes()
        self._file.write(self._crypt(plain, start))
        edges = np.searchsorted(rows.keys, np.arange(_BUCKETS, dtype=np.uint64) << np.uint64(56)).tolist()
        for bucket, (first, end) in enumerate(zip(edges, [*edges[1:], len(rows.keys)], strict=True)):
            self._runs[bucket].append((start + _BLOCK * first, _BLOCK * (end - first)))

    def buckets(self) -> Iterator[PackedRows]:
        """Every bucket's rows in order; the file is gone afterwards."""
        with self._file:
            for runs in self._runs:
                yield _sort_in_memory(concatenate_rows([self._read(start, size) for start, size in runs]))

    def _read(self, start: int, size: int) -> PackedRows:
        self._file.seek(start)
        plain = np.frombuffer(self._crypt(self._file.read(size), start), np.uint64).reshape(-1, 2)
        return PackedRows(plain[:, 0], plain[:, 1])

    def _crypt(self, content: bytes, start: int) -> bytes:
        """CTR from the block of the file at which `content` starts: no counter serves twice."""
        counter = (start // _BLOCK).to_bytes(_BLOCK, "big")
        return Cipher(AES(self._key), CTR(counter)).encryptor().update(content)
