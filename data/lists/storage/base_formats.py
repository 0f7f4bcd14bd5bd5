"""How the rows of a list lie in SQLCipher files: one by one, in a base and its overlay, or packed in blocks in a base.

Keys and bodies lie in SQLite as BLOB, or 8 bytes as an INTEGER (`Columns`). A list with both columns INTEGER is
*packed*: its base has blocks of rows instead of rows. A base never changes once it has its name.

A base of packed rows is a table of blocks, each as long as a page holds, and a table of their first keys, the fence,
which is kept in memory. A lookup bisects the fence, reads one block and searches it: one page of the disk, about 12 µs
warm. Building and scanning go block by block in numpy: 100 million rows in well under a minute, in memory that does not
grow with them. A block holds offsets from its first key, then bodies:

    1 byte    width of an offset: 4 to 8 bytes, the least that holds every offset
    2 bytes   rows
    offsets   `width` bytes each, big endian, ascending; the first is 0
    bodies    8 bytes each, big endian, in the same order; zeros to the block's end

Sealed keys lie evenly over 64 bits, so at 100 million rows an offset takes 6 bytes: 14 bytes a row in all. The first
key itself stands in the base's fence.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from data import durable_files, store
from data.errors import TrustError
from data.lists.edition import Edition
from data.lists.kinds import Kind
from data.lists.rows import NO_ROWS, WIDTH, Numbers, PackedRows, Row, concatenate_rows, is_ascending, split_batches
from data.lists.running_digest import RunningDigest
from data.lists.storage.immutable_files import ImmutableFile, create_file
from data.store import Connection, MigrationStep, Schema
from data.text import _

SqlValue = int | bytes
SqlRow = tuple[SqlValue, SqlValue | None]
SIGN = 1 << 63
"""By so much a key of 8 bytes is moved to become a rowid: SQLite's signed order is then the order of the bytes."""
_INTEGER_BYTES = 8

_SQLITE_ROW_BYTES = 39
"""What SQLite needs on a page beside the value of one row (its file format, "B-tree Pages" and "Record Format")."""
BLOCK_ROOM = store.PAGE_BYTES - store.RESERVED_BYTES - _SQLITE_ROW_BYTES
_BLOCK_HEAD = 3
_OFFSET_WIDTHS = (4, 5, 6, 7, 8)
Blocks = NDArray[np.uint8]

_KEYS_PER_FENCE_ROW = BLOCK_ROOM // WIDTH
"""First keys in one row of the fence."""

_PREFETCH_FROM = 32
"""Keys from which on the disk is told beforehand."""

_SCAN_BLOCKS = 256
"""Blocks decoded at once."""

_INSERT_BLOCKS = """
    WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :count)
    INSERT INTO block SELECT :first + n, substr(:content, 1 + n * :size, :size) FROM number"""
"""Many blocks in one statement, in which no thread of Python takes part: a sixth less than row by row."""


def blocks_and_fence(connection: Connection) -> None:
    """Blocks; the first key of each, many to a row; some blocks with their pages; and what the writer says of all."""
    for table in (
        "block (place INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        "fence (place INTEGER PRIMARY KEY, keys BLOB NOT NULL)",
        "anchor (block INTEGER PRIMARY KEY, page INTEGER NOT NULL)",
        "fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ):
        connection.execute(f"CREATE TABLE {table}")


_PACKED_SCHEMA = Schema("packed base", (blocks_and_fence,))


@dataclass(frozen=True, slots=True)
class Columns:
    """The two columns of a list's tables."""

    key_type: Literal["INTEGER", "BLOB"]
    body_type: Literal["INTEGER", "BLOB"]

    @classmethod
    def of(cls, kind: Kind) -> Self:
        """The columns a kind asks for."""
        return cls(_check_sql_type(kind.KEY_TYPE), _check_sql_type(kind.BODY_TYPE))

    @property
    def is_packed(self) -> bool:
        """Whether every row has 8 bytes of key and 8 bytes of body."""
        return self.key_type == self.body_type == "INTEGER"

    def schema(self, table: str, *others: MigrationStep) -> Schema:
        """Of a file with the rows in `table`, where a NULL body marks a withdrawn row, and with what `others` make."""

        def rows(connection: Connection) -> None:
            options = "" if self.key_type == "INTEGER" else " WITHOUT ROWID"
            connection.execute(
                f"CREATE TABLE {table} (key {self.key_type} PRIMARY KEY, body {self.body_type}){options}"
            )

        return Schema(f"{table} of {self.key_type} and {self.body_type}", (rows, *others))

    def sql_key(self, key: bytes) -> SqlValue:
        """A key as SQLite holds it."""
        return int.from_bytes(key, "big") - SIGN if self.key_type == "INTEGER" else key

    def sql_row(self, row: Row) -> tuple[SqlValue, SqlValue]:
        """A row as SQLite holds it."""
        body = int.from_bytes(row.body, "big", signed=True) if self.body_type == "INTEGER" else row.body
        return self.sql_key(row.key), body

    def row(self, key: SqlValue, body: SqlValue) -> Row:
        """A row from what SQLite holds."""
        return Row(
            (key + SIGN).to_bytes(_INTEGER_BYTES, "big") if isinstance(key, int) else bytes(key),
            body.to_bytes(_INTEGER_BYTES, "big", signed=True) if isinstance(body, int) else bytes(body),
        )


def select_rows(connection: Connection, table: str, keys: Sequence[SqlValue]) -> Iterable[SqlRow]:
    """Those of a few `keys` that `table` has, with their bodies."""
    return connection.execute(make_selection(table, len(keys)), keys)


def make_selection(table: str, count: int) -> str:
    """SQL for the rows of `table` under any of `count` keys."""
    return f"SELECT key, body FROM {table} WHERE key IN ({','.join('?' * count)})"  # noqa: S608


def count_rows_per_block(width: int) -> int:
    """How many rows fit into a block with offsets of `width` bytes."""
    return (BLOCK_ROOM - _BLOCK_HEAD) // (width + WIDTH)


def encode_blocks(rows: PackedRows, width: int, count: int) -> Blocks:
    """Ascending rows, `count` to a block, as a (blocks, ROOM) array of bytes."""
    keys = rows.keys.reshape(-1, count)
    blocks = np.zeros((len(keys), BLOCK_ROOM), np.uint8)
    blocks[:, 0] = width
    blocks[:, 1], blocks[:, 2] = divmod(count, 256)
    end = _BLOCK_HEAD + count * width
    offsets = (keys - keys[:, :1]).astype(">u8").view(np.uint8).reshape(len(keys), count, WIDTH)
    blocks[:, _BLOCK_HEAD:end] = offsets[:, :, WIDTH - width :].reshape(len(keys), -1)
    blocks[:, end : end + count * WIDTH] = rows.bodies.astype(">u8").view(np.uint8).reshape(len(keys), -1)
    return blocks


def find_least_width(keys: Numbers) -> int:
    """The least width that holds the offsets of every full block of ascending `keys`."""
    for width in _OFFSET_WIDTHS[:-1]:
        count = count_rows_per_block(width)
        spans = keys[count - 1 :: count] - keys[: len(keys) - count + 1 : count]
        if not (spans >> np.uint64(8 * width)).any():
            return width
    return _OFFSET_WIDTHS[-1]


def find_body(block: bytes, offset: int) -> int | None:
    """The body of the row `offset` behind the block's first key, or None if there is no such row."""
    width, count = block[0], int.from_bytes(block[1:_BLOCK_HEAD], "big")
    if offset >> (8 * width):
        return None
    pattern, end = offset.to_bytes(width, "big"), _BLOCK_HEAD + count * width
    position = block.find(pattern, _BLOCK_HEAD, end)
    while position >= 0 and (position - _BLOCK_HEAD) % width:  # straddles two offsets
        position = block.find(pattern, position + 1, end)
    if position < 0:
        return None
    at = end + (position - _BLOCK_HEAD) // width * WIDTH
    return int.from_bytes(block[at : at + WIDTH], "big")


def decode_blocks(blocks: Sequence[bytes], firsts: Numbers) -> PackedRows:
    """All rows of neighbouring blocks, given the first key of each."""
    keys, bodies, place = [], [], 0
    for head, like in groupby(blocks, key=lambda block: block[:_BLOCK_HEAD]):
        run = list(like)
        width, count = head[0], int.from_bytes(head[1:], "big")
        end = _BLOCK_HEAD + count * width
        content = np.frombuffer(b"".join(run), np.uint8).reshape(len(run), BLOCK_ROOM)
        offsets = np.zeros((len(run), count, WIDTH), np.uint8)
        offsets[:, :, WIDTH - width :] = content[:, _BLOCK_HEAD:end].reshape(len(run), count, width)
        keys.append((offsets.view(">u8")[:, :, 0] + firsts[place : place + len(run), None]).ravel())
        bodies.append(np.ascontiguousarray(content[:, end : end + count * WIDTH]).view(">u8").ravel())
        place += len(run)
    return PackedRows(np.concatenate(keys).astype(np.uint64), np.concatenate(bodies).astype(np.uint64))


class PackedBaseWriter:
    """Writes a base from ascending rows. What it wrote counts only after `close`."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._file = create_file(path, key, _PACKED_SCHEMA)
        self._file.execute("BEGIN")
        self._note_page(-1)
        self._writer = ThreadPoolExecutor(1)
        self._written: Future[None] | None = None
        self._firsts: list[Numbers] = []
        self._blocks = 0
        self._waiting = NO_ROWS
        self._last = -1

    def add(self, rows: PackedRows) -> None:
        """The next rows. TrustError when a key does not come after the one before."""
        if not len(rows.keys):
            return
        if int(rows.keys[0]) <= self._last or not is_ascending(rows):
            raise TrustError(_("A list has a duplicate row, or rows out of order"), means=_("Nothing was changed."))
        self._last = int(rows.keys[-1])
        waiting = concatenate_rows([self._waiting, rows])
        width = find_least_width(waiting.keys)
        full = len(waiting.keys) // count_rows_per_block(width) * count_rows_per_block(width)
        self._write(PackedRows(waiting.keys[:full], waiting.bodies[:full]), width, count_rows_per_block(width))
        self._waiting = PackedRows(waiting.keys[full:], waiting.bodies[full:])

    def close(self, facts: Mapping[str, str]) -> None:
        """Write what waits, the fence and `facts`; force all to the disk."""
        if rest := len(self._waiting.keys):
            self._write(self._waiting, WIDTH, min(rest, count_rows_per_block(WIDTH)))
        self._wait()
        fence = np.concatenate([NO_ROWS.keys, *self._firsts]).astype(">u8")
        rows = (fence[start : start + _KEYS_PER_FENCE_ROW] for start in range(0, len(fence), _KEYS_PER_FENCE_ROW))
        with store.translate_errors(self._path):
            self._file.executemany("INSERT INTO fence VALUES (?, ?)", enumerate(row.tobytes() for row in rows))
            self._file.executemany("INSERT INTO fact VALUES (?, ?)", [*facts.items(), ("blocks", str(len(fence)))])
            self._file.execute("COMMIT")
        self.abandon()
        durable_files.sync_file(self._path)

    def abandon(self) -> None:
        """Let go of the file; nothing more is written."""
        self._writer.shutdown()
        self._file.close()

    def _write(self, rows: PackedRows, width: int, count: int) -> None:
        even = len(rows.keys) // count * count
        if even:
            full = PackedRows(rows.keys[:even], rows.bodies[:even])
            blocks = encode_blocks(full, width, count)
            self._wait()
            self._written = self._writer.submit(self._insert, self._blocks, blocks)
            self._firsts.append(full.keys[::count].copy())
            self._blocks += len(blocks)
        if even < len(rows.keys):
            self._write(PackedRows(rows.keys[even:], rows.bodies[even:]), width, len(rows.keys) - even)

    def _wait(self) -> None:
        """Wait for the blocks on their way to the file, and raise what went wrong there."""
        if self._written is not None:
            with store.translate_errors(self._path):
                self._written.result()
            self._written = None

    def _insert(self, first: int, blocks: Blocks) -> None:
        """In a thread of its own: SQLCipher encrypts while the next rows are sorted and counted."""
        self._file.execute(
            _INSERT_BLOCKS, {"first": first, "content": blocks.data, "size": BLOCK_ROOM, "count": len(blocks)}
        )
        self._note_page(first + len(blocks) - 1)

    def _note_page(self, last: int) -> None:
        """The block `last` has just been written."""
        ((pages,),) = self._file.execute("PRAGMA page_count")
        self._file.execute("INSERT INTO anchor VALUES (?, ?)", (last, pages - 1))


class PackedBase:
    """Reads a base. Damaged if a block is not as it was written."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._file = ImmutableFile(path, key, _PACKED_SCHEMA)
        self.facts: dict[str, str] = dict(self._file.rows("SELECT name, value FROM fact"))
        fence = b"".join(keys for (keys,) in self._file.rows("SELECT keys FROM fence ORDER BY place"))
        self._firsts = np.frombuffer(fence, ">u8").astype(np.uint64)
        self._blocks = len(self._firsts)
        if self.facts.get("blocks") != str(self._blocks):
            raise self._file.make_damaged_error()
        self._fence = array("Q", self._firsts.tobytes())
        self._latest = -1, b""
        self._anchors = np.array(self._file.rows("SELECT block, page FROM anchor ORDER BY block"), np.int64)

    def get(self, key: int) -> int | None:
        """The body under `key`, or None."""
        block = bisect_right(self._fence, key) - 1
        return None if block < 0 else find_body(self._read(block), key - self._fence[block])

    def find(self, keys: Iterable[int]) -> dict[int, int]:
        """Bodies of those `keys` that are here."""
        keys = list(keys)
        if len(keys) > _PREFETCH_FROM:
            self._prefetch(np.array(keys, np.uint64))
        return {key: body for key in keys if (body := self.get(key)) is not None}

    def scan(self) -> Iterator[PackedRows]:
        """Every row, ascending, some ten thousand at a time."""
        for start in range(0, self._blocks, _SCAN_BLOCKS):
            yield self._decode(start, min(start + _SCAN_BLOCKS, self._blocks))

    def between(self, first: int, end: int) -> PackedRows:
        """The rows from key `first` up to `end`."""
        start, stop = max(bisect_right(self._fence, first) - 1, 0), bisect_left(self._fence, end)
        if start >= stop:
            return NO_ROWS
        rows = self._decode(start, stop)
        low, high = np.searchsorted(rows.keys, np.array([first, end - 1], np.uint64), "left")
        high += int(high < len(rows.keys) and int(rows.keys[high]) < end)
        return PackedRows(rows.keys[low:high], rows.bodies[low:high])

    def sample(self, blocks: Iterable[int]) -> Numbers:
        """The keys of some blocks, each given by any number (it is taken modulo their count)."""
        if not self._blocks:
            return NO_ROWS.keys
        chosen = [block % self._blocks for block in blocks]
        return np.concatenate([self._decode(block, block + 1).keys for block in chosen])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _read(self, block: int) -> bytes:
        if self._latest[0] != block:  # keys in order often share a block
            contents = self._file.rows("SELECT body FROM block WHERE place = ?", (block,))
            if not contents:
                raise self._file.make_damaged_error()
            self._latest = block, contents[0][0]
        return self._latest[1]

    def _decode(self, start: int, stop: int) -> PackedRows:
        query = "SELECT body FROM block WHERE place >= ? AND place < ? ORDER BY place"
        blocks = [content for (content,) in self._file.rows(query, (start, stop))]
        if len(blocks) != stop - start:
            raise self._file.make_damaged_error()
        return decode_blocks(blocks, self._firsts[start:stop])

    def _prefetch(self, keys: Numbers) -> None:
        """The tree's own pages lie among those of the blocks: a block is on the page worked out here, or the next."""
        places = sorted(set((np.searchsorted(self._firsts, keys, "right") - 1).tolist()) - {-1})
        pages = np.interp(places, self._anchors[:, 0], self._anchors[:, 1]).astype(np.int64)
        self._file.prefetch([(page, 2) for page in pages.tolist()])


class RowBase:
    """Reads a base."""

    def __init__(self, path: Path, key: bytes, columns: Columns) -> None:
        self._file = ImmutableFile(path, key, columns.schema("base"))

    def find(self, keys: Sequence[SqlValue]) -> Iterable[SqlRow]:
        """Those of `keys` that are here, with their bodies."""
        return self._file.require_ends(self._file.rows(make_selection("base", len(keys)), keys))

    def scan(self) -> Iterator[SqlRow]:
        """Every row, in order of key."""
        return self._file.require_ends(self._file.iterate("SELECT key, body FROM base ORDER BY key"))

    def between(self, where: str, bounds: Sequence[SqlValue]) -> Iterator[SqlRow]:
        """The rows that `where` names, in order of key."""
        return self._file.require_ends(self._file.iterate(f"SELECT key, body FROM base {where} ORDER BY key", bounds))  # noqa: S608

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def write_row_base(path: Path, key: bytes, columns: Columns, edition: Edition, rows: Iterable[Row]) -> None:
    """Write `rows` as a complete, synced file; TrustError when they do not add up to what `edition` says."""
    tally = RunningDigest(0, 0)
    with closing(create_file(path, key, columns.schema("base"))) as base:
        with store.transaction(base):
            for batch in split_batches(rows):
                tally.add(batch)
                base.executemany("INSERT INTO base VALUES (?, ?)", map(columns.sql_row, batch))
            tally.require_equal(edition)
    durable_files.sync_file(path)


def _check_sql_type(sql_type: str) -> Literal["INTEGER", "BLOB"]:
    if sql_type == "INTEGER":
        return "INTEGER"
    if sql_type == "BLOB":
        return "BLOB"
    raise ValueError(f"no column of type {sql_type}")
