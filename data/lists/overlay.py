"""The overlay of a list in bulk: what it adds or replaces, and what it withdrew."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from data.lists.columns import Columns
from data.lists.notes import Notes
from data.lists.packed_rows import Numbers, PackedRows
from data.store import Connection, transaction

_SIGN = np.uint64(1 << 63)
_BATCH = 1 << 16


def create(overlay: Connection, columns: Columns, notes: Notes) -> None:
    """Make the tables of a list where they are not there yet."""
    if overlay.execute("SELECT count(*) FROM sqlite_master WHERE name = 'undo'").fetchone()[0]:
        return
    with transaction(overlay):
        state = "state (id INTEGER PRIMARY KEY CHECK (id = 1), edition TEXT, base TEXT)"
        overlay.execute(f"CREATE TABLE IF NOT EXISTS {state}")
        overlay.execute(columns.create("IF NOT EXISTS overlay"))
        notes.create()


def additions_and_removals(overlay: Connection) -> tuple[PackedRows, Numbers]:
    """Rows that are added or replaced, and keys that are withdrawn; both ascending."""
    rows = _read(overlay, "SELECT key, body FROM overlay WHERE body IS NOT NULL ORDER BY key", 2)
    gone = _read(overlay, "SELECT key FROM overlay WHERE body IS NULL ORDER BY key", 1)
    return PackedRows(_unsigned(rows[:, 0]), rows[:, 1].astype(np.uint64)), _unsigned(gone[:, 0])


def added_keys(overlay: Connection) -> Numbers:
    """Keys that are added or replaced, ascending."""
    return _unsigned(_read(overlay, "SELECT key FROM overlay WHERE body IS NOT NULL ORDER BY key", 1)[:, 0])


def _read(overlay: Connection, query: str, columns: int) -> NDArray[np.int64]:
    """The answer as an array; part by part, since rows as Python objects would take ten times its room."""
    cursor = overlay.execute(query)
    parts = [np.empty((0, columns), np.int64)]
    while rows := cursor.fetchmany(_BATCH):
        parts.append(np.array(rows, np.int64))
    return np.concatenate(parts)


def _unsigned(keys: NDArray[np.int64]) -> Numbers:
    return keys.astype(np.uint64) ^ _SIGN


def hide(overlay: Connection, columns: Columns, keys: Iterable[bytes]) -> None:
    """From now on nothing of the base is under `keys`; the caller holds the transaction."""
    overlay.executemany("INSERT OR REPLACE INTO overlay VALUES (?, NULL)", [(columns.sql_key(key),) for key in keys])
