"""The digest of rows of fixed width is what its page says, whichever way it is added up."""

from hashlib import sha256

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given
from hypothesis import strategies as st

from data.lists.rows import (
    MODULUS,
    PackedRows,
    Row,
    SharedKeyCounter,
    add_to_digest,
    concatenate_rows,
    digest_packed,
    digest_row,
    pack_rows,
    take_from_digest,
    unpack_rows,
)
from tests.data.support.packed_rows import rows_of


def sample(count: int, seed: int = 3) -> PackedRows:
    rng = np.random.default_rng(seed)
    keys = np.unique(rng.integers(0, 1 << 64, count, dtype=np.uint64))
    return PackedRows(keys, rng.integers(0, 1 << 64, len(keys), dtype=np.uint64))


def one_by_one(row: Row) -> int:
    """The definition, spelled out for one row."""
    content, digest = row.key + row.body, b""
    for label in (b"A", b"B"):
        cipher = Cipher(AES(sha256(b"waypost/row-digest/" + label).digest()), ECB()).encryptor()  # noqa: S305
        digest += bytes(byte ^ other for byte, other in zip(cipher.update(content), content, strict=True))
    return int.from_bytes(digest, "little")


@pytest.mark.parametrize("count", [1, 63, 64, 65, 20_000])
def test_the_sum_is_the_sum_of_single_digests(count: int) -> None:
    rows = sample(count)
    assert digest_packed(rows) == sum(map(one_by_one, unpack_rows(rows))) % MODULUS


def test_rows_one_by_one_and_in_bulk_agree() -> None:
    rows = sample(500)
    single = list(unpack_rows(rows))
    assert add_to_digest(0, single) == digest_packed(rows) == sum(map(digest_row, single)) % MODULUS
    assert [part.keys.tolist() for part in pack_rows(single)] == [rows.keys.tolist()]


def test_what_comes_and_goes_leaves_no_trace_and_order_does_not_matter() -> None:
    rows = [*unpack_rows(sample(50)), Row(b"a longer key", b"a body"), Row(b"8 bytes!", b"")]
    start = add_to_digest(0, rows[:10])
    assert take_from_digest(add_to_digest(start, rows[10:]), reversed(rows[10:])) == start
    assert add_to_digest(0, reversed(rows)) == add_to_digest(0, rows) != start


def test_one_bit_changes_it() -> None:
    row = next(unpack_rows(sample(1)))
    other = Row(row.key, bytes([row.body[0] ^ 1]) + row.body[1:])
    assert digest_row(row) != digest_row(other) != digest_row(Row(other.body, other.key))


def test_parts_join_in_order() -> None:
    whole_column = concatenate_rows([rows_of([1, 2]), rows_of([3])])
    assert whole_column.keys.tolist() == [1, 2, 3]


@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.integers(1, 9))
def test_shared_rows_are_counted(old: set[int], new: set[int], size: int) -> None:
    def parts(keys: set[int]) -> list[PackedRows]:
        ordered = sorted(keys)
        return [rows_of(ordered[at : at + size]) for at in range(0, len(ordered), size)]

    shared = SharedKeyCounter(iter(parts(old)))
    for part in parts(new):
        shared.add(part)
    assert shared.count == len(old & new)
