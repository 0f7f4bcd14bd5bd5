"""A base of rows of any width: a SQLCipher database that never changes once it has its name."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from data import files, store
from data.lists.columns import Columns, SqlRow, SqlValue, probe
from data.lists.edition import Edition
from data.lists.row import Row, batches
from data.lists.tally import Tally
from data.store import Purpose

SUFFIX = ".db"


class RowBase:
    """Reads a base."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._connection = store.connect(path, key, Purpose.READ)

    def find(self, keys: Sequence[SqlValue]) -> Iterable[SqlRow]:
        """Those of `keys` that are here, with their bodies."""
        return probe(self._connection, "base", keys)

    def scan(self) -> Iterator[SqlRow]:
        """Every row, in order of key."""
        return iter(self._connection.execute("SELECT key, body FROM base ORDER BY key"))

    def between(self, where: str, bounds: Sequence[SqlValue]) -> Iterator[SqlRow]:
        """The rows that `where` names, in order of key."""
        return iter(self._connection.execute(f"SELECT key, body FROM base {where} ORDER BY key", bounds))  # noqa: S608

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def write(path: Path, key: bytes, columns: Columns, edition: Edition, rows: Iterable[Row]) -> None:
    """Write `rows` as a complete, synced file; TrustError when they do not add up to what `edition` says."""
    tally = Tally(0, 0)
    with closing(store.connect(path, key, Purpose.BUILD)) as base:
        base.execute(columns.create("base"))
        with store.transaction(base):
            for batch in batches(rows):
                tally.add(batch)
                base.executemany("INSERT INTO base VALUES (?, ?)", map(columns.sql_row, batch))
            tally.must_equal(edition)
    files.sync_file(path)
