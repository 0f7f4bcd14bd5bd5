"""Rows in columns: any fields come back, and what is out of order or too long is refused."""

import io
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import TrustError
from data.lists.rows import PackedRows, Row
from sync.formats import payload
from sync.formats.columns import BLOCK, WHOLE, ColumnField, check_fields
from sync.formats.payload import Header, PayloadKind, PayloadReader, RowForm
from tests.sync.support.format_examples import edition, read_payload

numbers64 = st.integers(0, (1 << 64) - 1)
fixed = st.dictionaries(numbers64, numbers64, max_size=30)
divided = st.lists(st.integers(1, 63), unique=True, max_size=6).map(lambda cuts: fields_at(sorted(cuts)))


def fields_at(cuts: list[int]) -> tuple[ColumnField, ...]:
    """A body cut at some bits, every other field told against the one before it."""
    edges = [0, *cuts, 64]
    return tuple(
        ColumnField(low, high - low, place - 1 if place % 2 else -1)
        for place, (low, high) in enumerate(pairwise(edges))
    )


def in_columns(bodies: dict[int, int], gone: set[int] = frozenset(), fields: tuple[ColumnField, ...] = WHOLE) -> bytes:  # type: ignore[assignment]
    header = Header(edition(9), PayloadKind.DELTA, 2, len(gone), len(bodies), RowForm.COLUMNS, fields=fields)
    keys, removed = np.array(sorted(bodies), np.uint64), np.array(sorted(gone), np.uint64)
    rows = PackedRows(keys, np.array([bodies[key] for key in sorted(bodies)], np.uint64))
    return b"".join(payload.write_columns(header, [removed] if gone else [], [rows] if bodies else []))


@given(fixed, st.sets(numbers64, max_size=20), divided)
def test_columns_read_as_they_were_written(
    bodies: dict[int, int], gone: set[int], fields: tuple[ColumnField, ...]
) -> None:
    _, removed, rows = read_payload(in_columns(bodies, gone, fields))
    assert removed == [key.to_bytes(8, "big") for key in sorted(gone)]
    assert rows == [Row(key.to_bytes(8, "big"), bodies[key].to_bytes(8, "big")) for key in sorted(bodies)]


def test_columns_of_several_blocks_read_as_they_were_written() -> None:
    keys = np.arange(3 * BLOCK, dtype=np.uint64) * np.uint64(1 << 40) + np.uint64(7)
    rows = PackedRows(keys, keys ^ np.uint64(12345))
    header = Header(edition(len(keys)), PayloadKind.SNAPSHOT, 0, 0, len(keys), RowForm.COLUMNS)
    blocks = [
        PackedRows(keys[start : start + BLOCK], rows.bodies[start : start + BLOCK])
        for start in range(0, len(keys), BLOCK)
    ]
    content = b"".join(payload.write_columns(header, [], blocks))
    reader = PayloadReader(io.BytesIO(content))
    assert list(reader.packed_removed_keys()) == []
    parts = list(reader.packed_rows())
    assert np.array_equal(np.concatenate([part.keys for part in parts]), rows.keys)
    assert np.array_equal(np.concatenate([part.bodies for part in parts]), rows.bodies)


@given(fixed, st.binary(max_size=60), st.integers(0, 700), divided)
def test_columns_that_are_none_are_refused(
    bodies: dict[int, int], garbage: bytes, place: int, fields: tuple[ColumnField, ...]
) -> None:
    whole = in_columns(bodies, fields=fields)
    try:
        _, _, rows = read_payload(whole[:place] + garbage)
    except TrustError:
        return
    assert [row.key for row in rows] == sorted({row.key for row in rows})


@pytest.mark.parametrize("gaps", [[5, 0], [5, (1 << 64) - 2]], ids=["a key twice", "a key that goes back"])
def test_columns_out_of_order_are_refused(gaps: list[int]) -> None:
    whole = in_columns({5: 1, 6: 1})
    header = whole[: -2 * 16]
    planes = np.array(gaps, ">u8").view(np.uint8).reshape(2, 8).T.tobytes()
    with pytest.raises(TrustError, match="out of order"):
        read_payload(header + planes + bytes(16))


def test_columns_with_a_bit_too_many_are_refused() -> None:
    whole = bytearray(in_columns({5: 0}, fields=(ColumnField(0, 60), ColumnField(60, 4))))
    whole[-1] = 0x10
    with pytest.raises(TrustError, match="invalid body"):
        read_payload(bytes(whole))


@pytest.mark.parametrize(
    "fields", [[[0, 63]], [[0, 32], [31, 33]], [[0, 64, 0]], [[0, 65]], [[-1, 65]], [[0, 32, 0, 1]], [[]]]
)
def test_fields_that_do_not_make_a_body_are_refused(fields: Any) -> None:
    with pytest.raises(ValueError):
        check_fields(fields)


def test_in_columns_nothing_may_follow() -> None:
    with pytest.raises(TrustError, match="continues after"):
        read_payload(in_columns({1: 2}) + b"0")
