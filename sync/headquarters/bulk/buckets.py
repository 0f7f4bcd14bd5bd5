"""Deals records into buckets by the first bits of their keys, so that each is small enough to be compared in memory.

Where there are several, the records wait in one nameless file that is encrypted under a key nobody keeps (AES-CTR):
nothing of a list lies in clear on a disk.
"""

import os
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from data import durable_files
from data.documents.sealed_keys import Sealer
from data.log.error_log import suppress_logged
from sync.headquarters.bulk.record_columns import IS_RANGE, keys

RECORDS_IN_BUCKET = 400_000
"""About so many; comparing two versions of a bucket of records takes some 300 MB."""
MOST_BITS = 10
RANGES = -1
"""The bucket of ranges, whose rows stand under many keys."""
_DEALT_TOGETHER = 1_000_000
_BLOCK = 16
BUCKET = "bucket"
_NUMBER = pl.Int16()


def bits_for(count: int) -> int:
    """How many bits of the key tell the buckets of a list of about `count` records."""
    return min(max(0, (count // RECORDS_IN_BUCKET).bit_length()), MOST_BITS)


def deal(frame: pl.DataFrame, sealer: Sealer, bits: int) -> pl.DataFrame:
    """Records with their bucket in the column `bucket`: `RANGES`, or the first `bits` of the key."""
    singles, ranges = frame.filter(~IS_RANGE), frame.filter(IS_RANGE)
    first = keys(singles, sealer) >> np.uint64(64 - bits) if bits else np.zeros(len(singles))
    return pl.concat(
        [
            singles.with_columns(pl.Series(BUCKET, first, _NUMBER)),
            ranges.with_columns(pl.lit(RANGES, _NUMBER).alias(BUCKET)),
        ]
    )


class Spill:
    """Records of one schema that wait by bucket, in the order they came; they come with their column `bucket`."""

    def __init__(self, folder: Path, schema: pl.Schema) -> None:
        self.count = 0
        self._schema = schema
        self._key = os.urandom(32)
        with durable_files.translate_os_errors():
            self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)
        self._waiting: list[pl.DataFrame] = []
        self._held = 0
        self._pieces: dict[int, list[tuple[int, int]]] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Deal more records."""
        if not frame.is_empty():
            self._waiting.append(frame)
            self._held += len(frame)
            self.count += len(frame)
        if self._held >= _DEALT_TOGETHER:
            self._deal()

    def buckets(self) -> list[int]:
        """The buckets that hold a record."""
        self._deal()
        return sorted(self._pieces)

    def take(self, bucket: int) -> pl.DataFrame:
        """The records of a bucket, in the order they came."""
        self._deal()
        pieces = [self._read(*piece) for piece in self._pieces.get(bucket, [])]
        return pl.concat(pieces) if pieces else pl.DataFrame(schema=self._schema)

    def close(self) -> None:
        """The file is gone afterwards, and what it has no room for with it."""
        with suppress_logged(OSError):
            self._file.close()

    def __enter__(self) -> "Spill":
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()

    def _deal(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting, self._held = self._waiting, [], 0
        for bucket, frame in split(pl.concat(waiting)):
            buffer = BytesIO()
            frame.write_ipc(buffer, compression="lz4")
            self._pieces.setdefault(bucket, []).append(self._write(buffer.getvalue()))

    def _write(self, content: bytes) -> tuple[int, int]:
        start = -(-self._file.seek(0, os.SEEK_END) // _BLOCK) * _BLOCK
        with durable_files.translate_os_errors():
            self._file.seek(start)
            self._file.write(self._crypt(content, start))
            self._file.flush()
        return start, len(content)

    def _read(self, start: int, size: int) -> pl.DataFrame:
        with durable_files.translate_os_errors():
            self._file.seek(start)
            content = self._file.read(size)
        return pl.read_ipc(BytesIO(self._crypt(content, start)))

    def _crypt(self, content: bytes, start: int) -> bytes:
        """CTR from the block of the file at which `content` starts: no counter serves twice."""
        counter = (start // _BLOCK).to_bytes(_BLOCK, "big")
        return Cipher(AES(self._key), CTR(counter)).encryptor().update(content)


def split(dealt: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Each bucket and its records, in their order."""
    parts = dealt.partition_by(BUCKET, as_dict=True, include_key=False)
    return ((int(bucket), part) for (bucket,), part in sorted(parts.items()))
