"""One way to open an encrypted database: SQLCipher, our pragmas, the steps that make its tables.

- Page authentication (HMAC) makes a flipped bit an error instead of a changed row.
- Connections run in autocommit: a transaction is always a `with transaction(…)` that one can see.
- Each migration step is done once, in a transaction with the note that it was done. sqlite-utils does them; it is
  imported only where there is a step to do, once in the life of a file: loading it takes as long as a screening.
- On a full or read-only disk SQLite can make no file beside a database. Then it is opened in SQLite's immutable or
  exclusive mode (`Purpose.IMMUTABLE`, `EXCLUSIVE`), and again when there is room: a traveller is still looked up.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import monotonic, sleep
from typing import Any, cast

import sqlcipher3.dbapi2 as sqlcipher

from data import durable_files
from data.errors import StoreError
from data.kit.disk_space import read_disk_state
from data.log.error_log import log_error
from data.store_errors import PRIMARY_CODE, make_busy_error, make_damaged_error, make_newer_error, to_store_error
from data.text import _

Connection = sqlite3.Connection
"""What `connect` returns. Has sqlite3's interface but is not a subclass."""

driver: Any = sqlcipher
"""The DB-API module, for code that must pass one to SQLAlchemy."""

DatabaseError: type[sqlite3.DatabaseError] = sqlcipher.DatabaseError
OperationalError: type[sqlite3.OperationalError] = sqlcipher.OperationalError

BUSY_TIMEOUT_MS = 5000
_AGAIN_S = 0.01
_allowed_exclusive: Counter[Path] = Counter()

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
_NO_FILES = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY)
"""What SQLite says where it can make no file beside a database."""
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
    IMMUTABLE = "immutable"
    """Read a file that has no log, on a disk that is read-only (SQLite's `immutable`). `connect` falls back to this and
    the next.
    """
    EXCLUSIVE = "exclusive"
    """Serve on a full disk, where there is no room for the map of the log: in SQLite's exclusive locking mode it is in
    memory, so no other process may open the file.
    """


def connect(path: Path, key: bytes, purpose: Purpose = Purpose.SERVE, page_bytes: int = PAGE_BYTES) -> Connection:
    """Open the encrypted database at `path` with a 32-byte raw key and the page size it was made with.

    Raises:
        StoreError: `purpose` is READ and there is no such file; or the file cannot be opened.
        Damaged: the file is no database under this key.
    """
    with durable_files.translate_os_errors():
        if purpose is Purpose.READ and not path.exists():
            raise StoreError(_("{name} does not exist", name=path.name))
        if not all(map(durable_files.may_be_opened, files_of(path))):  # a pipe would be waited for
            raise make_damaged_error(path.name)
    with translate_errors(path):
        try:
            return _connect(path, key, purpose, page_bytes)
        except OperationalError as error:
            fallback = _find_fallback(path) if purpose is Purpose.SERVE and _lacks_files(error) else None
            if fallback is None:
                raise
            log_error(error)
            return _connect(path, key, fallback, page_bytes)


def is_fallback(connection: Connection) -> bool:
    """Whether it was opened in immutable or exclusive mode, on a disk that let SQLite make no files beside it: it may
    lack what others write later, or keep them out. Open it again as soon as `can_serve` says so.
    """
    is_exclusive = connection.execute("PRAGMA locking_mode").fetchone()[0] == "exclusive"
    return is_exclusive or bool(connection.execute("PRAGMA query_only").fetchone()[0])


def allow_exclusive(folder: Path) -> None:
    """Let this process, which screens travellers, keep others out of the databases below `folder` on a full disk.

    Nobody else may: a courier that came first would leave a desk without its lists.
    """
    _allowed_exclusive[folder.absolute()] += 1


def forbid_exclusive(folder: Path) -> None:
    """Take back one `allow_exclusive`."""
    _allowed_exclusive[folder.absolute()] -= 1


def can_serve(path: Path) -> bool:
    """Whether the disk has room for the files that SQLite makes beside the database at `path`."""
    state = read_disk_state(path)
    return state is not None and state.has_room


def _connect(path: Path, key: bytes, purpose: Purpose, page_bytes: int) -> Connection:
    connection = _open(path, purpose)
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")  # it would write into the desk's screen
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA cipher_page_size={page_bytes}")
        connection.execute("PRAGMA cipher_hmac_algorithm=HMAC_SHA256")  # half the time of the default (ADR 26)
        if purpose is Purpose.EXCLUSIVE:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # before the first read: then the map is in memory
        connection.execute("SELECT count(*) FROM sqlite_master")  # the first read proves the key
        for pragma in _pragmas(purpose):
            _set(connection, pragma)
        state = read_disk_state(path) if purpose is Purpose.SERVE else None
        if state and state.is_read_only:  # SQLite opened it read-only, and goes on so when the disk is not any more
            connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _lacks_files(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & PRIMARY_CODE in _NO_FILES


def _find_fallback(path: Path) -> Purpose | None:
    """How to open a database beside which no file can be made; None where there is no way that reads all of it."""
    state = read_disk_state(path)
    if state is None or not path.exists():
        return None
    if not state.is_read_only:
        is_allowed = any(_allowed_exclusive[folder] > 0 for folder in path.absolute().parents)
        return Purpose.EXCLUSIVE if is_allowed and not state.has_room else None
    log = path.with_name(f"{path.name}-wal")
    return Purpose.IMMUTABLE if not log.exists() or log.stat().st_size == 0 else None


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
    try:
        durable_files.wait_for_lock(descriptor, how, BUSY_TIMEOUT_MS / 1000)
    except BlockingIOError:
        raise make_busy_error(name) from None


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


def inode_of(path: Path) -> int:
    """Which file is there; 0 for none, and where nobody can tell: opening it says what is wrong."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


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
    query = "?mode=ro&immutable=1" if purpose in (Purpose.READ, Purpose.IMMUTABLE) else ""
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
    return (
        always
        + {
            Purpose.SERVE: _SERVING,
            Purpose.BUILD: _BUILDING,
            Purpose.READ: (),
            Purpose.IMMUTABLE: ("PRAGMA query_only=ON",),
            Purpose.EXCLUSIVE: _SERVING,
        }[purpose]
    )


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
