"""Headquarters with a full-size list of documents: the first import and publication, and a night in which 1 % changes.

The list is made up (`synthetic_sltd`), and so is the night: of a hundred records one goes or is changed, and one comes.
Each step runs in a process of its own, so that its peak of memory is its own.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import polars as pl

from data.documents.code_tables import COUNTRY_CODES
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.importer import import_list
from sync.headquarters.publishing.publisher import found_headquarters, publish
from sync.headquarters.sources.sltd_csv import COLUMNS
from tests.benchmarks.report import aim, peak_memory_mb
from tests.benchmarks.synthetic_sltd.__main__ import line
from tests.benchmarks.synthetic_sltd.listing import FRAUDS, Chunk, Listing

PASSPHRASE = "only for a measurement of headquarters"
_GOES, _CHANGES, _COMES = 0.004, 0.001, 0.005
"""Shares of a night's changes among all records."""
_SEED = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took."""

    seconds: float
    cpu_s: float
    peak_mb: float
    written_gb: float
    facts: str


def run(size: int, folder: Path) -> None:
    """Print the figures of a list of `size` documents; it is all made in `folder`, which needs some 250 B a record."""
    first, night, home = folder / "first.csv", folder / "night.csv", folder / "hq"
    records = _write_lists(Listing(size), first, night)
    print(f"headquarters: {records} records, a file of {first.stat().st_size / 1e9:.2f} GB")
    found_headquarters(home, PASSPHRASE).close()
    steps = {
        "first import": _apart(_import, home, first),
        "first publication": _apart(_publish, home, first),
        "night's import": _apart(_import, home, night),
        "night's publication": _apart(_publish, home, night),
    }
    for name, step in steps.items():
        print(
            f"  {name}: {step.seconds:.1f} s ({records / step.seconds:,.0f} records a second), {step.cpu_s:.1f} s of "
            f"processor, peak {step.peak_mb:.0f} MB, {step.written_gb:.2f} GB written; {step.facts}"
        )
    disk_gb = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e9
    print(f"  the home: {disk_gb:.2f} GB")
    aim("whole.hq_import_rows_s", records / steps["first import"].seconds, 150_000, at_least=True)
    aim("whole.hq_import_mb", max(step.peak_mb for step in steps.values()), 2000)
    aim("whole.hq_publish_rows_s", records / steps["first publication"].seconds, 150_000, at_least=True)
    night_s = steps["night's import"].seconds + steps["night's publication"].seconds
    aim("whole.hq_night_s", night_s, 60 if size <= 10_000_000 else 1800)
    aim("whole.hq_disk_gb", disk_gb + sum(step.written_gb for step in list(steps.values())[2:]), 40)


def _write_lists(listing: Listing, first: Path, night: Path) -> int:
    """Both days' files; returns how many records the first has."""
    count = 0
    header = ",".join(COLUMNS) + "\n"
    with first.open("wb") as before, night.open("wb") as after:
        for file in (before, after):
            file.write(header.encode())
        for number, chunk in enumerate(listing.chunks()):
            frame = _frame(chunk)
            chance = np.random.default_rng([_SEED, number]).random(len(frame))
            frame.write_csv(before, include_header=False, quote_style="never")
            changes = pl.Series(chance >= 1 - _CHANGES)
            later = frame.with_columns(pl.when(changes).then(pl.lit("2049-12-31")).otherwise("review").alias("review"))
            later.filter(pl.Series(chance >= _GOES)).write_csv(after, include_header=False, quote_style="never")
            count += len(frame)
        for series, numbers in listing.unlisted(int(_COMES * listing.size), seed=_SEED):
            new = [row.tobytes().decode("ascii") for row in numbers]
            rows = [f"{number},{series.country},{series.type},lost,2026-07-01,{series.country}" for number in new]
            after.write("".join(f"{row}{',' * (len(COLUMNS) - 6)}\n" for row in rows).encode())
        for record in listing.ranges(listing.size // 600):
            row = ",".join(line(record)) + "\n"
            before.write(row.encode())
            after.write(row.encode())
            count += 1
    return count


def _frame(chunk: Chunk) -> pl.DataFrame:
    countries = pl.Series(["", *COUNTRY_CODES])
    days = {
        "theft_date": chunk.theft,
        "issued": chunk.issued,
        "expires": chunk.expires,
        "review": chunk.review,
    }
    texts = {
        "number": pl.Series(chunk.texts()),
        "fraud": pl.Series([*map(str, FRAUDS)])[chunk.fraud],
        "theft_country": countries[chunk.theft_country],
        **{name: _texts_of_days(column) for name, column in days.items()},
    }
    same = {"country": chunk.series.country, "type": chunk.series.type, "batch": "", "reference": "", "note": ""}
    fixed = [pl.lit(text).alias(name) for name, text in (same | {"number_to": ""}).items()]
    return pl.DataFrame(texts).with_columns(fixed).select(COLUMNS)


def _texts_of_days(ordinals: np.ndarray) -> pl.Series:
    days = pl.Series((ordinals - 719163).astype(np.int32)).cast(pl.Date).dt.strftime("%Y-%m-%d")
    return pl.select(pl.when(pl.Series(ordinals > 0)).then(days).otherwise(pl.lit(""))).to_series()


def _apart(step: Callable[[HeadquartersHome, Path], str], home: Path, source: Path) -> Step:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_measure, step, home, source).result()


def _measure(step: Callable[[HeadquartersHome, Path], str], path: Path, source: Path) -> Step:
    home = HeadquartersHome.open(path, PASSPHRASE)
    written, start, cpu = _written(), perf_counter(), process_time()
    facts = step(home, source)
    seconds, cpu_s = perf_counter() - start, process_time() - cpu
    home.close()
    return Step(seconds, cpu_s, peak_memory_mb(), (_written() - written) / 1e9, facts)


def _import(home: HeadquartersHome, source: Path) -> str:
    done = import_list(home, "sltd", "sltd-csv", [source])
    return f"added {done.added}, changed {done.changed}, removed {done.removed}, refused {done.refused_count}"


def _publish(home: HeadquartersHome, _source: Path) -> str:
    (done,) = publish(home).lists
    return f"version {done.version} of {done.rows} rows, {done.snapshot_bytes}+{done.delta_bytes} B (snapshot+delta)"


def _written() -> int:
    """Bytes that this process sent to the disk (proc(5), /proc/pid/io)."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.partition(":")[2]) for line in lines if line.startswith("write_bytes"))


def main() -> None:
    """`python -m tests.benchmarks.whole_headquarters 10000000 FOLDER`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=int, help="how many, about")
    parser.add_argument("folder", type=Path, help="an empty one, with room for 250 bytes a document")
    chosen = parser.parse_args()
    run(chosen.documents, chosen.folder)


if __name__ == "__main__":
    main()
