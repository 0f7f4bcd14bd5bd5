"""Headquarters' store: SQLAlchemy Core over an encrypted SQLite file.

- Nothing of a list is on the disk in plain text.
- A transaction takes the write lock when it begins, so what it reads cannot grow old before it writes; a block that
  ends in an error changed nothing.
- For millions of rows statements run as the driver runs them: values pass as they are, a tuple a row. SQLAlchemy's own
  way looks at every value of every row; that took four times as long as the database itself.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Insert, Select, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from data import store
from data.errors import Damaged
from data.store_errors import to_store_error
from data.text import _
from sync.headquarters.store.migration import READING, WRITING, DatabaseSchema, open_current

RESTORE = _(
    "Restore the whole home from a copy and run `waypost hq recover`. Without a copy, start again in an empty folder"
)
"""What to do where a database of headquarters is lost or damaged: nobody else has what is in it.

Never a part of a home alone, and never without `recover`: headquarters would use numbers a second time.
"""


def insert_all(
    connection: Connection, statement: Insert, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert `rows`, whose values are in the order of `columns`."""
    compiled = statement.compile(connection.engine, column_keys=list(columns))
    if not rows:
        return
    if compiled.positional:
        order = [columns.index(name) for name in compiled.positiontup or ()]
        same = order == list(range(len(columns)))
        values: Any = rows if same else [tuple(row[place] for place in order) for row in rows]
    else:
        values = [dict(zip(columns, row, strict=True)) for row in rows]
    connection.exec_driver_sql(str(compiled), values)


def fetch_all(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """All rows that `statement` selects, as the driver gives them."""
    compiled = statement.compile(connection.engine, compile_kwargs={"render_postcompile": True})
    parameters = compiled.construct_params()
    ordered = tuple(parameters[name] for name in compiled.positiontup or ()) if compiled.positional else parameters
    cursor = connection.exec_driver_sql(str(compiled), ordered).cursor
    return list(cursor.fetchall()) if cursor is not None else []


class HeadquartersStore:
    """A database of one headquarters; opening it makes its tables or brings them up to date (`migration`)."""

    def __init__(self, path: Path, key: bytes, schema: DatabaseSchema) -> None:
        self._path = path
        self._engine = create_engine(
            "sqlite://", creator=lambda: _connect(path, key), module=store.driver, poolclass=NullPool
        )
        # The driver's connections are in autocommit; SQLAlchemy's transactions become real ones here
        # (SQLAlchemy, SQLite dialect, "Enabling Non-Legacy SQLite Transactional Modes").
        event.listen(self._engine, "begin", _begin)
        with self._translate_errors():
            self._lock = open_current(self._engine, path, schema)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All of the block or nothing."""
        with self._translate_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state, while others may write."""
        with self._translate_errors(), self._engine.execution_options(waypost_begin=READING).begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
        self._lock.close()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            problem = to_store_error(_original(_find_first(error)), self._path)
            raise _damage(problem) if isinstance(problem, Damaged) else problem from error


def _connect(path: Path, key: bytes) -> store.Connection:
    try:
        return store.connect(path, key)
    except Damaged as problem:
        raise _damage(problem) from problem


def _damage(problem: Damaged) -> Damaged:
    """What helps at headquarters, which fetches its data from nobody."""
    return Damaged(problem.what, means=problem.means, do=RESTORE)


def _begin(connection: Connection) -> None:
    for statement in connection.get_execution_options().get("waypost_begin", WRITING):
        connection.exec_driver_sql(statement)


def _find_first(error: DBAPIError) -> DBAPIError:
    """The error that others followed from: a full disk ends the whole transaction, and its savepoints with it."""
    first, before = error, error.__context__
    while before is not None:
        first, before = before if isinstance(before, DBAPIError) else first, before.__context__
    return first


def _original(error: DBAPIError) -> Exception:
    return error.orig if isinstance(error.orig, Exception) else error
