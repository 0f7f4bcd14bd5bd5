"""Brings headquarters' databases up to date when they are opened, by the steps in `migrations/` (Alembic).

- All steps that are missing run in one transaction: a step that fails, a full disk or a power cut leaves the database
  as it was, and the older Waypost opens it as before.
- Whoever has a database open holds a shared lock on a file next to it. Only a process that is alone with it runs steps,
  so no older program keeps writing to tables that changed under it.
- A database of a newer Waypost is refused before anything of it is read.
- The steps of a folder form one line, `r0001` first; the number begins the file's name. Alembic is imported only where
  there is a step to run.
"""

import time
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, MetaData, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from data.durable_files import open_lock
from data.errors import Busy, StoreError
from data.store import BUSY_TIMEOUT_MS
from data.store_errors import make_newer_error, to_store_error
from data.text import Message, _
from sync.headquarters.store import report_tables, secret_table, tables

READING = ("BEGIN",)
WRITING = ("BEGIN IMMEDIATE",)
_CHANGING_TABLES = ("PRAGMA foreign_keys=OFF", *WRITING)
"""SQLite rebuilds a table by dropping the old one, which must not take the rows that refer to it along."""

_SCRIPTS = Path(__file__).parent / "migrations"
_PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class DatabaseSchema:
    """The tables of one database, and the folder of steps that make them."""

    name: str
    metadata: MetaData = field(repr=False)
    scripts: Path

    @property
    def version_table(self) -> str:
        """Where the database notes its newest step; a name of its own, for engines that hold several schemas."""
        return f"{self.name}_migration"

    def revisions(self) -> list[str]:
        """Every step that this Waypost knows, oldest first."""
        return sorted(path.stem.partition("_")[0] for path in self.scripts.glob("r*.py"))


RECORDS = DatabaseSchema("records", tables.metadata, _SCRIPTS / "records")
REPORTS = DatabaseSchema("reports", report_tables.metadata, _SCRIPTS / "reports")
SECRETS = DatabaseSchema("secrets", secret_table.metadata, _SCRIPTS / "secrets")


def open_current(engine: Engine, path: Path, schema: DatabaseSchema) -> IO[bytes]:
    """Run the steps that the database at `path` still needs; returns the lock file, shared until it is closed.

    `engine` obeys the execution option `waypost_begin`, the statements with which a transaction begins.

    Raises:
        Busy: a step is missing, and another process has the database open or takes long to run the steps.
        StoreError: a newer Waypost made the database, or a step failed and nothing was changed.
    """
    lock = open_lock(path.with_name(f"{path.name}.lock"))
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    try:
        while not (_try_lock(lock, LOCK_SH) and _is_current(engine, path, schema)):
            if _try_lock(lock, LOCK_EX):  # the shared lock is given up for it, also where this fails
                if not _is_current(engine, path, schema):
                    _run_steps(engine, path, schema)
            elif time.monotonic() > deadline:
                raise Busy(
                    _("The tables of {file} must change, and another process has it open", file=path.name),
                    means=_("Nothing was changed."),
                    do=_("Stop the other process (for example `waypost hq serve`) and try again"),
                )
            else:
                time.sleep(_PAUSE_S)
    except BaseException:
        lock.close()
        raise
    return lock


def upgrade_tables(connection: Connection, schema: DatabaseSchema, revision: str = "head") -> None:
    """Run the missing steps up to `revision` inside the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("path_separator", "newline")
    # Both are read through `configparser`, for which % is special.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("version_locations", str(schema.scripts).replace("%", "%%"))
    config.attributes["options"] = {
        "connection": connection,
        "target_metadata": schema.metadata,
        "version_table": schema.version_table,
    }
    command.upgrade(config, revision)


def _is_current(engine: Engine, path: Path, schema: DatabaseSchema) -> bool:
    with engine.execution_options(waypost_begin=READING).begin() as connection:
        names = inspect(connection).get_table_names()
        if not names:
            return False
        revision = None
        if schema.version_table in names:
            revision = connection.scalar(select(column("version_num")).select_from(table(schema.version_table)))
    if revision is None:
        raise StoreError(
            _("{file} does not say which version of Waypost made it", file=path.name),
            means=_("Nothing was changed."),
            do=_("Use the version that made it, or restore the file from a copy"),
        )
    revisions = schema.revisions()
    if revision not in revisions:
        raise make_newer_error(path.name)
    return bool(revision == revisions[-1])


def _run_steps(engine: Engine, path: Path, schema: DatabaseSchema) -> None:
    try:
        with engine.execution_options(waypost_begin=_CHANGING_TABLES).begin() as connection:
            upgrade_tables(connection, schema)
            if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise StoreError(_("a row refers to a row that does not exist"))
    except Exception as error:
        raise StoreError(
            _("The tables of {file} could not be changed ({why})", file=path.name, why=_reason(error, path)),
            means=_("Nothing was changed; the version of Waypost that you used before still opens it."),
            do=_("If the disk is full, free some space; otherwise look at `waypost hq logs` and use the older version"),
        ) from error


def _reason(error: Exception, path: Path) -> Message:
    if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
        return to_store_error(error.orig, path).what
    return error.what if isinstance(error, StoreError) else _("unexpected error")


def _try_lock(lock: IO[bytes], kind: int) -> bool:
    try:
        flock(lock, kind | LOCK_NB)
    except BlockingIOError:
        return False
    return True
