"""A list as sync and storage see it: rows of bytes, singly or packed in bulk, and a digest that moves with each change.

- A kind of list (`data.lists.kinds`) says what the bytes mean; nothing here knows.
- Rows of fixed width (8-byte keys and 8-byte bodies) are two columns of numbers. A key is its 8 bytes read as an
  unsigned big-endian number, so numbers and bytes sort alike. This is what lets a list of 100 million rows be built,
  compacted and checked in seconds: nothing is done row by row.
- The digest of a list is the sum of its rows' digests modulo 2^256, so it moves with every change and knows no order.
- A row x of fixed width is 16 bytes, key then body. Its digest has 256 bits: AES(A, x) xor x, then AES(B, x) xor x,
  under two public constants A and B (AES-256; the feed-forward of Matyas, Meyer and Oseas makes a one-way function of
  the cipher). The digest of any other row is SHA-256.
- The sum finds accidents and slips; against forgery stand the signatures over the files and the authentication of what
  is stored, since a sum of so many terms does not protect against someone who can choose the rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from numpy.typing import NDArray

WIDTH = 8

Numbers = NDArray[np.uint64]

MODULUS = 1 << 256
_ABREAST = 64
_DIGEST_BATCH = 1 << 14
"""Rows at a time: what the processor's nearest memory holds."""

_SQL_BATCH = 400
_PACKED_BATCH = 1 << 16
_T = TypeVar("_T")


class Row(NamedTuple):
    """One published row: a unique key and its body."""

    key: bytes
    body: bytes

    @property
    def is_fixed_width(self) -> bool:
        """Whether this row has the fixed width."""
        return len(self.key) == WIDTH == len(self.body)


class PackedRows(NamedTuple):
    """Two columns of one length."""

    keys: Numbers
    bodies: Numbers


NO_ROWS = PackedRows(np.empty(0, np.uint64), np.empty(0, np.uint64))


def to_numbers(values: Sequence[bytes]) -> Numbers:
    """A column from 8-byte values; ValueError when one has another width."""
    if any(len(value) != WIDTH for value in values):
        raise ValueError("a row of this kind has a key and a body of 8 bytes each")
    return np.frombuffer(b"".join(values), dtype=">u8").astype(np.uint64)


def to_row_bytes(column: Numbers) -> list[bytes]:
    """The values of a column as 8 bytes each."""
    packed = column.astype(">u8").tobytes()
    return [packed[start : start + WIDTH] for start in range(0, len(packed), WIDTH)]


def concatenate_rows(parts: Sequence[PackedRows]) -> PackedRows:
    """All parts as one, in their order."""
    if len(parts) == 1:
        return parts[0]
    return PackedRows(np.concatenate([part.keys for part in parts]), np.concatenate([part.bodies for part in parts]))


def is_ascending(rows: PackedRows) -> bool:
    """Whether no key stands before or beside a smaller or an equal one."""
    return bool((rows.keys[1:] > rows.keys[:-1]).all())


class SharedKeyCounter:
    """Counts rows, as they come by, whose keys an older version has as well; both ascend."""

    def __init__(self, older: Iterator[PackedRows]) -> None:
        self._older = older
        self._held = NO_ROWS.keys
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


def _derive_constant(label: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(b"waypost/row-digest/" + label)
    return digest.finalize()


# Both halves are the bare block cipher over single blocks: ECB is how a library offers it for many at once.
_CIPHERS = tuple(Cipher(AES(_derive_constant(label)), ECB()) for label in (b"A", b"B"))  # noqa: S305


def digest_packed(rows: PackedRows) -> int:
    """The sum of the digests of `rows`, modulo 2^256."""
    total = 0
    for start in range(0, len(rows.keys), _DIGEST_BATCH):
        content = _interleave(rows.keys[start : start + _DIGEST_BATCH], rows.bodies[start : start + _DIGEST_BATCH])
        total += sum(_sum_half(cipher, content) << (128 * place) for place, cipher in enumerate(_CIPHERS))
    return total % MODULUS


def digest_row(row: Row) -> int:
    """The digest of one row; of one without fixed width, SHA-256 over the length of the key (4 bytes), key and body."""
    return digest_packed(pack_batch([row])) if row.is_fixed_width else _hash_row(row)


def add_to_digest(digest: int, rows: Iterable[Row]) -> int:
    """The digest of a list after `rows` came in: the sum of row digests modulo 2^256."""
    return (digest + _sum_digests(rows)) % MODULUS


def take_from_digest(digest: int, rows: Iterable[Row]) -> int:
    """The digest of a list after `rows` went out."""
    return (digest - _sum_digests(rows)) % MODULUS


def pack_rows(rows: Iterable[Row]) -> Iterator[PackedRows]:
    """`rows` in large batches, in their order; ValueError for a row that has not the fixed width."""
    return map(pack_batch, split_batches(rows, _PACKED_BATCH))


def pack_batch(rows: list[Row]) -> PackedRows:
    """A few rows as columns; ValueError for a row that has not the fixed width."""
    return PackedRows(to_numbers([row.key for row in rows]), to_numbers([row.body for row in rows]))


def unpack_rows(rows: PackedRows) -> Iterator[Row]:
    """The same rows, one after the other."""
    return map(Row, to_row_bytes(rows.keys), to_row_bytes(rows.bodies))


def split_batches(items: Iterable[_T], size: int = _SQL_BATCH) -> Iterator[list[_T]]:
    """`items` in lists of a size that suits SQLite."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _interleave(keys: Numbers, bodies: Numbers) -> bytes:
    plain = np.empty((len(keys), 2), ">u8")
    plain[:, 0], plain[:, 1] = keys, bodies
    return plain.tobytes()


def _sum_half(cipher: Cipher[ECB], content: bytes) -> int:
    """The sum of one half of each row's digest, read as a little-endian number of 128 bits."""
    hashed = _to_words(cipher.encryptor().update(content)) ^ _to_words(content)
    even = len(hashed) // _ABREAST * _ABREAST
    # numpy adds columns fast only where a line is long, so many rows lie side by side before they are folded.
    sums = hashed[:even].reshape(-1, 4 * _ABREAST).sum(axis=0, dtype=np.uint64).reshape(-1, 4).sum(axis=0)
    sums += hashed[even:].sum(axis=0, dtype=np.uint64)
    return sum(word << (32 * place) for place, word in enumerate(sums.tolist()))


def _to_words(content: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(content, "<u4").reshape(-1, 4)


def _sum_digests(rows: Iterable[Row]) -> int:
    total = 0
    for batch in split_batches(rows, _PACKED_BATCH):
        fixed = [row for row in batch if row.is_fixed_width]
        total += digest_packed(pack_batch(fixed))
        if len(fixed) < len(batch):
            total += sum(_hash_row(row) for row in batch if not row.is_fixed_width)
    return total


def _hash_row(row: Row) -> int:
    return int.from_bytes(sha256(len(row.key).to_bytes(4, "big") + row.key + row.body).digest(), "big")
