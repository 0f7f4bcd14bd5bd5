"""Small secrets of a home under its store key: identities, list keys, serials, policy."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock

from data import store
from data.keys import StoreKey
from data.migration import Schema, migrate


def secrets(connection: store.Connection) -> None:
    """Name to value; names are the purposes of whoever keeps something here."""
    connection.execute("CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")


_SCHEMA = Schema("vault", (secrets,))


class Vault:
    """Named values in one encrypted file; a call changes all it is given or nothing."""

    def __init__(self, path: Path, key: StoreKey) -> None:
        self._path = path
        self._lock = RLock()  # checks and the screen ask from threads of their own
        self._connection = store.connect(path, key.derive("vault"))
        migrate(self._connection, _SCHEMA)

    def get(self, name: str) -> bytes | None:
        """The value kept under `name`."""
        with self._lock, store.translated(self._path):
            row = self._connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep all `values`, replacing what was there."""
        with self._lock, store.translated(self._path), store.transaction(self._connection):
            self._connection.executemany("INSERT OR REPLACE INTO secret VALUES (?, ?)", values.items())

    def change(self, name: str, changed: Callable[[bytes | None], bytes]) -> None:
        """Replace what is kept under `name` by what `changed` makes of it; no other process comes in between."""
        with self._lock, store.translated(self._path), store.transaction(self._connection):
            row = self._connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
            value = changed(bytes(row[0]) if row else None)
            self._connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (name, value))

    def destroy(self, values: Mapping[str, bytes]) -> None:
        """`put`, and what was there before leaves the disk as far as a file system lets it."""
        self.put(values)
        with self._lock, store.translated(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
