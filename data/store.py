"""One way to open an encrypted database: SQLCipher, our pragmas, the steps that make its tables; and the vault in one.

- Page authentication (HMAC) makes a flipped bit an error instead of a changed row.
- Connections run in autocommit: a transaction is always a `with transaction(…)` that one can see.
- Each migration step is done once, in a transaction with the note that it was done. sqlite-utils does them; it is
  imported only where there is a step to do, once in the life of a file: loading it takes as long as a screening.
- The vault of a home keeps small values under names: identities, list keys, serials, policy.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from fcntl import LOCK_NB, flock
from functools import partial
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import Any, cast

import sqlcipher3.dbapi2 as sqlcipher

from data.errors import StoreError
from data.json_codec import decode, encode_canonical
from data.store_errors import PRIMARY_CODE, make_busy_error, make_damaged_error, make_newer_error, to_store_error
from data.store_key import StoreKey
from data.text import _
from data.witness.witness_file import WitnessFile
from data.witness.witness_record import WitnessNote, WitnessRecord

Connection = sqlite3.Connection
"""What `connect` returns. Has sqlite3's interface but is not a subclass."""

driver: Any = sqlcipher
"""The DB-API module, for code that must pass one to SQLAlchemy."""

DatabaseError: type[sqlite3.DatabaseError] = sqlcipher.DatabaseError
OperationalError: type[sqlite3.OperationalError] = sqlcipher.OperationalError

BUSY_TIMEOUT_MS = 5000
_AGAIN_S = 0.01

PAGE_BYTES = 4096
"""One page of a disk: a cold look-up reads one."""
RESERVED_BYTES = 80
"""What SQLCipher keeps of each page for itself: the vector and the authentication code."""

_SERVING = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL lost acknowledged commits in a power cut (docs/architecture.md, "On the disk")
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
)
_BUILDING = ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA locking_mode=EXCLUSIVE")

MigrationStep = Callable[[Connection], None]


class Purpose(StrEnum):
    """What a connection is for."""

    SERVE = "serve"
    """Read and write with full durability."""
    BUILD = "build"
    """Write a file that is not visible until it is complete, synced and renamed."""
    READ = "read"
    """Read a file that never changes."""


def connect(path: Path, key: bytes, purpose: Purpose = Purpose.SERVE, page_bytes: int = PAGE_BYTES) -> Connection:
    """Open the encrypted database at `path` with a 32-byte raw key and the page size it was made with.

    Raises:
        StoreError: `purpose` is READ and there is no such file; or the file cannot be opened.
        Damaged: the file is no database under this key.
    """
    if purpose is Purpose.READ and not path.exists():
        raise StoreError(_("{name} does not exist", name=path.name))
    if any(file.exists() and not file.is_file() for file in files_of(path)):  # a pipe would be waited for
        raise make_damaged_error(path.name)
    with translate_errors(path):
        connection = _open(path, purpose)
        try:
            connection.execute("PRAGMA cipher_log_level=NONE")  # it would write into the desk's screen
            connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
            connection.execute(f"PRAGMA cipher_page_size={page_bytes}")
            connection.execute("PRAGMA cipher_hmac_algorithm=HMAC_SHA256")  # half the time of the default (ADR 26)
            connection.execute("SELECT count(*) FROM sqlite_master")  # the first read proves the key
            for pragma in _pragmas(purpose):
                _set(connection, pragma)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of the block or nothing. Takes the write lock at once, so what is read inside stays true."""
    with _run_between(connection, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def roll_back_after(connection: Connection) -> Iterator[None]:
    """Everything the block writes is undone at its end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def read_transaction(connection: Connection) -> Iterator[None]:
    """One consistent state for every read of the block."""
    with _run_between(connection, "BEGIN"):
        yield


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turn the driver's errors inside the block into ours."""
    try:
        yield
    except sqlcipher.Error as error:
        raise to_store_error(error, path) from error


@contextmanager
def hold_file(lock: AbstractContextManager[Any], path: Path) -> Iterator[None]:
    """One thread at a time works on the database at `path`; the driver's errors become ours."""
    with lock, translate_errors(path):
        yield


def wait_for_lock(descriptor: int, how: int, name: str) -> None:
    """`flock`, for as long as anybody waits for a database; then Busy, which says `name`."""
    ends = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            return flock(descriptor, how | LOCK_NB)
        except BlockingIOError:
            if monotonic() > ends:
                raise make_busy_error(name) from None
        sleep(_AGAIN_S)


def files_of(path: Path) -> list[Path]:
    """The database at `path` and what SQLite keeps beside it."""
    return [path.with_name(f"{path.name}{suffix}") for suffix in ("", "-wal", "-shm")]


@dataclass(frozen=True, slots=True)
class Schema:
    """The steps of one kind of file, oldest first. A step's name never changes: it is the note in the file."""

    name: str
    steps: tuple[MigrationStep, ...]


def migrate(connection: Connection, schema: Schema) -> None:
    """Bring the file up to date.

    Two processes may open a fresh file at once, so the steps run under the write lock, and a database that
    is up to date is not written at all.

    Raises:
        StoreError: a newer Waypost made the file, which stays as it is.
    """
    with translate_errors(_main_file(connection)):
        if is_current(connection, schema):
            return
        with transaction(connection):
            _apply_steps(connection, schema)


def is_current(connection: Connection, schema: Schema) -> bool:
    """Whether every step of `schema` was done in this file.

    Raises:
        StoreError: a newer Waypost did more of them; nothing is written into tables that this one does not know.
    """
    # The table in which sqlite-utils notes what it did.
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return False
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (schema.name,))
    applied, known = {name for (name,) in rows}, {step.__name__ for step in schema.steps}
    if applied - known:
        raise make_newer_error(_main_file(connection).name)
    return known <= applied


def secrets(connection: Connection) -> None:
    """Name to value; a name says what the value is for."""
    connection.execute("CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")


_VAULT_SCHEMA = Schema("vault", (secrets,))


_NOTE = "witness-note"
"""Vault: what it notes of its own changes and of the witness file."""


class Vault:
    """Named values in one encrypted file; a call changes all it is given or nothing.

    Its changes are recorded in the `witness` file, where the home has one.
    """

    def __init__(self, path: Path, key: StoreKey, witness: WitnessFile | None = None) -> None:
        self._exclusive = partial(hold_file, RLock(), path)  # checks and the screen ask from threads of their own
        self._witness = witness
        self._connection = connect(path, key.derive("vault"))
        migrate(self._connection, _VAULT_SCHEMA)

    def get(self, name: str) -> bytes | None:
        """The value kept under `name`."""
        with self._exclusive():
            return self._read(name)

    def note(self) -> WitnessNote:
        """What the vault notes of its changes; an empty note before the first."""
        content = self.get(_NOTE)
        return decode(WitnessNote, content, lambda _why: make_damaged_error("vault.db")) if content else WitnessNote()

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep all `values`, replacing what was there."""
        with self._changing():
            self._connection.executemany("INSERT OR REPLACE INTO secret VALUES (?, ?)", values.items())

    def change(self, name: str, changed: Callable[[bytes | None], bytes]) -> None:
        """Replace the value under `name` by `changed(value)`, atomically across processes."""
        with self._changing():
            row = (name, changed(self._read(name)))
            self._connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", row)

    def destroy(self, values: Mapping[str, bytes]) -> None:
        """Like `put`, and erase the old values from the disk as far as the file system allows."""
        self.put(values)
        with self._exclusive():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._exclusive():
            with transaction(self._connection):
                yield
                record = self._witness.read() if self._witness else WitnessRecord()
                note = self.note().next(record, record.vault)
                self._connection.execute("INSERT OR REPLACE INTO secret VALUES (?, ?)", (_NOTE, encode_canonical(note)))
            if self._witness is not None:
                self._witness.change(lambda record: record.with_vault(note.change))

    def _read(self, name: str) -> bytes | None:
        row = self._connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _set(connection: Connection, pragma: str) -> None:
    """Set a pragma. SQLite does not wait where two processes switch a fresh file to WAL at once, so we do."""
    ends = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(pragma)
        except OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or monotonic() > ends:
                raise
        else:
            return
        sleep(_AGAIN_S)


def _main_file(connection: Connection) -> Path:
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


def _open(path: Path, purpose: Purpose) -> Connection:
    query = "?mode=ro&immutable=1" if purpose is Purpose.READ else ""
    return cast(
        Connection,
        sqlcipher.connect(
            f"{path.absolute().as_uri()}{query}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_TIMEOUT_MS / 1000,
        ),
    )


def _pragmas(purpose: Purpose) -> tuple[str, ...]:
    always = ("PRAGMA temp_store=MEMORY", "PRAGMA trusted_schema=OFF")
    return always + {Purpose.SERVE: _SERVING, Purpose.BUILD: _BUILDING, Purpose.READ: ()}[purpose]


@contextmanager
def _run_between(connection: Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _apply_steps(connection: Connection, schema: Schema) -> None:
    import sqlite_utils.db
    from sqlite_utils.migrations import Migrations

    # sqlite-utils catches the standard driver's class; under SQLCipher it has to catch this driver's.
    sqlite_utils.db.OperationalError = OperationalError  # type: ignore[attr-defined]
    migrations = Migrations(schema.name)
    for step in schema.steps:
        migrations(name=step.__name__)(lambda db, step=step: step(connection))
    migrations.apply(sqlite_utils.db.Database(connection, execute_plugins=False))
