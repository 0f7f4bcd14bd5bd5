"""What others would send for the same change: the whole file, a SQLite changeset, a difference of bytes."""

import shutil
import subprocess
from pathlib import Path
from time import perf_counter

import numpy as np
import zstandard

from data.lists.rows import PackedRows

_LEVEL = 15


def rivals(before: PackedRows, after: PackedRows, folder: Path) -> None:
    """Print the bytes of each, for two versions of a list as rows that ascend."""
    old, new = folder / "old.rows", folder / "new.rows"
    for path, rows in ((old, before), (new, after)):
        path.write_bytes(np.stack([rows.keys, rows.bodies], axis=1).astype(">u8").tobytes())
    began = perf_counter()
    whole = len(zstandard.ZstdCompressor(level=3, threads=2).compress(new.read_bytes()))
    print(f"  the whole file, zstd 3: {whole:,} bytes, {perf_counter() - began:.1f} s")
    _changeset(before, after)
    _xdelta(old, new, folder / "difference")


def _changeset(before: PackedRows, after: PackedRows) -> None:
    import apsw

    began = perf_counter()
    database = apsw.Connection(":memory:")
    database.execute("CREATE TABLE listed (key INTEGER PRIMARY KEY, body INTEGER NOT NULL)")
    with database:
        database.executemany("INSERT INTO listed VALUES (?, ?)", _signed(before))
    session = apsw.Session(database, "main")
    session.attach()
    gone = np.setdiff1d(before.keys, after.keys, assume_unique=True)
    new = np.isin(after.keys, before.keys, assume_unique=True, invert=True)
    with database:
        database.executemany("DELETE FROM listed WHERE key = ?", ((key,) for key in gone.view(np.int64).tolist()))
        database.executemany(
            "INSERT INTO listed VALUES (?, ?)", _signed(PackedRows(after.keys[new], after.bodies[new]))
        )
    plain = session.changeset()
    packed = len(zstandard.ZstdCompressor(level=_LEVEL).compress(plain))
    print(f"  SQLite changeset: {len(plain):,} bytes, zstd {_LEVEL} {packed:,}; {perf_counter() - began:.1f} s")


def _signed(rows: PackedRows) -> "zip[tuple[int, int]]":
    return zip(rows.keys.view(np.int64).tolist(), rows.bodies.view(np.int64).tolist(), strict=True)


def _xdelta(old: Path, new: Path, difference: Path) -> None:
    program = shutil.which("xdelta3")
    if program is None:
        print("  xdelta3 is not installed (Debian: xdelta3)")
        return
    began = perf_counter()
    window = str(max(1 << 24, old.stat().st_size + (1 << 20)))
    subprocess.run([program, "-e", "-9", "-S", "djw", "-B", window, "-f", "-s", old, new, difference], check=True)
    print(f"  xdelta3 -9 over the files: {difference.stat().st_size:,} bytes, {perf_counter() - began:.1f} s")
