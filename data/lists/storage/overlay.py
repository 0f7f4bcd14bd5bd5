"""The overlay file of a list: rows that were added or withdrawn since the base, and what is noted beside them.

- Notes and the last change are kept in the same transaction as the rows change.
- The last change is kept so that the version before it can come back. If the rows of a kind
  say who a person is, withdrawn rows are not kept: a person who was removed from a list never comes back to it.
- A checksum over the whole file is written in each transaction that changes it. SQLCipher authenticates each page by
  itself, so an old version of one page passes, whether the disk lost a write or the page was put back, and the rows
  that the change wrote there are gone. The checksum finds that; only a whole older file passes.
- A damaged file is replaced by a new one. Code that has it open checks each time whether it is still the same file.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_SH
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data import durable_files, store
from data.errors import Damaged
from data.json_codec import ZonedTime, decode, to_json_value
from data.json_errors import JsonError
from data.lists.edition import Edition, edition_from_json
from data.lists.rows import Numbers, PackedRows, Row
from data.lists.storage.base_formats import Columns
from data.lists.storage.list_witness import ListWitness
from data.log.error_log import log_error
from data.store import Connection, Schema
from data.text import _
from data.witness.witness_file import WitnessFile

DRIFT = "drift"
COMPACTED = "folded"
"""The version that was in force when the newest base was made: nothing was hidden in it then."""
HELD_BACK = "held"
PREVIOUS = "previous"
OVERLAY_FILE = "overlay.db"
_CHECKSUM = "checksum"
_SUMS = """
SELECT count(*), count(body),
       sum((key % 2147483647) * (ifnull(body, 7) % 2147483629) % 2147483587)
FROM overlay
"""
"""Of rows of fixed width, summed in the database: a tenth of a second for a million rows. Each modulus is a prime."""
_LENGTH_BYTES = 4
_END_OF_TABLE = b"\xff" * _LENGTH_BYTES
_SIGN_BIT = np.uint64(1 << 63)
_READ_BATCH = 1 << 16


@dataclass(frozen=True, slots=True)
class RolledBackVersion:
    """A version that was rolled back here; only a newer one replaces it."""

    version: int
    who: str
    why: str
    at: ZonedTime


class Undo(NamedTuple):
    """How to take one batch of a change back: keys that were added, rows that were removed."""

    added_keys: list[bytes]
    removed_rows: list[Row]


class ListNotes:
    """The notes of one list, in its overlay file; every call belongs to the caller's transaction."""

    def __init__(self, overlay: Connection) -> None:
        self._overlay = overlay

    def get(self, name: str) -> str:
        """The text under `name`; empty when there is none."""
        row = self._overlay.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def put(self, name: str, value: str) -> None:
        """Keep a text; an empty text removes the note."""
        if value:
            self._overlay.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
        else:
            self._overlay.execute("DELETE FROM note WHERE name = ?", (name,))

    def erased_upto(self, version: int, *, undo_keeps_withdrawn: bool) -> int:
        """Rows withdrawn up to the returned version have been erased; `version` is the one in force."""
        query = "SELECT 1 FROM undo WHERE length(went) > 0"
        may_come_back = undo_keeps_withdrawn and self._overlay.execute(query).fetchone()
        return min(int(self.get(COMPACTED) or 0), version - 1 if may_come_back else version)

    @property
    def held_back(self) -> RolledBackVersion | None:
        """The version that was rolled back, if the newest here is the one before it."""
        text = self.get(HELD_BACK)
        if not text:
            return None
        return decode(RolledBackVersion, text, make_note_error)

    def hold_back(self, version: RolledBackVersion) -> None:
        """Remember a version that was rolled back."""
        self.put(HELD_BACK, json.dumps(to_json_value(version)))

    def forget_change(self) -> None:
        """There is nothing to go back to any more."""
        self._overlay.execute("DELETE FROM undo")
        self.put(PREVIOUS, "")

    def keep_change(self, undo: Undo) -> None:
        """One more batch of the change that is being made."""
        self._overlay.execute(
            "INSERT INTO undo (came, went) VALUES (?, ?)",
            (_join_parts(undo.added_keys), _join_parts(part for row in undo.removed_rows for part in row)),
        )

    def last_change(self) -> Iterator[Undo]:
        """The batches of the last change, the last one first."""
        for keys, rows in self._overlay.execute("SELECT came, went FROM undo ORDER BY n DESC").fetchall():
            parts = list(_split_parts(rows))
            yield Undo(list(_split_parts(keys)), [Row(*pair) for pair in _pair_parts(parts)])


def make_note_error(_cause: JsonError) -> Damaged:
    """What to raise where a note is not what it should be."""
    return Damaged(_("A list's note of its versions cannot be read"), do=_("Run `waypost courier run`"))


class OverlayFile:
    """The overlay of the list in `folder`; a new one if there is none."""

    def __init__(self, folder: Path, key: bytes, columns: Columns, witness: WitnessFile | None = None) -> None:
        self._path = folder / OVERLAY_FILE
        self.witness = ListWitness(folder.name, witness)
        self._key = key
        self._columns = columns
        self._lock = RLock()
        self._inode = 0
        with self._hold_name(LOCK_SH):
            self._open()

    @contextmanager
    def _hold_name(self, how: int) -> Iterator[None]:
        """Nobody replaces the file while another process opens it; both take milliseconds.

        Busy where a process that hangs holds it for longer than anybody waits for a database.
        """
        try:
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise self.make_damaged_error() from error
        try:
            store.wait_for_lock(folder, how, f"{self._list_name}/{OVERLAY_FILE}")
            yield
        finally:
            os.close(folder)

    def _open(self) -> None:
        self.connection = store.connect(self._path, self._key)
        self._inode = store.inode_of(self._path)
        self._is_fallback = store.is_fallback(self.connection)
        self.notes = ListNotes(self.connection)
        self._checksum = _Checksum(self.connection, self._columns)
        store.migrate(self.connection, make_schema(self._columns))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """One thread at a time, on the file that is there now; the driver's errors become ours."""
        with store.hold_file(self._lock, self._path):
            if self._must_reopen():
                replaced, self._inode = self.connection, 0
                if self._is_fallback:
                    replaced.close()  # it keeps others out, the next one too
                with self._hold_name(LOCK_SH):
                    self._open()
                replaced.close()
            try:
                yield
            except store.DatabaseError:
                self._inode = 0  # a connection that met a damaged page reads nothing any more
                raise

    def _must_reopen(self) -> bool:
        if not (self._is_fallback and not self._inode) and self.connection.in_transaction:
            return False
        return self._inode != store.inode_of(self._path) or (self._is_fallback and store.can_serve(self._path))

    @contextmanager
    def reading(self) -> Iterator[tuple[Edition | None, str | None]]:
        """One state for every read of the block, in `exclusive`. Damaged if the file is not as it was written."""
        with store.read_transaction(self.connection):
            state = self.state()  # the state begins with the first read
            self._require_whole()
            yield state

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction that goes on from what was written last. Damaged where that is not there any more."""
        with self.exclusive(), self.witness.recorded(), store.transaction(self.connection):
            self._require_whole()
            with self._checksum.updated(), self.witness.counted(self.connection, is_whole=False):
                yield

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """A transaction that goes on from nothing; see `replace_unusable`."""
        with self.exclusive(), self.witness.recorded(), store.transaction(self.connection):
            with self._checksum.updated(), self.witness.counted(self.connection, is_whole=True):
                yield

    def state(self) -> tuple[Edition | None, str | None]:
        """The version in force and the name of its base; None for a list that was never received."""
        row = self.connection.execute("SELECT edition, base FROM state").fetchone()
        return (edition_from_json(row[0]), row[1]) if row else (None, None)

    def replace_unusable(self) -> Edition | None:
        """A new file in place of one that is damaged; returns the version that was in force, if it still says so."""
        before, is_right = None, False
        with self.exclusive():
            try:
                before = self.state()[0]
                is_right = self._checksum.is_right()
            except store.DatabaseError as error:
                log_error(error, list_name=self._list_name)
            if not is_right:
                self._replace()
        return before

    def replace_unreadable(self) -> None:
        """A new file in place of one with a page that cannot be read: the whole list has to come."""
        with self.exclusive():
            try:
                self._checksum.is_right()
            except store.DatabaseError as error:
                log_error(error, list_name=self._list_name)
                self._replace()

    def mark_unreadable(self) -> None:
        """Mark the list unreadable until it is fetched again: it is not what headquarters signed."""
        with self.exclusive(), store.transaction(self.connection):
            self._checksum.invalidate()

    def make_damaged_error(self) -> Damaged:
        """What to raise where the list is not what it should be."""
        return Damaged(
            _("The list {name} is not as it was written", name=self._list_name),
            means=_("It cannot be searched."),
            do=_("Run `waypost courier run` to fetch it again"),
        )

    def checkpoint(self) -> None:
        """Move what was committed into the file itself, so that the old content is no longer on the disk."""
        with self.exclusive():
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self.connection.close()

    @property
    def _list_name(self) -> str:
        return self._path.parent.name

    def _require_whole(self) -> None:
        if not self._checksum.is_right():
            raise self.make_damaged_error()

    def _replace(self) -> None:
        replaced = self.connection
        self.witness.discard()
        with self._hold_name(LOCK_EX):
            for path in store.files_of(self._path):
                durable_files.remove(path)
            self._open()
        replaced.close()


class _Checksum:
    """The checksum of one overlay file; every call belongs to the caller's transaction."""

    def __init__(self, overlay: Connection, columns: Columns) -> None:
        self._overlay = overlay
        self._columns = columns
        self._notes = ListNotes(overlay)
        self._checked_at: int | None = None
        """SQLite's number (`data_version`) of the last change by another connection that was checked."""

    @contextmanager
    def updated(self) -> Iterator[None]:
        """Update the checksum if the block changes anything."""
        before = self._overlay.total_changes
        yield
        if self._overlay.total_changes != before:
            self._notes.put(_CHECKSUM, self._compute())

    def is_right(self) -> bool:
        """Whether the file holds what was written last; computed only where another process changed it."""
        changed_at = self._overlay.execute("PRAGMA data_version").fetchone()[0]
        if changed_at != self._checked_at:
            if self._notes.get(_CHECKSUM) != self._compute() and not self._is_new():
                return False
            self._checked_at = changed_at
        return True

    def invalidate(self) -> None:
        """Store a checksum that never matches, so that the file counts as damaged."""
        self._notes.put(_CHECKSUM, "wrong")
        self._checked_at = None

    def _compute(self) -> str:
        total = sha256()
        for query in (
            "SELECT edition, base FROM state",
            f"SELECT name, value FROM note WHERE name != '{_CHECKSUM}' ORDER BY name",  # noqa: S608
            "SELECT n, came, went FROM undo ORDER BY n",
            _SUMS if self._columns.is_packed else "SELECT key, body FROM overlay ORDER BY key",
        ):
            for row in self._overlay.execute(query):
                for value in row:
                    content = value if isinstance(value, bytes) else repr(value).encode()
                    total.update(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
            total.update(_END_OF_TABLE)
        return total.hexdigest()

    def _is_new(self) -> bool:
        tables = ("state", "note", "undo", "overlay")
        return not any(self._overlay.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)  # noqa: S608


def make_schema(columns: Columns) -> Schema:
    """The schema of an overlay file of a list with these columns."""
    return columns.schema("overlay", state_and_notes)


def state_and_notes(overlay: Connection) -> None:
    """The version in force and its base; named notes; how to take the last change back, batch by batch."""
    for table in (
        "state (id INTEGER PRIMARY KEY CHECK (id = 1), edition TEXT, base TEXT)",
        "note (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
        "undo (n INTEGER PRIMARY KEY, came BLOB, went BLOB)",
    ):
        overlay.execute(f"CREATE TABLE {table}")


def read_changes(overlay: Connection) -> tuple[PackedRows, Numbers]:
    """Rows that are added or replaced, and keys that are withdrawn; both ascending."""
    rows = _read_array(overlay, "SELECT key, body FROM overlay WHERE body IS NOT NULL ORDER BY key", 2)
    removed = _read_array(overlay, "SELECT key FROM overlay WHERE body IS NULL ORDER BY key", 1)
    return PackedRows(_to_unsigned(rows[:, 0]), rows[:, 1].astype(np.uint64)), _to_unsigned(removed[:, 0])


def read_added_keys(overlay: Connection) -> Numbers:
    """Keys that are added or replaced, ascending."""
    return _to_unsigned(_read_array(overlay, "SELECT key FROM overlay WHERE body IS NOT NULL ORDER BY key", 1)[:, 0])


def withdraw_keys(overlay: Connection, columns: Columns, keys: Iterable[bytes]) -> None:
    """From now on nothing of the base is under `keys`; the caller holds the transaction."""
    overlay.executemany("INSERT OR REPLACE INTO overlay VALUES (?, NULL)", [(columns.sql_key(key),) for key in keys])


def put_rows(overlay: Connection, columns: Columns, rows: Iterable[Row]) -> None:
    """From now on these rows count, whatever the base has under their keys; the caller holds the transaction."""
    overlay.executemany("INSERT OR REPLACE INTO overlay VALUES (?, ?)", map(columns.sql_row, rows))


def _pair_parts(parts: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(parts[::2], parts[1::2], strict=True)


def _join_parts(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)


def _split_parts(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(content[at:start], "big")
        yield content[start:at]


def _read_array(overlay: Connection, query: str, columns: int) -> NDArray[np.int64]:
    """The answer as an array; part by part, since rows as Python objects would take ten times its room."""
    cursor = overlay.execute(query)
    parts = [np.empty((0, columns), np.int64)]
    while rows := cursor.fetchmany(_READ_BATCH):
        parts.append(np.array(rows, np.int64))
    return np.concatenate(parts)


def _to_unsigned(keys: NDArray[np.int64]) -> Numbers:
    return keys.astype(np.uint64) ^ _SIGN_BIT
