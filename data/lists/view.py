"""One list as one reader sees it: a single version, overlay over base, for as long as it looks.

A view of a packed list answers the same, and for numbers in bulk.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TypeVar

import numpy as np

from data.lists.edition import Edition
from data.lists.rows import NO_ROWS, WIDTH, Numbers, PackedRows, Row, to_numbers, to_row_bytes, unpack_rows
from data.lists.running_digest import ChangeCounts
from data.lists.storage.base_formats import SIGN, Columns, PackedBase, RowBase, SqlRow, select_rows
from data.lists.storage.key_filter import KeyFilter, narrow_keys
from data.lists.storage.overlay import read_changes
from data.store import Connection

_PROBES_A_STATEMENT = 500
_T = TypeVar("_T")


class View:
    """A consistent state of a list inside one read transaction."""

    def __init__(self, edition: Edition | None, columns: Columns, overlay: Connection, base: RowBase | None) -> None:
        self.edition = edition
        """None before the first version arrived."""
        self._columns = columns
        self._overlay = overlay
        self._base = base

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Bodies of those `keys` that are listed. The overlay is asked first; what it withdrew stays withdrawn."""
        bodies: dict[bytes, bytes] = {}
        for chunk in split_chunks([self._columns.sql_key(key) for key in keys]):
            answers = dict(select_rows(self._overlay, "overlay", chunk))
            if self._base is not None:
                answers.update(self._base.find([key for key in chunk if key not in answers]))
            bodies.update(self._columns.row(key, body) for key, body in answers.items() if body is not None)
        return bodies

    def get(self, key: bytes) -> bytes | None:
        """The body under `key`, or None when it is not listed."""
        return self.get_many([key]).get(key)

    def search(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What `get_many` answers, for many keys of which few are listed."""
        return self.get_many(keys)

    def find(self, keys: Numbers) -> dict[int, int]:
        """`search` for keys and bodies as unsigned numbers of 8 bytes."""
        bodies = self.search(to_row_bytes(keys))
        return {int.from_bytes(key, "big"): int.from_bytes(body, "big") for key, body in bodies.items()}

    def rows(self) -> Iterator[Row]:
        """Every listed row, in order of key (a merge of two sorted scans)."""
        newer = iter(self._overlay.execute("SELECT key, body FROM overlay ORDER BY key"))
        older = self._base.scan() if self._base else iter(())
        for key, body in _merge_scans(newer, older):
            if body is not None:
                yield self._columns.row(key, body)

    def read_range(self, first: bytes, end: bytes | None) -> list[Row] | PackedRows:
        """The rows from key `first` up to `end` (None: to the last), in the shape that suits the kind."""
        bounds = [self._columns.sql_key(key) for key in (first, end) if key is not None]
        where = "WHERE key >= ? AND key < ?" if end is not None else "WHERE key >= ?"
        query = f"SELECT key, body FROM overlay {where} ORDER BY key"  # noqa: S608
        older = self._base.between(where, bounds) if self._base else iter(())
        merged = _merge_scans(iter(self._overlay.execute(query, bounds)), older)
        return [self._columns.row(key, body) for key, body in merged if body is not None]

    def base_rows(self) -> Iterator[Row]:
        """Every row of the base, also those that were withdrawn or replaced since."""
        rows = self._base.scan() if self._base else ()
        return (self._columns.row(key, body) for key, body in rows if body is not None)

    def changes(self) -> tuple[list[Row], list[bytes]]:
        """What lies over the base: rows added or replaced, and keys withdrawn."""
        newer = self._overlay.execute("SELECT key, body FROM overlay ORDER BY key").fetchall()
        rows = [self._columns.row(key, body) for key, body in newer if body is not None]
        return rows, [self._columns.row(key, b"").key for key, body in newer if body is None]


def split_chunks(keys: Iterable[_T]) -> Iterator[list[_T]]:
    """`keys` in lists that fit into one statement."""
    rest = iter(keys)
    while chunk := list(islice(rest, _PROBES_A_STATEMENT)):
        yield chunk


def _merge_scans(newer: Iterator[SqlRow], older: Iterator[SqlRow]) -> Iterator[SqlRow]:
    """Two sorted scans as one; where both have a key, the newer counts."""
    new, old = next(newer, None), next(older, None)
    while new is not None or old is not None:
        if old is None or (new is not None and new[0] <= old[0]):  # type: ignore[operator]
            assert new is not None  # noqa: S101
            if old is not None and new[0] == old[0]:
                old = next(older, None)
            yield new
            new = next(newer, None)
        else:
            yield old
            old = next(older, None)


_UINT64_MASK = (1 << 64) - 1


class PackedView(View):
    """A consistent state of a packed list inside one read transaction."""

    def __init__(
        self,
        edition: Edition | None,
        columns: Columns,
        overlay: Connection,
        base: PackedBase | None,
        key_filter: KeyFilter | None,
    ) -> None:
        super().__init__(edition, columns, overlay, None)
        self._blocks = base
        self._filter = key_filter

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Bodies of those `keys` that are listed, read from overlay and base; the filter has no say."""
        return _to_key_bytes(self._find([int.from_bytes(key, "big") for key in keys]))

    def search(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What `get_many` answers; keys that a trusted filter rules out are not looked up."""
        return _to_key_bytes(self.find(to_numbers(keys)))

    def find(self, keys: Numbers) -> dict[int, int]:
        """`search` for keys and bodies as unsigned numbers."""
        return self._find(narrow_keys(self._filter, keys).tolist())

    def rows(self) -> Iterator[Row]:
        """Every listed row, in order of key."""
        for part in self.packed_rows():
            yield from unpack_rows(part)

    def packed_rows(self) -> Iterator[PackedRows]:
        """Every listed row, ascending, in parts."""
        added, removed = read_changes(self._overlay)
        place = removed_place = 0
        for part in self._blocks.scan() if self._blocks else ():
            last = part.keys[-1]
            end, over = np.searchsorted(added.keys, last, "right"), np.searchsorted(removed, last, "right")
            fresh = PackedRows(added.keys[place:end], added.bodies[place:end])
            yield merge_packed(part, fresh, removed[removed_place:over])
            place, removed_place = int(end), int(over)
        yield PackedRows(added.keys[place:], added.bodies[place:])

    def read_range(self, first: bytes, end: bytes | None) -> PackedRows:
        """The rows from key `first` up to `end` (None: to the last)."""
        low, high = int.from_bytes(first, "big"), int.from_bytes(end, "big") if end is not None else 1 << 64
        old = self._blocks.between(low, high) if self._blocks else NO_ROWS
        added, removed = self._changes
        added_part, removed_part = _slice_between(added.keys, low, high), _slice_between(removed, low, high)
        return merge_packed(old, PackedRows(added.keys[added_part], added.bodies[added_part]), removed[removed_part])

    @cached_property
    def _changes(self) -> tuple[PackedRows, Numbers]:
        return read_changes(self._overlay)

    def _find(self, keys: list[int]) -> dict[int, int]:
        bodies: dict[int, int] = {}
        for chunk in split_chunks(keys):
            answers = dict(select_rows(self._overlay, "overlay", [key - SIGN for key in chunk]))
            for key, body in answers.items():
                if isinstance(key, int) and isinstance(body, int):
                    bodies[key + SIGN] = body & _UINT64_MASK
            if self._blocks is not None:
                bodies.update(self._blocks.find(_select_others(chunk, answers)))
        return bodies


def _select_others(chunk: list[int], answers: dict[int | bytes, int | bytes | None]) -> Iterable[int]:
    return [key for key in chunk if key - SIGN not in answers] if answers else chunk


def _to_key_bytes(numbers: dict[int, int]) -> dict[bytes, bytes]:
    return {key.to_bytes(WIDTH, "big"): body.to_bytes(WIDTH, "big") for key, body in numbers.items()}


def _slice_between(keys: Numbers, low: int, high: int) -> slice:
    start, last = np.searchsorted(keys, np.array([low, high - 1], np.uint64)).tolist()
    return slice(start, last + int(last < len(keys) and int(keys[last]) < high))


def merge_packed(old: PackedRows, fresh: PackedRows, removed: Numbers) -> PackedRows:
    """`old` without what was removed or replaced, and `fresh`; all ascending."""
    if not len(fresh.keys) and not len(removed):
        return old
    dropped = np.concatenate([fresh.keys, removed])
    at = np.searchsorted(old.keys, dropped)
    inside = at < len(old.keys)  # what lies behind the last old key, or beside none at all, is not among them
    at, dropped = at[inside], dropped[inside]
    hit = at[old.keys[at] == dropped]
    keys, bodies = np.delete(old.keys, hit), np.delete(old.bodies, hit)
    place = np.searchsorted(keys, fresh.keys)
    return PackedRows(np.insert(keys, place, fresh.keys), np.insert(bodies, place, fresh.bodies))


Accept = Callable[[View, ChangeCounts], str]
"""Sees the list as it will be before it comes into force; raises to keep it out, returns what to remember with it."""


def accept_all(view: View, counts: ChangeCounts) -> str:
    """Takes whatever adds up."""
    return ""
