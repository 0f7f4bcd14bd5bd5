"""`make bench PART=documents`: the sealed document list at SIZE records (default 2,000,000), beside its rivals.

The list is made up (`tests.benchmarks.synthetic_sltd`): the same every time. Everything runs through the shipped code:
`Replica`, `find_matches`. Warm times are CPU time of this thread; cold ones are elapsed, with the list's files dropped
from the page cache before each. Rivals run on the same rows, at most 4,000,000 of them, with ours beside them.

    python -m tests.benchmarks documents --size 120000000     (about 10 minutes, 5 GB of disk)
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from data.lists.replica import Replica
from data.lists.rows import PackedRows, concatenate_rows, digest_packed
from tests.benchmarks import documents_rivals as rivals
from tests.benchmarks.documents_changes import changes, start
from tests.benchmarks.documents_data import FULL, Published, edition, facts_of, keys_of, texts
from tests.benchmarks.documents_ranges import ranges
from tests.benchmarks.documents_search import KEY, SEALER, Subject, exact, honest, near, slips, whole
from tests.benchmarks.documents_timing import file_bytes, peak_mb, warm
from tests.benchmarks.report import aim, machine
from tests.benchmarks.synthetic_sltd.listing import Listing

SIZE = 2_000_000
_RIVALS = 4_000_000
_LEAST_RANGES = 20_000
_PROBES = 5000


def run(size: int | None = None) -> None:
    """Print the report."""
    listing = Listing(size or SIZE)
    count = max(listing.size // 600, _LEAST_RANGES)
    machine("numpy", "cryptography", "sqlcipher3", "lmdb")
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        replica = Replica(folder / "sltd", "documents", KEY)
        subject = Subject(replica, folder / "sltd", listing, _build(replica, listing, count, folder))
        exact(subject)
        replica.prepare()
        near(subject)
        whole(subject)
        ranges(subject, count)
        honest(subject)
        slips(subject)
        changes(subject)
        start(subject)
        replica.close()
        _beside_rivals(Listing(min(listing.size, _RIVALS)), folder)


def _build(replica: Replica, listing: Listing, ranges: int, folder: Path) -> PackedRows:
    """Build the list; return some of its rows."""
    began = perf_counter()
    published = Published(listing, ranges, folder)
    sealed = perf_counter() - began
    count = published.edition.count
    kept: list[PackedRows] = []

    def passing() -> Iterator[PackedRows]:
        every = max(count // 400_000, 1)
        for part in published.parts:
            kept.append(PackedRows(part.keys[::every].copy(), part.bodies[::every].copy()))
            yield part

    began = perf_counter()
    replica.replace_packed(published.edition, passing())
    built = perf_counter() - began
    size = file_bytes(folder / "sltd", "base-*")
    print(f"{count:,} rows ({listing.size:,} documents, {ranges:,} ranges of blanks)")
    print(f"made up, sealed, dealt {sealed:.1f} s; ", end="")
    print(f"sorted, built, synced {built:.1f} s: {count / built / 1e6:.1f} M rows/s")
    print(f"base {size / 1e6:,.0f} MB, filter {file_bytes(folder / 'sltd', 'filter-*') / 1e6:,.0f} MB")
    aim("documents.bytes_a_record", size / count, 24)
    aim("documents.build_s_for_120m", built * FULL / count, 120)
    aim("documents.build_peak_mb", peak_mb(), 1000)
    return concatenate_rows(kept)


def _beside_rivals(listing: Listing, folder: Path) -> None:
    parts, numbers = [], []
    for chunk in listing.chunks():
        parts.append(PackedRows(keys_of(SEALER, chunk.series, chunk.numbers), facts_of(chunk)))
        numbers += [f"{chunk.series.country}{chunk.series.type}{number}" for number in texts(chunk.numbers)]
    rows = concatenate_rows(parts)
    order = np.argsort(rows.keys)
    rows = PackedRows(rows.keys[order], rows.bodies[order])
    print(f"\n{len(rows.keys):,} records beside rivals, none of which encrypts or hides the numbers:")
    probes = np.random.default_rng(4).choice(rows.keys, _PROBES).tolist()
    replica = Replica(folder / "beside", "documents", KEY)
    began = perf_counter()
    replica.replace_packed(edition(1, len(rows.keys), digest_packed(rows)), [rows])
    built = perf_counter() - began
    with replica.read() as view:
        times = warm(lambda key: view.get(key.to_bytes(8, "big")), probes)
    rivals.tell("Waypost, encrypted and sealed", len(rows.keys), file_bytes(folder / "beside", "base-*"), built, times)
    replica.close()
    rivals.compare(rows, [numbers[place] for place in order.tolist()], probes, folder)
