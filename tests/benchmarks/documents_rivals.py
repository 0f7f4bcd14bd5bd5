"""What others would keep the same rows in: a table by text, a table by number, LMDB, a sorted array. None encrypts."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

import lmdb
import numpy as np

from data.lists.rows import Numbers, PackedRows, to_row_bytes
from tests.benchmarks.documents_timing import warm

Lookup = Callable[[int], object]
_SIGN = 1 << 63


def compare(rows: PackedRows, texts: Sequence[str], probes: Sequence[int], folder: Path) -> None:
    """Print size, build rate, and CPU time of a hit, warm, of each rival."""
    places = np.searchsorted(rows.keys, np.array(probes[:2000], np.uint64)).tolist()
    _sqlite_text(rows, texts, places, folder / "text.db")
    _sqlite_integer(rows, probes, folder / "integer.db")
    _lmdb(rows, probes, folder / "lmdb")
    _array(rows, probes)


def tell(name: str, rows: int, size: float, seconds: float, times: tuple[float, float]) -> None:
    """One line of the table."""
    rate = f"{rows / seconds / 1e6:5.1f} M rows/s" if seconds else " " * 14
    print(f"  {name:30} {size / rows:6.2f} B a record  {rate}  {times[0]:5.1f} / {times[1]:5.1f} µs a hit")


def _sqlite_text(rows: PackedRows, texts: Sequence[str], places: Sequence[int], path: Path) -> None:
    began = perf_counter()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=OFF")
        database.execute("PRAGMA synchronous=OFF")
        database.execute("CREATE TABLE listed (number TEXT PRIMARY KEY, facts INTEGER) WITHOUT ROWID")
        database.execute("BEGIN")
        ordered = sorted(zip(texts, rows.bodies.view(np.int64).tolist(), strict=True))
        database.executemany("INSERT INTO listed VALUES (?, ?)", ordered)
        database.execute("COMMIT")
        built = perf_counter() - began
        query = "SELECT facts FROM listed WHERE number = ?"
        times = warm(_found(lambda place: database.execute(query, (texts[place],)).fetchone()), places)
    tell("SQLite, text key", len(rows.keys), path.stat().st_size, built, times)
    path.unlink()


def _sqlite_integer(rows: PackedRows, probes: Sequence[int], path: Path) -> None:
    began = perf_counter()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=OFF")
        database.execute("PRAGMA synchronous=OFF")
        database.execute("CREATE TABLE listed (key INTEGER PRIMARY KEY, facts INTEGER)")
        database.execute("BEGIN")
        keys = (rows.keys ^ np.uint64(_SIGN)).view(np.int64).tolist()
        pairs = zip(keys, rows.bodies.view(np.int64).tolist(), strict=True)
        database.executemany("INSERT INTO listed VALUES (?, ?)", pairs)
        database.execute("COMMIT")
        built = perf_counter() - began
        query = "SELECT facts FROM listed WHERE key = ?"
        times = warm(_found(lambda key: database.execute(query, (key - _SIGN,)).fetchone()), probes)
    tell("SQLite, integer key", len(rows.keys), path.stat().st_size, built, times)
    path.unlink()


def _lmdb(rows: PackedRows, probes: Sequence[int], folder: Path) -> None:
    began = perf_counter()
    with lmdb.open(str(folder), map_size=1 << 36, sync=False) as environment:
        with environment.begin(write=True) as transaction, transaction.cursor() as cursor:
            cursor.putmulti(zip(to_row_bytes(rows.keys), to_row_bytes(rows.bodies), strict=True), append=True)
        built = perf_counter() - began
        with environment.begin() as reading:
            times = warm(_found(lambda key: reading.get(key.to_bytes(8, "big"))), probes)
        pages = environment.info()["last_pgno"] * environment.stat()["psize"]
    tell("LMDB", len(rows.keys), pages, built, times)
    for path in folder.iterdir():
        path.unlink()


def _found(lookup: Lookup) -> Callable[[int], None]:
    def checked(key: int) -> None:
        assert lookup(key) is not None

    return checked


def _array(rows: PackedRows, probes: Sequence[int]) -> None:
    keys: Numbers = rows.keys

    def lookup(key: int) -> int:
        place = int(keys.searchsorted(np.uint64(key)))
        assert keys[place] == key
        return int(rows.bodies[place])

    tell("sorted array in memory", len(keys), 16 * len(keys), 0, warm(_found(lookup), probes))
