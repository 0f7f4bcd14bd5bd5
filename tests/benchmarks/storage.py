"""What the files of the lists cost a person at the kit: a look-up, the start, the night's changes, a fold, disk.

One list of documents of SIZE made-up rows (default 3,000,000) and one of persons with a thirtieth of that, through the
shipped code. Each line gives seconds of the wall and of the processor, all threads of the process counted: two
programs are compared by running them in turns. "Start" is a fresh process that opens both lists and makes ready the
filter and the name index, as the Desk does, once with the files in the page cache and once without.

    python -m tests.benchmarks storage --size 30000000     (about 5 minutes, 2 GB of disk)
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

from appliance.matching.index import list_index
from data.documents.lookup import LookupDates, find_matches
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import TravelDocument
from data.lists.edition import Edition
from data.lists.kinds import persons
from data.lists.replica import Replica
from data.lists.rows import PackedRows, add_to_digest, digest_packed, unpack_rows
from data.store_key import StoreKey
from tests.benchmarks.documents_timing import cold, file_bytes, forget, recall, warm
from tests.benchmarks.million import Invented
from tests.benchmarks.report import machine, percentile, spread

SIZE = 3_000_000
_KEY = StoreKey(bytes(32))
_NOW = datetime(2026, 7, 1, tzinfo=UTC)
_DAY = LookupDates(_NOW.date(), _NOW.date())
_ADDITIONS, _REMOVALS = 94_500, 10_500
_STARTS = 7
_PART = 1 << 19


def run(size: int | None = None) -> None:
    """Print the report."""
    size = size or SIZE
    machine("numpy", "cryptography", "sqlcipher3")
    print(f"load {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory(prefix="waypost-bench-") as name:
        folder = Path(name)
        rows = _make_rows(size)
        documents = Replica(folder / "sltd", "documents", _KEY)
        edition = _edition("documents", 1, size, digest_packed(rows))
        _report("snapshot of documents built", partial(documents.replace_packed, edition, _split(rows)))
        _report("filter made ready where it was built", documents.prepare)
        _build_persons(folder, size // 30)
        print(f"disk: documents {file_bytes(folder / 'sltd', '*') / 1e6:,.1f} MB, ", end="")
        print(f"persons {file_bytes(folder / 'persons', '*') / 1e6:,.1f} MB")
        _look_up(documents, folder / "sltd", rows)
        documents.close()  # before other processes open it: reading its files here has freed its locks
        for cache in (recall, forget):
            _start(folder, cache)
        documents = Replica(folder / "sltd", "documents", _KEY)
        _nights(documents, folder / "sltd", rows)
        _report("fold of documents", documents.compact)
        documents.close()


def _report(what: str, do: Callable[[], object]) -> None:
    wall, cpu = perf_counter(), process_time()
    do()
    print(f"{what}: {perf_counter() - wall:.2f} s, of the processor {process_time() - cpu:.2f} s", flush=True)


def _make_rows(size: int) -> PackedRows:
    chance = np.random.default_rng(3)
    keys = np.unique(chance.integers(1, (1 << 64) - 1, size + size // 1000 + 10, np.uint64))
    keys = np.sort(chance.permutation(keys)[:size])
    return PackedRows(keys, keys >> np.uint64(3))


def _split(rows: PackedRows) -> Iterator[PackedRows]:
    for start in range(0, len(rows.keys), _PART):
        yield PackedRows(rows.keys[start : start + _PART], rows.bodies[start : start + _PART])


def _edition(kind: str, version: int, count: int, digest: int) -> Edition:
    return Edition("bench", kind, version, _NOW, _NOW, "", count, digest % (1 << 256), bytes(32))


def _build_persons(folder: Path, count: int) -> None:
    replica = Replica(folder / "persons", "persons", _KEY)
    rows = [row for notice in Invented(5).notices(count) for row in persons.rows([notice], b"")]
    edition = _edition("persons", 1, count, add_to_digest(0, rows))
    replica.companion = list_index.write_index
    _report(f"snapshot of {count:,} persons built, index included", partial(replica.replace, edition, rows))
    replica.close()


def _look_up(replica: Replica, folder: Path, rows: PackedRows) -> None:
    chance = np.random.default_rng(4)
    keys = [key.to_bytes(8, "big") for key in chance.choice(rows.keys, 6000).tolist()]
    asked = [TravelDocument(code="P", issuer="UTO", number=f"L{number:08}") for number in range(3000)]
    sealer = Sealer(bytes(32))
    with replica.read() as view:
        recall(folder)
        key_us = warm(view.get, keys)
        document_us = warm(lambda each: find_matches(view, each, sealer, "sltd", _DAY), asked)
        key_cold = cold(folder, view.get, keys[:300])
        document_cold = cold(folder, lambda each: find_matches(view, each, sealer, "sltd", _DAY), asked[:150])
    print(f"a key, warm: {key_us[0]:.1f} / {key_us[1]:.1f} us; cold {key_cold[0]:.2f} / {key_cold[1]:.2f} ms, ", end="")
    print(f"{key_cold[2]:.0f} pages")
    print(f"everything about a typed document, warm: {document_us[0]:.0f} / {document_us[1]:.0f} us; ", end="")
    print(f"cold {document_cold[0]:.2f} / {document_cold[1]:.2f} ms, {document_cold[2]:.0f} pages", flush=True)


def _start(folder: Path, cache: Callable[[Path], None]) -> None:
    """Fresh processes, one after the other."""
    told = []
    for _ in range(_STARTS):
        cache(folder / "sltd")
        cache(folder / "persons")
        command = [sys.executable, "-c", "from tests.benchmarks.storage import child; child()", str(folder)]
        began = perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told.append([*map(float, done.stdout.split()), perf_counter() - began])
    files = "in the page cache" if cache is recall else "cold"
    names = ("filter wall", "filter cpu", "index wall", "index cpu", "MB", "whole process cpu", "whole process wall")
    print(f"start, files {files}, median of {_STARTS}:")
    for name, column in zip(names, zip(*told, strict=True), strict=True):
        print(f"  {name}: {spread(column)}", flush=True)


def child() -> None:
    """A process that starts: seconds and memory to standard output."""
    folder = Path(sys.argv[1])
    documents, people = (Replica(folder / name, kind, _KEY) for name, kind in (("sltd", "documents"), ("persons",) * 2))
    took = []
    for prepare in (documents.prepare, partial(_load_index, people)):
        wall, cpu = perf_counter(), process_time()
        prepare()
        took += [perf_counter() - wall, process_time() - cpu]
    memory = next(
        int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
    )
    print(*took, memory / 1024, process_time())


def _load_index(replica: Replica) -> None:
    with replica.read() as view:
        list_index.IndexSource(replica).of(view)


def _nights(replica: Replica, folder: Path, rows: PackedRows) -> None:
    """Changes by fresh processes' eyes on cold files, and by one that is warm."""
    chance = np.random.default_rng(6)
    took: dict[str, list[float]] = {"cold": [], "warm": []}
    gone_rows = chance.permutation(len(rows.keys))
    for night in range(6):
        before = replica.edition()
        assert before is not None
        places = np.sort(gone_rows[night * _REMOVALS : (night + 1) * _REMOVALS])
        gone = PackedRows(rows.keys[places], rows.bodies[places])
        keys = np.unique(chance.integers(1, (1 << 64) - 1, _ADDITIONS, np.uint64))
        come = PackedRows(keys, keys >> np.uint64(5))
        digest = before.digest - digest_packed(gone) + digest_packed(come)
        after = _edition("documents", before.version + 1, before.count - len(gone.keys) + len(keys), digest)
        removals, additions = [row.key for row in unpack_rows(gone)], list(unpack_rows(come))
        name = "cold" if night % 2 else "warm"
        fresh = Replica(folder, "documents", _KEY)
        subject = fresh if name == "cold" else replica
        (forget if name == "cold" else recall)(folder)
        wall, cpu = perf_counter(), process_time()
        subject.apply(after, before.version, removals, additions)
        took[name] += [perf_counter() - wall, process_time() - cpu]
        fresh.close()
        replica.prepare()
    for name, seconds in took.items():
        print(
            f"{_ADDITIONS + _REMOVALS:,} changes applied, {name}: wall {percentile(seconds[::2], 50):.2f} s, ", end=""
        )
        print(f"of the processor {percentile(seconds[1::2], 50):.2f} s", flush=True)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else None)
