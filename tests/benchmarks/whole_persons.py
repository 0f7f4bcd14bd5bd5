"""A night of a large list of persons: what it costs the courier and the desk, and to erase who was withdrawn.

Each is a process of its own, as on a kit: the courier applies the change and does what follows from it; a desk that has
the list open makes the index of the new version; later the courier erases the withdrawn from the disk. Processor time
is of all threads, memory is the peak of the process.

`python -m tests.benchmarks.whole_persons FOLDER` measures it with a million persons.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any, cast

from appliance.matching.index import list_index
from appliance.matching.index.list_index import IndexSource
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.lists.edition import Edition
from data.lists.kinds import persons
from data.lists.replica import Replica
from data.lists.rows import Row, add_to_digest, take_from_digest
from data.policy import Bounds
from data.store_key import StoreKey
from sync.kit.apply import ApplyTarget, must_compact
from sync.kit.post_apply import ERASE_AT_SHARE
from tests.benchmarks.million import Invented
from tests.benchmarks.names_speed import LIST_SEED, NOW
from tests.benchmarks.report import aim, peak_memory_mb

ADDED, WITHDRAWN = 1_000, 5
AIM_S, AIM_MB = 3.0, 300.0
LIMIT_H = 336
"""`erase_within_hours`, where a policy says nothing else."""
_LIST = "million"
_NEW_SEED = 77
TODAY = date(2026, 7, 1)


def open_list(folder: Path) -> Replica:
    """The list in a folder, with the index that a courier makes beside each base."""
    replica = Replica(folder / _LIST, "persons", StoreKey(bytes(32)))
    replica.companion = list_index.write_index
    return replica


def build_list(folder: Path, count: int) -> None:
    """A list of so many persons, with its index; nothing where it is already there."""
    replica = open_list(folder)
    if replica.edition() is None:
        rows = [row for notice in Invented(LIST_SEED).notices(count) for row in persons.rows([notice], b"")]
        replica.replace(Edition(_LIST, "persons", 1, NOW, NOW, "", count, add_to_digest(0, rows)), rows)
    replica.close()


def nightly_change(folder: Path, count: int = 1_000_000) -> dict[str, float]:
    """Print and return what a night costs: seconds (`…_s`), processor seconds (`…_cpu_s`), megabytes (`…_mb`).

    `folder` holds the list, which is built there if it is not; it stays as it is.
    """
    build_list(folder, count)
    print(f"{count} persons, +{ADDED} -{WITHDRAWN}", flush=True)
    figures: dict[str, float] = {}
    with TemporaryDirectory(dir=folder.parent) as copied:
        shutil.copytree(folder / _LIST, Path(copied) / _LIST)
        with _Process("desk", Path(copied)) as desk:
            before = desk.read()
            figures |= _labelled("apply", _Process("courier", Path(copied)).finish())
            figures |= _labelled("desk", desk.finish())
        figures["desk_before_mb"] = before["mb"]
        figures |= _labelled("erase", _Process("erase", Path(copied)).finish())
        figures |= _labelled("desk_after_erase", _Process("start", Path(copied)).finish())
    hours = LIMIT_H * ERASE_AT_SHARE
    print(f"the withdrawn are erased {hours:.0f} h after the change ({LIMIT_H} h are allowed), by files written again")
    for name in ("apply", "desk"):
        aim(f"persons.night_{name}_s", figures[f"{name}_s"], AIM_S)
        aim(f"persons.night_{name}_mb", figures[f"{name}_mb"], AIM_MB)
    return figures


def _labelled(name: str, figures: dict[str, float]) -> dict[str, float]:
    wall, cpu, peak = (figures[unit] for unit in ("s", "cpu_s", "mb"))
    print(f"{name}: {wall:.2f} s, {cpu:.2f} s of processor, {peak:.0f} MB", flush=True)
    return {f"{name}_{unit}": value for unit, value in figures.items()}


class _Process:
    """A process of this module, which prints its figures."""

    def __init__(self, part: str, folder: Path) -> None:
        program = "import sys; from tests.benchmarks.whole_persons import PARTS; PARTS[sys.argv[1]](sys.argv[2])"
        environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH", ".")}
        command = [sys.executable, "-c", program, part, str(folder)]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_error: object) -> None:
        self._child.kill()
        self._child.wait()

    def read(self) -> dict[str, float]:
        """Its next line of figures."""
        assert self._child.stdout
        wall, cpu, peak = map(float, self._child.stdout.readline().split())
        return {"s": wall, "cpu_s": cpu, "mb": peak}

    def finish(self) -> dict[str, float]:
        """Let it go on; its figures."""
        assert self._child.stdin
        self._child.stdin.close()
        figures = self.read()
        if self._child.wait():
            raise subprocess.CalledProcessError(self._child.returncode, self._child.args)
        return figures


def _measured(work: Callable[[], object]) -> None:
    began, spent = perf_counter(), process_time()
    work()
    took, used = perf_counter() - began, process_time() - spent
    print(took, used, peak_memory_mb(), flush=True)


def _withdrawn(count: int) -> list[bytes]:
    return [f"P-{place * (count - 1) // WITHDRAWN:07}".encode() for place in range(WITHDRAWN)]


def _change(replica: Replica, rows: Sequence[Row]) -> tuple[Edition, list[bytes]]:
    """The edition after a night, and who is withdrawn."""
    before = replica.edition()
    assert before is not None
    gone = _withdrawn(before.count)
    with replica.read() as view:
        removed = [Row(key, body) for key, body in view.get_many(gone).items()]
    digest = add_to_digest(take_from_digest(before.digest, removed), rows)
    published = before.published + timedelta(days=1)
    count = before.count + len(rows) - len(removed)
    return replace(before, version=before.version + 1, published=published, count=count, digest=digest), gone


def courier(folder: str) -> None:
    """Apply the change with its bounds, and do what follows."""
    replica = open_list(Path(folder))
    notices = (replace(notice, record=f"N-{notice.record}") for notice in Invented(_NEW_SEED).notices(ADDED))
    rows = list(persons.rows(notices, b""))
    edition, gone = _change(replica, rows)

    def work() -> None:
        target = ApplyTarget(replica, cast(Any, SimpleNamespace(version=0)), Bounds())
        acceptance = target.make_acceptance(cast(Any, SimpleNamespace(edition=edition, steps=())), ())
        removed = replica.apply(edition, edition.version - 1, gone, rows, acceptance.accept_change).removed
        if must_compact(replica, removed):
            replica.compact()

    _measured(work)
    replica.close()


def _search(replica: Replica, source: IndexSource) -> None:
    with replica.read() as view:
        find_candidates(PersonQuery("SMITH", "JOHN"), source.of(view), today=TODAY, fetch=view.get_many)


def desk(folder: str) -> None:
    """Search in the version before; after a line, or the end, of stdin, search in the version in force."""
    replica = open_list(Path(folder))
    source = IndexSource(replica)
    _measured(lambda: _search(replica, source))
    sys.stdin.read()
    _measured(lambda: _search(replica, source))
    replica.close()


def start(folder: str) -> None:
    """A desk that starts."""
    replica = open_list(Path(folder))
    _measured(lambda: _search(replica, IndexSource(replica)))
    replica.close()


def erase(folder: str) -> None:
    """Erase whoever was withdrawn."""
    replica = open_list(Path(folder))
    edition = replica.edition()
    assert edition is not None
    _measured(replica.purge_withdrawn)
    gone = _withdrawn(edition.count - ADDED + WITHDRAWN)
    with replica.read() as view:
        listed = {row.key for row in view.base_rows()}
        assert listed.isdisjoint(gone), "a withdrawn person is still in the base"
        index = IndexSource(replica).of(view).base
    assert not list(index.find_persons(key.decode() for key in gone)), "a withdrawn person is still in the index"
    replica.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the list is, or is built")
    parser.add_argument("--persons", type=int, default=1_000_000)
    chosen = parser.parse_args()
    nightly_change(chosen.folder, chosen.persons)


PARTS: dict[str, Callable[[str], None]] = {"courier": courier, "desk": desk, "start": start, "erase": erase}

if __name__ == "__main__":
    main()
