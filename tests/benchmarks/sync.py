"""Files on the wire and applied: sealed documents and persons, a night's changes, a month behind.

Headquarters, kit and line are the real ones: nginx with TLS, each byte counted. The rows of the document list are put
into headquarters' store in bulk, as its publisher would after an import; everything behind that is what a publication
and a courier do. A night's new records are reported thefts: most of them of the last weeks (`NIGHT_DAYS`), nine in ten
changes additions.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

import numpy as np
from sqlalchemy import Connection, update

from data import store_key
from data.clock import Clock, read_system_time
from data.documents.code_tables import country_index
from data.documents.document_record import Fraud
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import Capture
from data.kit.home import KitHome
from data.lists.kinds import documents
from data.lists.replica import Replica
from data.lists.rows import PackedRows, concatenate_rows, to_numbers
from data.lists.view import PackedView, merge_packed
from sync.headquarters.publishing import next_version
from sync.headquarters.publishing.publisher import PublishReport, publish
from sync.headquarters.store import row_table, tables
from sync.headquarters.store.list_table import (
    Urgency,
    Version,
    add_version,
    find_list,
    newest_version,
    open_list,
    set_compared,
)
from sync.headquarters.store.payload_table import PartDigests
from sync.kit.connections.mirrors import Connections
from sync.kit.courier import RunOptions
from sync.kit.list_sync import SyncMethod
from tests.benchmarks.documents_data import SALT, Published, facts_of, keys_of, unlisted
from tests.benchmarks.documents_timing import forget, recall
from tests.benchmarks.report import aim, machine
from tests.benchmarks.sync_during import during
from tests.benchmarks.sync_line import Run, SatelliteLine, satellite
from tests.benchmarks.sync_rivals import rivals
from tests.benchmarks.synthetic_sltd.listing import FRAUDS, UNTIL, Chunk, Listing
from tests.benchmarks.synthetic_sltd.numbers import Characters, Series
from tests.support.deployment import PASSPHRASE, Deployment

SIZE = 1_000_000
NIGHT_DAYS = 15
"""Mean age of a theft on the night it is reported, in days."""

_NAME = "sltd"


def run(size: int | None = None) -> None:
    """`SIZE` sealed documents; figures of 10,000,000 are the ones that the aims name."""
    machine("zstandard", "numpy", "sqlcipher3", "cryptography")
    store_key.MEMORY_KIB, store_key.PASSES = 64, 1  # what a passphrase costs is no part of it
    folder = Path(tempfile.mkdtemp(dir=os.environ.get("TMPDIR")))
    try:
        _documents(Subject(folder, Listing(size or SIZE)))
    finally:
        shutil.rmtree(folder)


class Subject:
    """A headquarters with one document list, and a kit of its own."""

    def __init__(self, folder: Path, listing: Listing) -> None:
        self.folder = folder
        self.listing = listing
        self.start = read_system_time()
        self.deployment = Deployment(folder)
        self.hq = self.deployment.hq
        self.kit: KitHome | None = None
        self.line: SatelliteLine | None = None
        self.means = RunOptions(connections=Connections())
        """Of a service that runs all the time."""

    def at(self, day: float) -> datetime:
        """A time some days after the beginning."""
        return self.start + timedelta(days=day)

    def put(self, rows: Callable[[Connection, int], Iterator[PackedRows]], day: float) -> Version:
        """The next version, as the publisher makes it of an import's rows."""
        with self.hq.changing(), self.hq.store.transaction() as connection:
            open_list(connection, _NAME, documents.NAME, "sltd-csv", self.at(day))
            connection.execute(update(tables.lists).values(salt=SALT))
            entry, before = find_list(connection, _NAME), newest_version(connection, _NAME)
            assert entry is not None
            digests, fresh = PartDigests(connection, _NAME), rows(connection, before.number)
            step = next_version.compare_packed(
                connection, _NAME, (before.number, before.number + 1), fresh, digests, Urgency.ORDINARY
            )
            digests.save()
            digest = (before.digest + digests.moved) % (1 << 256)
            version = Version(before.number + 1, digest, before.count + step.added - step.removed)
            add_version(connection, entry, version, self.at(day))
            set_compared(connection, entry)
        return version

    def changed(self, count: int, seed: int) -> Callable[[Connection, int], Iterator[PackedRows]]:
        """All rows after a night of `count` changes."""

        def rows(connection: Connection, before: int) -> Iterator[PackedRows]:
            chance = np.random.default_rng(seed)
            found = (row_table.sample(connection, _NAME, before, chance.bytes(8)) for _ in range(count // 10))
            gone = to_numbers(sorted({row.key for row in found if row is not None}))
            come = _night(self.listing, count - count // 10, seed)
            low = 0
            for old in row_table.packed_pages_at(connection, _NAME, before):
                high = int(old.keys[-1])
                inside = (come.keys >= low) & (come.keys <= high)
                yield merge_packed(old, PackedRows(come.keys[inside], come.bodies[inside]), gone)
                low = high + 1
            yield PackedRows(come.keys[come.keys >= low], come.bodies[come.keys >= low])

        return rows

    def change(self, count: int, day: int) -> None:
        """Publish a version with so many changes, and say how long that took."""
        began = perf_counter()
        self.put(self.changed(count, day), day)
        compared, report = perf_counter() - began, self.publish(day)
        print(f"{count:,} changes compared in {compared:.1f} s, published in {report.seconds:.1f} s")

    def publish(self, day: float) -> PublishReport:
        """Publish at a day."""
        return publish(self.hq, now=self.at(day))

    def sync(self, day: float, *, paced: bool = False) -> Run:
        """Run the courier over the thin line, as a running service does."""
        assert self.kit is not None and self.line is not None
        return self.line.run(self.kit, self.means, paced=paced, clock=Clock(read=lambda: self.at(day)))

    def enrol(self, line: SatelliteLine) -> None:
        """Make the kit."""
        self.line = line
        self.kit = line.trusted_by(self.deployment.kit("kit", line.source))

    @property
    def list_folder(self) -> Path:
        """The kit's files of the list."""
        return self.folder / "kit" / "lists" / _NAME

    def rows(self) -> PackedRows:
        """All that the kit has, ascending."""
        assert self.kit is not None
        with self.kit.lists.open(_NAME).read() as view:
            assert isinstance(view, PackedView)
            return concatenate_rows(list(view.packed_rows()))


def _documents(subject: Subject) -> None:
    began = perf_counter()
    version = subject.put(lambda *_: Published(subject.listing, subject.listing.size // 2000, subject.folder).parts, 0)
    print(f"{version.count:,} sealed rows put into the store: {perf_counter() - began:.1f} s")
    first = subject.publish(0)
    print(f"published: {first.seconds:.1f} s, snapshot {first.lists[0].snapshot_bytes:,} bytes "
          f"({first.lists[0].snapshot_bytes / version.count:.2f} a row)")  # fmt: skip
    with satellite(subject.hq.public, subject.folder) as line:
        subject.enrol(line)
        run = subject.sync(0)
        assert run.report.lists[0].way is SyncMethod.SNAPSHOT
        _told("first load, whole snapshot", run)
        _nothing_new(subject)
        before = subject.rows()
        _night_of(subject, 1, 10_000)
        rivals(before, subject.rows(), subject.folder)
        del before
        _large_nights(subject)
        _screenings(subject)
        _month(subject)


def _told(what: str, run: Run) -> None:
    print(f"{what}: {run.wire_bytes:,} bytes both ways, {run.seconds:.2f} s; at 64 kbit/s {run.on_satellite_s:.1f} s "
          "(worked out)")  # fmt: skip


def _nothing_new(subject: Subject) -> None:
    running, subject.means = subject.means, RunOptions(connections=Connections())
    first = subject.sync(0, paced=True)
    print(f"nothing new, first contact: {first.wire_bytes:,} bytes, {first.seconds:.2f} s at 64 kbit/s in real time")
    aim("sync.first_contact_bytes", first.wire_bytes, 6000)
    again = subject.sync(0, paced=True)
    print(f"nothing new, in a running watch: {again.wire_bytes:,} bytes, {again.seconds:.2f} s at 64 kbit/s")
    aim("sync.nothing_new_bytes", again.wire_bytes, 3000)
    subject.means = running


def _night_of(subject: Subject, day: int, count: int) -> None:
    subject.change(count, day)
    run = subject.sync(day, paced=True)
    assert run.report.lists[0].way is SyncMethod.DELTA, run.report
    print(f"{count:,} changes: {run.wire_bytes:,} bytes both ways, {run.seconds:.1f} s at 64 kbit/s in real time")
    aim("sync.night_bytes", run.wire_bytes, 90_000)


def _large_nights(subject: Subject) -> None:
    """100,000 changes, the list's files cold and then warm; over the loopback, all told."""
    for day, name, target in ((2, "cold", 2.0), (3, "warm", 0.5)):
        subject.change(100_000, day)
        assert subject.kit is not None
        subject.kit.lists.close()
        (forget if name == "cold" else recall)(subject.list_folder)
        applied = _Applied()
        with applied.watched():
            run = subject.sync(day)
        _told(f"100,000 changes, {name}", run)
        print(f"  of which applied: {applied.seconds:.2f} s")
        aim(f"sync.large_night_{name}_s", applied.seconds, target)


class _Applied:
    """Seconds inside `Replica.apply`, everything that reads and checks rows included."""

    seconds = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count while the block runs."""
        apply = Replica.apply

        def timed(*arguments: Any, **options: Any) -> Any:
            began = perf_counter()
            try:
                return apply(*arguments, **options)
            finally:
                self.seconds += perf_counter() - began

        with patch.object(Replica, "apply", timed):
            yield


def _screenings(subject: Subject) -> None:
    subject.change(100_000, 4)
    documents = unlisted(subject.listing, 1000, Capture.MACHINE)
    kit = KitHome.open(subject.folder / "kit", PASSPHRASE, "check")
    assert subject.kit is not None and subject.line is not None
    courier_kit, line = subject.kit.reopen(), subject.line
    during(kit.lists.open(_NAME), documents, lambda: _sync_alone(line, courier_kit, subject.at(4)))
    kit.close()


def _sync_alone(line: SatelliteLine, kit: KitHome, now: datetime) -> None:
    line.run(kit, RunOptions(), clock=Clock(read=lambda: now))


def _month(subject: Subject) -> None:
    """Thirty days in which 30,000 records change; the kit sleeps."""
    for day in (9, 16, 23, 30, 31, 32):
        subject.change(5000, day)
    fetched: list[object] = []
    assert subject.kit is not None and subject.line is not None
    clock = Clock(read=lambda: subject.at(32))
    run = subject.line.run(subject.kit, subject.means, clock=clock, after_apply=fetched.append)
    assert run.report.lists[0].way is SyncMethod.DELTA, run.report
    _told(f"30 days behind, 30,000 changes, {len(fetched)} files", run)
    aim("sync.month_files", len(fetched), 3)


def _night(listing: Listing, additions: int, seed: int) -> PackedRows:
    """Newly reported documents, ascending by key."""
    chance, sealer = np.random.default_rng(seed), Sealer(SALT)
    keys_found, bodies = [], []
    for series, chosen in listing.unlisted(additions, seed):
        keys_found.append(keys_of(sealer, series, chosen))
        bodies.append(facts_of(_reported(series, chosen, chance)))
    found, first = np.unique(np.concatenate(keys_found), return_index=True)
    kept = np.sort(chance.permutation(len(found))[:additions])
    return PackedRows(found[kept], np.concatenate(bodies)[first][kept])


def _reported(series: Series, chosen: Characters, chance: np.random.Generator) -> Chunk:
    count = len(chosen)
    theft = UNTIL.toordinal() + 1 - np.minimum(chance.exponential(NIGHT_DAYS, count).astype(np.int64), 3000)
    fraud = chance.choice(len(FRAUDS), count, p=(0.36, 0.56, 0.04, 0.04))
    abroad = chance.integers(1, 200, count)
    return Chunk(
        series=series,
        numbers=chosen,
        fraud=fraud,
        theft=theft,
        theft_country=np.where(chance.random(count) < 0.7, country_index(series.country), abroad),
        issued=theft - chance.integers(0, 3650, count),
        expires=theft + chance.integers(0, 3650, count),
        review=theft + np.where(fraud == FRAUDS.index(Fraud.STOLEN_BLANK), 10957, 1826),
    )
