"""Two versions of a list of fixed width side by side, both in order of key, in memory that does not grow with them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from data.lists.kinds import Kind
from data.lists.packed_rows import EMPTY, Numbers, PackedRows, as_bytes, joined, numbers


def one_a_key(parts: Iterator[PackedRows], kind: Kind) -> Iterator[PackedRows]:
    """Ascending rows in which equal keys stand side by side, with one row a key."""
    held = EMPTY
    for part in parts:
        rows = joined([held, part])
        if not len(rows.keys):
            continue
        last = int(np.searchsorted(rows.keys, rows.keys[-1]))  # more of this key may follow
        held = _cut(rows, last, len(rows.keys))
        if last:
            yield _merged(_cut(rows, 0, last), kind)
    if len(held.keys):
        yield _merged(held, kind)


def compared(older: Iterator[PackedRows], newer: Iterator[PackedRows]) -> Iterator[tuple[PackedRows, PackedRows, int]]:
    """Stretch by stretch: rows that only `older` has, rows that only `newer` has, and how many keys are in both."""
    old, new = _refilled(EMPTY, older), _refilled(EMPTY, newer)
    while len(old.keys) or len(new.keys):
        last = min(rows.keys[-1] for rows in (old, new) if len(rows.keys))
        places = [int(np.searchsorted(rows.keys, last, "right")) for rows in (old, new)]
        yield _difference(_cut(old, 0, places[0]), _cut(new, 0, places[1]))
        old, new = _cut(old, places[0], len(old.keys)), _cut(new, places[1], len(new.keys))
        old, new = _refilled(old, older), _refilled(new, newer)


def without(rows: PackedRows, keys: Numbers) -> PackedRows:
    """Those of `rows` whose keys are not among `keys`."""
    return _without(rows, np.flatnonzero(np.isin(rows.keys, keys)))


def _difference(old: PackedRows, new: PackedRows) -> tuple[PackedRows, PackedRows, int]:
    _, ours, theirs = np.intersect1d(old.keys, new.keys, assume_unique=True, return_indices=True)
    same = old.bodies[ours] == new.bodies[theirs]
    gone, come = _without(old, ours[same]), _without(new, theirs[same])
    return gone, come, int((~same).sum())


def _merged(rows: PackedRows, kind: Kind) -> PackedRows:
    starts = np.flatnonzero(np.concatenate([[True], rows.keys[1:] != rows.keys[:-1]]))
    if len(starts) == len(rows.keys):
        return rows
    bodies, ends = rows.bodies[starts], np.append(starts[1:], len(rows.keys))
    for place in np.flatnonzero(ends - starts > 1).tolist():
        shared = as_bytes(rows.bodies[starts[place] : ends[place]])
        bodies[place] = numbers([kind.merge(shared)])[0]
    return PackedRows(rows.keys[starts], bodies)


def _refilled(rows: PackedRows, more: Iterator[PackedRows]) -> PackedRows:
    while not len(rows.keys):
        following = next(more, None)
        if following is None:
            return EMPTY
        rows = following
    return rows


def _without(rows: PackedRows, places: NDArray[np.intp]) -> PackedRows:
    return PackedRows(np.delete(rows.keys, places), np.delete(rows.bodies, places))


def _cut(rows: PackedRows, start: int, end: int) -> PackedRows:
    return PackedRows(rows.keys[start:end], rows.bodies[start:end])
