"""The steps that make a database's tables: each is done once, in a transaction with the note that it was done.

sqlite-utils does them. It is imported where there is a step to do, once in the life of a file: loading it takes as
long as a screening.
"""

from collections.abc import Callable
from dataclasses import dataclass

from data.store import Connection, OperationalError, transaction

Step = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Schema:
    """The steps of one kind of file, oldest first. A step's name never changes: it is the note in the file."""

    name: str
    steps: tuple[Step, ...]


def migrate(connection: Connection, schema: Schema) -> None:
    """Bring the file up to date.

    Two processes may open a fresh file at once, so the steps run under the write lock, and a database that
    is up to date is not written at all.
    """
    if _is_current(connection, schema):
        return
    with transaction(connection):
        _apply(connection, schema)


def _is_current(connection: Connection, schema: Schema) -> bool:
    # The table in which sqlite-utils notes what it did.
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return False
    done = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (schema.name,))
    return {step.__name__ for step in schema.steps} <= {name for (name,) in done}


def _apply(connection: Connection, schema: Schema) -> None:
    import sqlite_utils.db
    from sqlite_utils.migrations import Migrations

    # sqlite-utils catches the standard driver's class; under SQLCipher it has to catch this driver's.
    sqlite_utils.db.OperationalError = OperationalError  # type: ignore[attr-defined]
    migrations = Migrations(schema.name)
    for step in schema.steps:
        migrations(name=step.__name__)(lambda db, step=step: step(connection))
    migrations.apply(sqlite_utils.db.Database(connection, execute_plugins=False))
