"""Statements of SQLAlchemy run as the driver runs them, for millions of rows: values pass as they are, a tuple a row.

SQLAlchemy's own way looks at every value of every row; that took four times as long as the database itself.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Select


def insert_all(
    connection: Connection, statement: Insert, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert `rows`, whose values stand in the order of `columns`."""
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
