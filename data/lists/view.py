"""One list as one reader sees it: a single version, overlay over base, for as long as it looks."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from data.lists.columns import Columns, SqlValue
from data.lists.edition import Edition
from data.lists.row import Row
from data.store import Connection

_PROBES_A_STATEMENT = 500


class View:
    """A consistent state of a list inside one read transaction."""

    def __init__(self, edition: Edition | None, columns: Columns, overlay: Connection, base: Connection | None) -> None:
        self.edition = edition
        """None before the first version arrived."""
        self._columns = columns
        self._overlay = overlay
        self._base = base

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Bodies of those `keys` that are listed. The overlay is asked first; what it withdrew stays withdrawn."""
        found: dict[bytes, bytes] = {}
        for chunk in _chunks([self._columns.sql_key(key) for key in keys]):
            answers = dict(_probe(self._overlay, "overlay", chunk))
            if self._base is not None:
                rest = [key for key in chunk if key not in answers]
                answers.update(_probe(self._base, "base", rest))
            found.update(self._columns.row(key, body) for key, body in answers.items() if body is not None)
        return found

    def get(self, key: bytes) -> bytes | None:
        """The body under `key`, or None when it is not listed."""
        return self.get_many([key]).get(key)

    def rows(self) -> Iterator[Row]:
        """Every listed row, in order of key (a merge of two sorted scans)."""
        newer = iter(self._overlay.execute("SELECT key, body FROM overlay ORDER BY key"))
        older = iter(self._base.execute("SELECT key, body FROM base ORDER BY key") if self._base else ())
        for key, body in _merge(newer, older):
            if body is not None:
                yield self._columns.row(key, body)

    def base_rows(self) -> Iterator[Row]:
        """Every row of the base, also those that were withdrawn or replaced since."""
        rows = self._base.execute("SELECT key, body FROM base ORDER BY key") if self._base else ()
        return (self._columns.row(key, body) for key, body in rows)

    def changes(self) -> tuple[list[Row], list[bytes]]:
        """What lies over the base: rows added or replaced, and keys withdrawn."""
        newer = self._overlay.execute("SELECT key, body FROM overlay ORDER BY key").fetchall()
        rows = [self._columns.row(key, body) for key, body in newer if body is not None]
        return rows, [self._columns.row(key, b"").key for key, body in newer if body is None]


_SqlRow = tuple[SqlValue, SqlValue | None]


def _probe(connection: Connection, table: str, keys: Sequence[SqlValue]) -> Iterable[_SqlRow]:
    marks = ",".join("?" * len(keys))
    return connection.execute(f"SELECT key, body FROM {table} WHERE key IN ({marks})", keys)  # noqa: S608


def _chunks(keys: Iterable[SqlValue]) -> Iterator[list[SqlValue]]:
    rest = iter(keys)
    while chunk := list(islice(rest, _PROBES_A_STATEMENT)):
        yield chunk


def _merge(newer: Iterator[_SqlRow], older: Iterator[_SqlRow]) -> Iterator[_SqlRow]:
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
