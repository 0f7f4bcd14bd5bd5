"""The overlay file of a list: rows that were added or withdrawn since the base, and what is noted beside them.

- Notes and the last change are kept in the same transaction as the rows change.
- The last change is kept so that the version before it can come back. Of a kind whose rows say who somebody is, rows
  that were withdrawn are not kept: nobody who was taken off a list comes back to it.
- A checksum over all of it is kept as well. SQLCipher authenticates each page by itself: a page as it was before a
  change passes, be it that a disk lost the write or that somebody put it back, and the rows of the change that lay on
  it are gone. The checksum finds that; only a whole older file passes.
- Rows that were withdrawn or replaced lie in the base until the list is compacted, and beside it for as long as the
  last change can be taken back. The time that they are retained counts from when somebody first saw them here, by the
  calendar or by what the machine ran, whichever says more. A calendar that stands before that time is worth nothing, so
  the time counts as over: to erase early costs a rewrite.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.clock import ClockReading
from data.errors import Damaged
from data.json_codec import ZonedTime, decode, encode_canonical, to_json_value
from data.json_errors import JsonError
from data.lists.edition import Edition
from data.lists.rows import Numbers, PackedRows, Row
from data.lists.storage.base_formats import Columns
from data.store import Connection, Schema
from data.text import _

DRIFT = "drift"
COMPACTED = "folded"
"""The version that was in force when the newest base was made: nothing was hidden in it then."""
HELD_BACK = "held"
PREVIOUS = "previous"
RETAINED_SINCE = "seen"
"""Since when rows that were withdrawn or replaced lie in the files (see `Retention`)."""
_CHECKSUM = "checksum"
_SUMS = """
SELECT count(*), count(body),
       sum((key % 2147483647) * (ifnull(body, 7) % 2147483629) % 2147483587)
FROM overlay
"""
"""Of rows of fixed width, summed in the database: a tenth of a second for a million rows. Each modulus is a prime."""
_LENGTH_BYTES = 4

_SIGN_BIT = np.uint64(1 << 63)
_READ_BATCH = 1 << 16


@dataclass(frozen=True, slots=True)
class RolledBackVersion:
    """A version that somebody took back here; only a newer one comes in its place."""

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
        """Keep a text; an empty one is none."""
        if value:
            self._overlay.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
        else:
            self._overlay.execute("DELETE FROM note WHERE name = ?", (name,))

    def erased_upto(self, version: int, *, undo_keeps_withdrawn: bool) -> int:
        """What versions up to this one withdrew lies nowhere here any more; `version` is in force."""
        query = "SELECT 1 FROM undo WHERE length(went) > 0"
        may_come_back = undo_keeps_withdrawn and self._overlay.execute(query).fetchone()
        return min(int(self.get(COMPACTED) or 0), version - 1 if may_come_back else version)

    @property
    def held_back(self) -> RolledBackVersion | None:
        """The version that was taken back, if the newest here is the one before it."""
        text = self.get(HELD_BACK)
        if not text:
            return None
        return decode(RolledBackVersion, text, _damaged)

    def hold_back(self, version: RolledBackVersion) -> None:
        """Remember a version that was taken back."""
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


@dataclass(frozen=True, slots=True)
class RetainedSince:
    """When hidden rows were first seen, and at which version of the list."""

    version: int
    at: ZonedTime
    boot: str
    boot_s: float

    def passed_s(self, moment: ClockReading) -> float:
        """How long ago that is."""
        if moment.now < self.at:
            return math.inf
        ran_s = moment.boot_s - self.boot_s if moment.boot == self.boot else 0.0
        return max((moment.now - self.at).total_seconds(), ran_s)


class Retention:
    """The hidden rows of one list at the version `edition`, in the caller's transaction."""

    def __init__(self, notes: ListNotes, edition: Edition) -> None:
        self._notes = notes
        self._version = edition.version

    def age_s(self, moment: ClockReading) -> float | None:
        """For how long the oldest of them have been here; None where there are none. Remembers when it began."""
        gone_upto = self._notes.erased_upto(self._version, undo_keeps_withdrawn=True)
        if gone_upto >= self._version:
            self._notes.put(RETAINED_SINCE, "")
            return None
        since = self._read_since()
        if since is None or since.version <= gone_upto:  # what was seen then is gone; what is here came later
            since = RetainedSince(self._version, moment.now, moment.boot, moment.boot_s)
            self._notes.put(RETAINED_SINCE, encode_canonical(since).decode())
        return since.passed_s(moment)

    def _read_since(self) -> RetainedSince | None:
        text = self._notes.get(RETAINED_SINCE)
        if not text:
            return None
        return decode(RetainedSince, text, _damaged)


def _damaged(_cause: JsonError) -> Damaged:
    return Damaged(_("A list's note of its versions cannot be read"), do=_("Run `waypost courier run`"))


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


class OverlayChecksum:
    """The checksum of one overlay file; every call belongs to the caller's transaction."""

    def __init__(self, overlay: Connection, columns: Columns) -> None:
        self._overlay = overlay
        self._columns = columns
        self._notes = ListNotes(overlay)
        self._checked_at: int | None = None
        """The driver's number of the last change by somebody else that was looked at."""

    @contextmanager
    def keep(self) -> Iterator[None]:
        """Write it anew where the block changes anything."""
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

    def spoil(self) -> None:
        """Let nobody read the list: what it makes is not what headquarters signed."""
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
                total.update(repr(row).encode())
            total.update(b";")
        return total.hexdigest()

    def _is_new(self) -> bool:
        tables = ("state", "note", "undo", "overlay")
        return not any(self._overlay.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)  # noqa: S608


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
