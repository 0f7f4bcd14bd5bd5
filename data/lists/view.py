"""One list as one reader sees it: a single version, overlay over base, for as long as it looks."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from data.lists.columns import Columns, SqlRow, probe
from data.lists.edition import Edition
from data.lists.packed_rows import Numbers, PackedRows, as_bytes
from data.lists.row import Row
from data.lists.row_base import RowBase
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
        found: dict[bytes, bytes] = {}
        for chunk in chunks([self._columns.sql_key(key) for key in keys]):
            answers = dict(probe(self._overlay, "overlay", chunk))
            if self._base is not None:
                answers.update(self._base.find([key for key in chunk if key not in answers]))
            found.update(self._columns.row(key, body) for key, body in answers.items() if body is not None)
        return found

    def get(self, key: bytes) -> bytes | None:
        """The body under `key`, or None when it is not listed."""
        return self.get_many([key]).get(key)

    def search(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """What `get_many` answers, for many keys of which few are listed."""
        return self.get_many(keys)

    def find(self, keys: Numbers) -> dict[int, int]:
        """`search` for keys and bodies as unsigned numbers of 8 bytes."""
        found = self.search(as_bytes(keys))
        return {int.from_bytes(key, "big"): int.from_bytes(body, "big") for key, body in found.items()}

    def rows(self) -> Iterator[Row]:
        """Every listed row, in order of key (a merge of two sorted scans)."""
        newer = iter(self._overlay.execute("SELECT key, body FROM overlay ORDER BY key"))
        older = self._base.scan() if self._base else iter(())
        for key, body in _merge(newer, older):
            if body is not None:
                yield self._columns.row(key, body)

    def stretch(self, first: bytes, end: bytes | None) -> list[Row] | PackedRows:
        """The rows from key `first` up to `end` (None: to the last), in the shape that suits the kind."""
        bounds = [self._columns.sql_key(key) for key in (first, end) if key is not None]
        where = "WHERE key >= ? AND key < ?" if end is not None else "WHERE key >= ?"
        query = f"SELECT key, body FROM overlay {where} ORDER BY key"  # noqa: S608
        older = self._base.between(where, bounds) if self._base else iter(())
        merged = _merge(iter(self._overlay.execute(query, bounds)), older)
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


def chunks(keys: Iterable[_T]) -> Iterator[list[_T]]:
    """`keys` in lists that fit into one statement."""
    rest = iter(keys)
    while chunk := list(islice(rest, _PROBES_A_STATEMENT)):
        yield chunk


def _merge(newer: Iterator[SqlRow], older: Iterator[SqlRow]) -> Iterator[SqlRow]:
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
