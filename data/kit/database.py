"""A database of a home that is served for as long as a process runs: vault and journal.

- It is opened when it is first used, and again as soon as the disk allows it where it is in a fallback mode
  (`data.store`).
- It is also opened again when somebody changed or replaced its files: what goes into a file without a name is lost, and
  pages in memory hide what is damaged on the disk. After an error that says that it is damaged, the next use opens
  what is there then.
- A reader that waited in vain for another process keeps later ones from waiting, or no check would end in time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from data import store
from data.errors import Busy, Damaged, StoreError
from data.log.error_log import log_error
from data.store import Connection, Schema
from data.store_errors import make_busy_error
from data.text import _

_BUSY_FOR_S = 30.0


class Database:
    """One database with its tables. Whoever asks for the connection keeps other threads away."""

    def __init__(self, path: Path, key: bytes, schema: Schema) -> None:
        self._path = path
        self._key = key
        self._schema = schema
        self._connection: Connection | None = None
        self._is_fallback = False
        self._is_closed = False
        self._files: tuple[int, ...] = ()
        """Which files they were, and in which state, when they were opened."""
        self._busy_until_s = 0.0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state for every read of the block. Raises StoreError."""
        if monotonic() < self._busy_until_s:
            raise make_busy_error(self._path.name)
        try:
            with self._resetting(), store.read_transaction(self.connection):
                yield self.connection
        except Busy:
            self._busy_until_s = monotonic() + _BUSY_FOR_S
            raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All of the block or nothing. Raises StoreError."""
        with self._resetting(), store.transaction(self.connection):
            yield self.connection
        self._busy_until_s = 0.0

    @contextmanager
    def _resetting(self) -> Iterator[None]:
        try:
            with store.translate_errors(self._path):
                yield
        except Damaged:
            self._reset()
            raise

    @property
    def connection(self) -> Connection:
        """The connection to use until the end of a transaction.

        Raises:
            StoreError: the file cannot be opened, or was closed for good.
        """
        if self._is_closed:
            raise StoreError(_("{name} is closed", name=self._path.name), do=_("Start the command again"))
        connection = self._connection
        if connection is None:
            return self._open()
        if connection.in_transaction or not self._is_outdated():
            return connection
        if self._is_fallback:
            self._reset()  # it keeps others out
            return self._open()
        self._connection = None
        try:
            return self._open()  # first: the last one to close moves the whole log, and waits for the disk
        finally:
            connection.close()

    def close(self) -> None:
        """Close the file for good."""
        self._is_closed = True
        self._reset()

    def _reset(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _open(self) -> Connection:
        connection = store.connect(self._path, self._key)
        try:
            store.migrate(connection, self._schema)
            self._is_fallback = store.is_fallback(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._files = connection, self._read_files()
        return connection

    def _is_outdated(self) -> bool:
        return self._files != self._read_files() or (self._is_fallback and store.can_serve(self._path))

    def _read_files(self) -> tuple[int, ...]:
        """Changes where the database was written outside its log, also by SQLite itself now and then, and where another
        file lies in the place of database or log.
        """
        database, log, _map = store.files_of(self._path)
        try:
            state = database.stat()
        except OSError as error:  # opening it says what is wrong
            log_error(error)
            return ()
        return state.st_ino, state.st_mtime_ns, state.st_size, store.inode_of(log)
