"""Rows of 8 and 8 bytes as they travel: column by column, so that bytes of the same kind follow each other.

    keys      each as its difference from the key before it (the first: as itself), in 8 planes of one byte a row
    bodies    field by field, each in as many planes as it has bytes

A plane holds one byte of every row of a block, the most significant plane first; a block has 65,536 rows, the last one
the rest. Fields are given in the payload's header as `[lowest bit, width]` or `[lowest bit, width, other]`: then the
field holds its difference from the `other` (an earlier one of the same list), modulo 2^width.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from data.lists.rows import WIDTH, Numbers, PackedRows
from data.text import THE_VALUE, _

BLOCK = 1 << 16
"""Rows."""

_BITS = 64
ReadBytes = Callable[[int], bytes]
"""Gives exactly so many bytes, or raises."""


class ColumnField(NamedTuple):
    """Some bits of every body."""

    low: int
    width: int
    minus: int = -1
    """Place of an earlier field that this one is a difference to; -1 for none."""

    @property
    def planes(self) -> int:
        """Bytes that hold its values."""
        return -(-self.width // 8)


_UNUSABLE_FIELDS = _("{field} must have fields that cover each of the 64 bits of a row's body once", field=THE_VALUE)
WHOLE = (ColumnField(0, _BITS),)
"""A body about which nothing is known."""


def check_fields(facts: Sequence[Sequence[int]]) -> tuple[ColumnField, ...]:
    """The fields of a header; ValueError unless each bit of a body belongs to exactly one of them."""
    if not all(2 <= len(line) <= 3 for line in facts):
        raise ValueError(_UNUSABLE_FIELDS)
    fields = tuple(ColumnField(*line) for line in facts)
    seen = 0
    for place, field in enumerate(fields):
        if not -1 <= field.minus < place or not 0 <= field.low < field.low + field.width <= _BITS:
            raise ValueError(_UNUSABLE_FIELDS)
        bits = ((1 << field.width) - 1) << field.low
        if seen & bits:
            raise ValueError(_UNUSABLE_FIELDS)
        seen |= bits
    if seen != (1 << _BITS) - 1:
        raise ValueError(_UNUSABLE_FIELDS)
    return fields


def write_keys(keys: Numbers, before: int) -> Iterator[bytes]:
    """The planes of ascending `keys` that follow the key `before` (0 for none)."""
    if len(keys):
        yield from _planes(np.diff(keys, prepend=np.uint64(before)), WIDTH)


def write_bodies(bodies: Numbers, fields: Sequence[ColumnField]) -> Iterator[bytes]:
    """The planes of `bodies`."""
    if not len(bodies):
        return
    values = [bodies >> np.uint64(field.low) & _mask(field) for field in fields]
    for field, value in zip(fields, values, strict=True):
        stored = value if field.minus < 0 else (value - values[field.minus]) & _mask(field)
        yield from _planes(stored, field.planes)


def read_keys(read: ReadBytes, count: int, before: int) -> Numbers:
    """`count` keys that follow the key `before`; they wrap where they were not written ascending."""
    keys = np.cumsum(_read(read, count, WIDTH), dtype=np.uint64)
    return keys + np.uint64(before)


def read_rows(read: ReadBytes, count: int, before: int, fields: Sequence[ColumnField]) -> PackedRows:
    """`count` rows; ValueError where a body has more bits than its field."""
    keys = read_keys(read, count, before)
    bodies, values = np.zeros(count, np.uint64), list[Numbers]()
    for field in fields:
        value = _read(read, count, field.planes)
        if (value & ~_mask(field)).any():
            raise ValueError(_("{field} must not have values that are larger than their field", field=THE_VALUE))
        if field.minus >= 0:
            value = (value + values[field.minus]) & _mask(field)
        values.append(value)
        bodies |= value << np.uint64(field.low)
    return PackedRows(keys, bodies)


def _planes(column: Numbers, count: int) -> Iterator[bytes]:
    table = column.astype(">u8").view(np.uint8).reshape(-1, WIDTH)
    for plane in range(WIDTH - count, WIDTH):
        yield table[:, plane].tobytes()


def _read(read: ReadBytes, count: int, planes: int) -> Numbers:
    table = np.zeros((count, WIDTH), np.uint8)
    content = np.frombuffer(read(count * planes), np.uint8).reshape(planes, count)
    table[:, WIDTH - planes :] = content.T
    return table.view(">u8")[:, 0].astype(np.uint64)


def _mask(field: ColumnField) -> np.uint64:
    return np.uint64((1 << field.width) - 1)
