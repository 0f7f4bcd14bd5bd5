"""Small secrets of a home under its store key: identities, list keys, serials, policy."""

from collections.abc import Mapping
from pathlib import Path
from threading import RLock

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from data import store
from data.keys import StoreKey

_migrations = Migrations("vault")


@_migrations()
def secrets(db: Database) -> None:
    """Name to value; names are the purposes of whoever keeps something here."""
    db.execute("CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")


class Vault:
    """Named values in one encrypted file; a call changes all it is given or nothing."""

    def __init__(self, path: Path, key: StoreKey) -> None:
        self._path = path
        self._lock = RLock()  # checks and the screen ask from threads of their own
        self._connection = store.connect(path, key.derive("vault"))
        store.migrate(self._connection, _migrations)

    def get(self, name: str) -> bytes | None:
        """The value kept under `name`."""
        with self._lock, store.translated(self._path):
            row = self._connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep all `values`, replacing what was there."""
        with self._lock, store.translated(self._path), store.transaction(self._connection):
            self._connection.executemany("INSERT OR REPLACE INTO secret VALUES (?, ?)", values.items())

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
