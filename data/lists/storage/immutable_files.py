"""SQLCipher files that are written once, under another name, and only read from then on; and arrays in such a file.

- The key of a file is derived from its name, so it opens under no other: an older file or one of another list is
  Damaged.
- SQLCipher authenticates each page by its place in this one file. A page of zeros is the exception: it passes as one
  that was never written. In a table that is malformed, but at the end of a value longer than a page it is not, so such
  a value ends with a terminator, or is refused where it ends with a zero.
- Whatever meets a damaged page ends the connection. The next question opens another one, and what is whole can still be
  read.

An `ArrayFile` keeps arrays computed from a list's base beside it, so that they need not be computed at every start.
They lie in pieces of a MiB on large pages: what is read whole is read faster the fewer pages there are. The file
belongs to one base, whose name is part of its own, and is removed with it.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from mmap import MAP_ANONYMOUS, MAP_POPULATE, MAP_PRIVATE, mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data import durable_files, store, store_errors
from data.errors import Damaged, StoreError
from data.store import Connection, Purpose, Schema
from data.store_key import StoreKey
from data.text import _

Arrays = dict[str, NDArray[Any]]

_ARRAY_PAGE_BYTES = 1 << 15
_PIECE_BYTES = 1 << 20
_TERMINATOR = b"\xff"
_LONG_VALUE_BYTES = 900
"""A little less than the row of a table without rowids may have before it needs a second page."""
_ALIGNMENT = 64
_READERS = 2
"""Threads that read a file: authentication and decryption take the processor, and most of the time."""


def derive_file_key(key: StoreKey, path: Path) -> bytes:
    """The key of one file of a list; `path` is the name that the file will have, in the folder of its list."""
    return key.derive(f"list:{path.parent.name}/{path.name}")


def create_file(path: Path, key: bytes, schema: Schema, page_bytes: int = store.PAGE_BYTES) -> Connection:
    """A new file with the tables of `schema`. The caller writes in a transaction, closes it and syncs the file."""
    path.unlink(missing_ok=True)
    connection = store.connect(path, key, Purpose.BUILD, page_bytes)
    try:
        with store.translate_errors(path):
            store.migrate(connection, schema)
    except BaseException:
        connection.close()
        raise
    return connection


class ImmutableFile:
    """Reads one file, in one thread at a time. Anything that is not as it was written is Damaged."""

    def __init__(self, path: Path, key: bytes, schema: Schema, page_bytes: int = store.PAGE_BYTES) -> None:
        self._path = path
        self._key = key
        self._schema = schema
        self._page_bytes = page_bytes
        self._connection: Connection | None = self._open()

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of the answer."""
        try:
            return (self._connection or self._reopen()).execute(query, parameters).fetchall()
        except store.DatabaseError as error:
            raise self._make_error(error) from error

    def iterate(self, query: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of the answer as they are read."""
        try:
            yield from (self._connection or self._reopen()).execute(query, parameters)
        except store.DatabaseError as error:
            raise self._make_error(error) from error

    def require_ends(self, rows: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
        """The same rows; Damaged where a long value, the second of a row, ends with a zero: its last page is lost."""
        for row in rows:
            value = row[1]
            if isinstance(value, bytes) and len(value) > _LONG_VALUE_BYTES and not value[-1]:
                raise self.make_damaged_error()
            yield row

    def prefetch(self, pages: Sequence[tuple[int, int]]) -> None:
        """Pages that will be read soon, each the first and how many, counted from 0.

        A disk that is asked for many at once brings them seven times as fast. This is a hint: it can be wrong.
        """
        with suppress(OSError), self._path.open("rb", buffering=0) as file:
            for first, count in pages:
                place, size = first * self._page_bytes, count * self._page_bytes
                os.posix_fadvise(file.fileno(), place, size, os.POSIX_FADV_WILLNEED)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def make_damaged_error(self) -> Damaged:
        """What to raise where this file does not hold what it should."""
        return Damaged(
            _("{file} is damaged, is missing, or belongs to another home", file=self._path.name),
            means=_("The list cannot be searched."),
            do=_("Run `waypost courier run` to fetch the list again"),
        )

    def _open(self) -> Connection:
        if not self._path.is_file():  # a pipe would be waited for
            raise self.make_damaged_error()
        try:
            connection = store.connect(self._path, self._key, Purpose.READ, self._page_bytes)
        except StoreError as error:
            if isinstance(error, Damaged) or not self._is_faulty():
                raise
            raise self.make_damaged_error() from error
        try:
            with store.translate_errors(self._path):
                is_whole = self._path.stat().st_size % self._page_bytes == 0
                is_whole = is_whole and store.is_current(connection, self._schema)
            if not is_whole:
                raise self.make_damaged_error()
        except FileNotFoundError as error:
            connection.close()
            raise self.make_damaged_error() from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _reopen(self) -> Connection:
        self._connection = self._open()
        return self._connection

    def _make_error(self, error: Exception) -> Exception:
        self.close()
        store_error = store_errors.to_store_error(error, self._path)
        if isinstance(store_error, Damaged) or not (store_errors.is_of_content(error) or self._is_faulty()):
            return store_error
        return self.make_damaged_error()

    def _is_faulty(self) -> bool:
        """Whether the file is gone, or cannot be read; not where this user may not read it."""
        if not self._path.exists():
            return True
        return os.access(self._path, os.R_OK) and durable_files.is_faulty(self._path)


def name_companion(purpose: str, base: str) -> str:
    """The name of the file for one purpose beside the base called `base`."""
    return f"{purpose}-{Path(base).stem.removeprefix('base-')}.db"


@dataclass(frozen=True, slots=True)
class ArrayContents:
    """What such a file holds."""

    arrays: Arrays
    texts: tuple[str, ...]
    """A short list of texts that the arrays refer to."""


class ArrayFile:
    """The file of one base for one purpose."""

    def __init__(self, path: Path, key: bytes, form: str) -> None:
        self.path = path
        self._key = key
        self._schema = Schema(form, (arrays_and_pieces,))

    def write(self, arrays: Mapping[str, NDArray[Any]], texts: Sequence[str]) -> None:
        """Put the file in place, whole and synced. Others may write it as well: the last one's stays."""
        new = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}.new")
        try:
            with closing(create_file(new, self._key, self._schema, _ARRAY_PAGE_BYTES)) as file:
                with store.translate_errors(new), store.transaction(file):
                    _write_contents(file, arrays, texts)
            durable_files.sync_file(new)
            durable_files.put_in_place(new, self.path)
        finally:
            new.unlink(missing_ok=True)

    def read(self) -> ArrayContents | None:
        """The contents; None when there is no file. Damaged when it was changed, is another's or of another form."""
        if not self.path.exists():
            return None
        with closing(self._open()) as file:
            texts = tuple(text for (text,) in file.rows("SELECT value FROM text ORDER BY place"))
            shapes = [_Shape(*row) for row in file.rows("SELECT name, type, items, begin FROM array ORDER BY place")]
        if not shapes:
            raise self._make_damaged_error()
        room = _allocate(max((shape.end for shape in shapes), default=0))
        pieces = sum(len(range(shape.begin, shape.end, _PIECE_BYTES)) for shape in shapes)
        cuts = [pieces * reader // _READERS for reader in range(_READERS + 1)]
        with ThreadPoolExecutor(_READERS) as readers:
            filled = sum(readers.map(lambda first, end: self._fill(room, first, end), cuts[:-1], cuts[1:]))
        if filled != sum(shape.end - shape.begin for shape in shapes):
            raise self._make_damaged_error()
        return ArrayContents({shape.name: shape.view(room) for shape in shapes}, texts)

    def _fill(self, room: mmap, first: int, end: int) -> int:
        """Put the pieces from `first` up to `end` where they belong; return how many bytes they have."""
        filled = 0
        with closing(self._open()) as file:
            query = "SELECT begin, body FROM piece WHERE place >= ? AND place < ? ORDER BY place"
            for begin, body in file.iterate(query, (first, end)):
                if not body.endswith(_TERMINATOR):
                    raise self._make_damaged_error()
                size = len(body) - len(_TERMINATOR)
                room[begin : begin + size] = memoryview(body)[:size]
                filled += size
        return filled

    def _open(self) -> ImmutableFile:
        return ImmutableFile(self.path, self._key, self._schema, _ARRAY_PAGE_BYTES)

    def _make_damaged_error(self) -> Damaged:
        return Damaged(_("{file} cannot be read", file=self.path.name), means=_("Waypost computes it again."))


def arrays_and_pieces(connection: Connection) -> None:
    """What the arrays are, where they begin, and their bytes; and the texts."""
    for table in (
        "array (place INTEGER PRIMARY KEY, name TEXT, type TEXT, items INTEGER, begin INTEGER)",
        "piece (place INTEGER PRIMARY KEY, begin INTEGER, body BLOB)",
        "text (place INTEGER PRIMARY KEY, value TEXT)",
    ):
        connection.execute(f"CREATE TABLE {table}")


class _Shape(NamedTuple):
    """An array and its place among the bytes of all."""

    name: str
    type: str
    items: int
    begin: int

    @property
    def end(self) -> int:
        return self.begin + np.dtype(self.type).itemsize * self.items

    def view(self, room: mmap) -> NDArray[Any]:
        if not self.items:
            return np.empty(0, self.type)
        return np.frombuffer(room, self.type, self.items, self.begin)


def _write_contents(file: Connection, arrays: Mapping[str, NDArray[Any]], texts: Sequence[str]) -> None:
    shapes = list(_lay_out(arrays))
    file.executemany("INSERT INTO text VALUES (?, ?)", enumerate(texts))
    file.executemany("INSERT INTO array VALUES (?, ?, ?, ?, ?)", ((place, *row) for place, row in enumerate(shapes)))
    pieces = (piece for shape in shapes for piece in _split_pieces(arrays[shape.name], shape.begin))
    rows = ((place, begin, body) for place, (begin, body) in enumerate(pieces))
    file.executemany("INSERT INTO piece VALUES (?, ?, ?)", rows)


def _lay_out(arrays: Mapping[str, NDArray[Any]]) -> Iterator[_Shape]:
    begin = 0
    for name, array in arrays.items():
        shape = _Shape(name, array.dtype.str, len(array), begin)
        yield shape
        begin = -(-shape.end // _ALIGNMENT) * _ALIGNMENT


def _split_pieces(array: NDArray[Any], begin: int) -> Iterator[tuple[int, bytes]]:
    if len(array):
        content = np.ascontiguousarray(array).view(np.uint8).data
        for start in range(0, len(content), _PIECE_BYTES):
            yield begin + start, b"".join((content[start : start + _PIECE_BYTES], _TERMINATOR))


def _allocate(size: int) -> mmap:
    """Memory that the kernel hands out at once.

    Page by page, at the first touch, 160 MB took up to a second in a virtual machine; at once a seventh of that.
    """
    return mmap(-1, max(size, 1), flags=MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE)
