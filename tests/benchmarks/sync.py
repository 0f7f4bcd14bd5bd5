"""Files on the wire and applied: sealed documents and persons, a night's changes, a month behind.

Headquarters and kit are the real ones, over a folder. The rows of the document list are put into headquarters' store in
bulk, as its publisher would after an import; everything behind that is what a publication and a courier do. A night's
new records are reported thefts: most of them of the last weeks (`NIGHT_DAYS`), nine in ten changes additions.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
from sqlalchemy import Connection, update

from data import keys
from data.clock import Clock, system_time
from data.documents.countries import index_of
from data.documents.record import Fraud
from data.documents.sealing import Sealer
from data.home import KitHome
from data.lists.kinds import documents
from data.lists.packed_rows import PackedRows, numbers
from data.lists.packed_view import merged
from provisioning.enrol import init_kit
from provisioning.synthetic_sltd.listing import FRAUDS, UNTIL, Chunk, Listing
from provisioning.synthetic_sltd.numbers import Characters, Series
from sync import courier
from sync.headquarters import next_version, row_table, tables
from sync.headquarters.enrolment import enrol
from sync.headquarters.list_table import (
    Urgency,
    Version,
    add_version,
    listed,
    newest_version,
    open_list,
    set_compared,
)
from sync.headquarters.part_table import PartDigests
from sync.headquarters.publisher import PublishReport, found_headquarters, publish
from sync.list_sync import Way
from sync.report import ListSynced
from tests.benchmarks.documents_data import SALT, Published, facts_of, keys_of
from tests.benchmarks.documents_timing import forget
from tests.benchmarks.report import aim, machine

SIZE = 1_000_000
NIGHT_DAYS = 15
"""Mean age of a theft on the night it is reported, in days."""

_NAME = "sltd"
_PASSPHRASE = "seven lanterns at the ford"


def run(size: int | None = None) -> None:
    """`SIZE` sealed documents; figures of 10,000,000 are the ones that the aims name."""
    machine("zstandard", "numpy", "sqlcipher3", "cryptography")
    keys.MEMORY_KIB, keys.PASSES = 64, 1  # what a passphrase costs is no part of it
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
        self.start = system_time()
        self.hq = found_headquarters(folder / "hq", _PASSPHRASE)
        self.kit: KitHome | None = None

    def at(self, day: float) -> datetime:
        """A time some days after the beginning."""
        return self.start + timedelta(days=day)

    def put(self, rows: Callable[[Connection, int], Iterator[PackedRows]], day: float) -> Version:
        """The next version, as the publisher makes it of an import's rows."""
        with self.hq.changing(), self.hq.store.transaction() as connection:
            open_list(connection, _NAME, documents.NAME, "sltd-csv", self.at(day))
            connection.execute(update(tables.lists).values(salt=SALT))
            entry, before = listed(connection, _NAME), newest_version(connection, _NAME)
            assert entry is not None
            digests, fresh = PartDigests(connection, _NAME), rows(connection, before.number)
            step = next_version.compare_packed(connection, _NAME, before.number, fresh, digests, Urgency.ORDINARY)
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
            gone = numbers(sorted({row.key for row in found if row is not None}))
            come = _night(self.listing, count - count // 10, seed)
            low = 0
            for old in row_table.packed_pages_at(connection, _NAME, before):
                high = int(old.keys[-1])
                inside = (come.keys >= low) & (come.keys <= high)
                yield merged(old, PackedRows(come.keys[inside], come.bodies[inside]), gone)
                low = high + 1
            yield PackedRows(come.keys[come.keys >= low], come.bodies[come.keys >= low])

        return rows

    def publish(self, day: float) -> PublishReport:
        """Publish at a day."""
        return publish(self.hq, now=self.at(day))

    def sync(self, day: float) -> tuple[ListSynced, int, float]:
        """Run the courier: what it did, bytes in all, seconds."""
        assert self.kit is not None
        began = perf_counter()
        report = courier.run(self.kit, clock=Clock(read=lambda: self.at(day)))
        assert report.ok, report
        return report.lists[0], report.bytes, perf_counter() - began

    def enrol(self) -> None:
        """Make the kit."""
        enrol(self.hq, "post", str(self.hq.public), self.folder / "secret")
        self.kit = init_kit(self.folder / "kit", _PASSPHRASE, self.folder / "secret")


def _documents(subject: Subject) -> None:
    began = perf_counter()
    version = subject.put(lambda *_: Published(subject.listing, subject.listing.size // 2000, subject.folder).parts, 0)
    print(f"{version.count:,} sealed rows put into the store: {perf_counter() - began:.1f} s")
    first = subject.publish(0)
    print(f"published: {first.seconds:.1f} s, snapshot {first.lists[0].snapshot_bytes:,} bytes "
          f"({first.lists[0].snapshot_bytes / version.count:.2f} a row)")  # fmt: skip
    subject.enrol()
    synced, received, seconds = subject.sync(0)
    assert synced.way is Way.SNAPSHOT
    print(f"first load: {received:,} bytes, {seconds:.1f} s")
    _, received, seconds = subject.sync(0)
    print(f"nothing new: {received:,} bytes, {seconds:.2f} s")
    aim("sync.nothing_new_bytes", received, 3000)
    _night_of(subject, 1, 10_000, "night")
    aim_bytes = _night_of(subject, 2, 100_000, "large_night")
    print(f"100,000 changes are {aim_bytes:,} bytes")
    _month(subject)


def _night_of(subject: Subject, day: int, count: int, name: str) -> int:
    began = perf_counter()
    subject.put(subject.changed(count, day), day)
    compared = perf_counter() - began
    report = subject.publish(day)
    assert subject.kit is not None
    subject.kit.lists.close()
    forget(subject.folder / "kit" / "lists" / _NAME)
    synced, received, seconds = subject.sync(day)
    assert synced.way is Way.DELTA, synced
    changes = report.lists[0]
    print(f"{count:,} changes: compared in {compared:.1f} s, published in {report.seconds:.1f} s; {received:,} bytes "
          f"on the wire (file {changes.delta_bytes:,}); cold, all told: {seconds:.2f} s")  # fmt: skip
    if name == "night":
        aim("sync.night_bytes", received, 90_000)
    else:
        aim("sync.large_night_cold_s", seconds, 2)
    return changes.delta_bytes


def _month(subject: Subject) -> None:
    """Thirty days in which 30,000 records change; the kit sleeps."""
    for day in (9, 16, 23, 30, 31, 32):
        subject.put(subject.changed(5000, day), day)
        subject.publish(day)
    fetched: list[object] = []
    assert subject.kit is not None
    began = perf_counter()
    report = courier.run(subject.kit, clock=Clock(read=lambda: subject.at(32)), after_apply=fetched.append)
    assert report.ok and report.lists[0].way is Way.DELTA, report
    print(
        f"30 days behind, 30,000 changes: {len(fetched)} files, {report.bytes:,} bytes, {perf_counter() - began:.2f} s"
    )
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
        theft_country=np.where(chance.random(count) < 0.7, index_of(series.country), abroad),
        issued=theft - chance.integers(0, 3650, count),
        expires=theft + chance.integers(0, 3650, count),
        review=theft + np.where(fraud == FRAUDS.index(Fraud.STOLEN_BLANK), 10957, 1826),
    )
