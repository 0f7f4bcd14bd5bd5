"""The records of a bulk list in headquarters' store: by bucket, as they are in force, with what every run changed.

- A bucket is a Parquet file of the records in force after one run, and one of what each run took and brought, both as
  values in the encrypted database: one transaction covers them like everything else. Nothing is overwritten without
  its change being kept.
- When the changes since a bucket was written are many, it is written anew. So a run writes what changed, and over the
  months each bucket now and then.
- Buckets are made by key, so a list whose salt changed is dealt anew, as is one that grew out of its buckets.
- A list of an earlier Waypost, whose records lie one by one in `record`, is moved here when it is first needed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl
from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select

from data.documents.sealed_keys import Sealer
from data.errors import Damaged
from data.lists.kinds import documents
from data.text import _
from sync.headquarters.bulk.buckets import Spill, bits_for, deal, split
from sync.headquarters.bulk.record_columns import IDENTITY, KEPT, NO_RECORDS, SEEN, split_identities, to_columns
from sync.headquarters.store import tables
from sync.headquarters.store.database import RESTORE
from sync.headquarters.store.list_table import StoredList
from sync.headquarters.store.run_table import OriginRuns

GONE = {"gone": pl.Boolean()}
CHANGES = pl.Schema({**KEPT, **GONE})
"""What a run took out of a bucket (`gone`) and put into it; who is in both was changed."""
_REWRITE_SHARE = 0.15
"""Changes since a bucket was written, in records of it, from which it is written anew."""
_PAGE = 10_000

_lists = tables.bulk_lists
_buckets = tables.buckets
_changes = tables.bucket_changes
_records = tables.records


@dataclass(frozen=True, slots=True)
class BucketChange:
    """What an import run did to a bucket; the columns are `KEPT`."""

    gone: pl.DataFrame
    come: pl.DataFrame

    @property
    def count(self) -> int:
        """Records, both ways."""
        return len(self.gone) + len(self.come)


class BucketReader:
    """What the buckets of one list hold; changes nothing."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._known = connection.execute(select(_lists).where(_lists.c.list == name)).one_or_none()
        self._dealt = self._known.dealt if self._known else 0
        """The run after which the records were dealt; what earlier ones changed was in other buckets."""

    def buckets(self) -> list[int]:
        """The buckets that hold or held a record."""
        written = select(_buckets.c.bucket).where(_buckets.c.list == self._name)
        changed = select(_changes.c.bucket).where(_changes.c.list == self._name, _changes.c.run > self._dealt)
        return sorted(self._connection.scalars(written.union(changed)))

    def read(self, bucket: int, before: int | None = None) -> pl.DataFrame:
        """The records of a bucket that are in force (`KEPT`), or were before the run `before`."""
        base = self._connection.execute(
            select(_buckets.c.run, _buckets.c.body).where(*self._of(_buckets, bucket))
        ).one_or_none()
        since, records = (base.run, _unpack(base.body, KEPT)) if base else (self._dealt, NO_RECORDS)
        newer = select(_changes.c.body).where(*self._of(_changes, bucket), _changes.c.run > since)
        if before is not None:
            newer = newer.where(_changes.c.run < before)
        bodies = self._connection.scalars(newer.order_by(_changes.c.run, _changes.c.part)).all()
        if not bodies:
            return records
        changes = pl.concat([_unpack(body, CHANGES) for body in bodies])
        last = changes.unique(subset=[*IDENTITY], keep="last", maintain_order=True)
        stay = records.join(last, on=[*IDENTITY], how="anti")
        return pl.concat([stay, last.filter(~pl.col("gone")).drop("gone")])

    def find_origin(self, entry: StoredList, identity: str) -> OriginRuns | None:
        """Where a record came from that is in force or was withdrawn since the records were dealt; else None."""
        wanted = split_identities([identity])
        for bucket in self._buckets_of(wanted, entry):
            if origin := _origin(self.read(bucket).join(wanted, on=[*IDENTITY], how="semi")):
                return origin
            query = select(_changes.c.run, _changes.c.body).where(*self._of(_changes, bucket))
            newer = query.where(_changes.c.run > self._dealt).order_by(_changes.c.run.desc())
            for run, body in self._connection.execute(newer):
                gone = _unpack(body, CHANGES).filter("gone").join(wanted, on=[*IDENTITY], how="semi")
                if origin := _origin(gone, run):
                    return origin
        return None

    def _buckets_of(self, wanted: pl.DataFrame, entry: StoredList) -> list[int]:
        if self._known is None or wanted.is_empty():
            return []
        if self._known.salt_epoch != entry.salt_epoch:  # they are dealt anew at the next import or publication
            return self.buckets()
        return [bucket for bucket, _records in split(deal(wanted, Sealer(entry.salt), self._known.bits))]

    def _of(self, table: Table, bucket: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return table.c.list == self._name, table.c.bucket == bucket


class RecordStore(BucketReader):
    """The records of one list after its import run `run`, inside the caller's transaction; spills into `folder`."""

    def __init__(self, connection: Connection, entry: StoredList, run: int, folder: Path) -> None:
        super().__init__(connection, entry.name)
        self._salt_epoch = entry.salt_epoch
        self._run = run
        self._folder = folder
        self.sealer = Sealer(entry.salt)
        self.bits = self._open()

    def make_room(self, count: int) -> None:
        """Deal the records anew where `count` of them would be far too many for the buckets there are."""
        if bits_for(count) > self.bits + bool(self.buckets()):
            since = self._connection.execute(select(_lists.c.since).where(_lists.c.list == self._name)).scalar_one()
            self.bits = self._deal_anew(self._every(), bits_for(count), since)

    def write(self, bucket: int, run: int, change: BucketChange) -> None:
        """Keep what a run changed; call `settle` when it changed all that it does."""
        if not change.count:
            return
        if not self._run:  # the first import: what it brought is what there is
            self._write_bucket(bucket, run, change.come.select(KEPT.names()))
            return
        gone = change.gone.with_columns(pl.lit(value=True).alias("gone"))
        come = change.come.with_columns(pl.lit(value=False).alias("gone"))
        both = pl.concat([frame.select(CHANGES.names()).cast(CHANGES) for frame in (gone, come)])
        part = select(func.count()).select_from(_changes).where(*self._of(_changes, bucket), _changes.c.run == run)
        values = {"run": run, "part": self._connection.scalar(part), "count": change.count, "body": _pack(both)}
        self._connection.execute(insert(_changes).values(list=self._name, bucket=bucket, **values))

    def settle(self, run: int) -> None:
        """Write the buckets anew of which that is due."""
        for bucket in self.buckets():
            if self._is_due(bucket):
                self._write_bucket(bucket, run, self.read(bucket))

    def knows_since(self, run: int) -> bool:
        """Whether `changes_since` has all of it."""
        since = self._connection.execute(select(_lists.c.since).where(_lists.c.list == self._name)).scalar_one()
        return run > 0 and run >= since

    def changes_since(self, run: int) -> Iterator[pl.DataFrame]:
        """What later runs took and brought (`CHANGES`), whichever bucket it was in then."""
        columns = _changes.c.bucket, _changes.c.run, _changes.c.part
        query = select(*columns).where(_changes.c.list == self._name, _changes.c.run > run)
        for bucket, *which in self._connection.execute(query.order_by(*columns[1:])).all():
            is_it = [column == value for column, value in zip(columns[1:], which, strict=True)]
            body = select(_changes.c.body).where(*self._of(_changes, bucket), *is_it)
            yield _unpack(self._connection.execute(body).scalar_one(), CHANGES)

    def _open(self) -> int:
        known = self._known
        if known is None:
            return self._move_in()
        if known.salt_epoch != self._salt_epoch:
            return self._deal_anew(self._every(), known.bits, known.since)
        return int(known.bits)

    def _move_in(self) -> int:
        """Take the records over that an earlier Waypost kept one by one."""
        in_force = _records.c.list == self._name, _records.c.valid_to.is_(None)
        count = self._connection.scalar(select(func.count()).select_from(_records).where(*in_force)) or 0
        bits = self._deal_anew(self._singly(in_force), bits_for(count), self._run)
        self._connection.execute(delete(_records).where(*in_force))
        return bits

    def _singly(self, in_force: Sequence[ColumnElement[bool]]) -> Iterator[pl.DataFrame]:
        columns = _records.c.body, _records.c.valid_from, _records.c.seen
        for page in self._connection.execute(select(*columns).where(*in_force)).partitions(_PAGE):
            origin = {
                "run": [row.valid_from for row in page],
                "seen": [row.seen if row.seen < self._run else None for row in page],
            }
            frame = to_columns(documents.from_json(row.body) for row in page)
            yield frame.hstack(pl.DataFrame(origin, schema={"run": KEPT["run"], **SEEN})).select(KEPT.names())

    def _every(self) -> Iterator[pl.DataFrame]:
        return map(self.read, self.buckets())

    def _deal_anew(self, frames: Iterable[pl.DataFrame], bits: int, since: int) -> int:
        with Spill(self._folder, KEPT) as spill:
            for frame in frames:
                spill.add(deal(frame, self.sealer, bits))
            for table in (_buckets, _lists):
                self._connection.execute(delete(table).where(table.c.list == self._name))
            facts = {"list": self._name, "bits": bits, "salt_epoch": self._salt_epoch}
            self._connection.execute(insert(_lists).values(**facts, since=since, dealt=self._run))
            self._dealt = self._run
            for bucket in spill.buckets():
                self._write_bucket(bucket, self._run, spill.take(bucket))
        return bits

    def _write_bucket(self, bucket: int, run: int, records: pl.DataFrame) -> None:
        self._connection.execute(delete(_buckets).where(*self._of(_buckets, bucket)))
        values = {"list": self._name, "bucket": bucket, "run": run, "count": len(records), "body": _pack(records)}
        self._connection.execute(insert(_buckets).values(values))

    def _is_due(self, bucket: int) -> bool:
        written = self._connection.execute(
            select(_buckets.c.run, _buckets.c.count).where(*self._of(_buckets, bucket))
        ).one_or_none()
        run, size = written or (self._dealt, 0)
        newer = select(func.sum(_changes.c.count)).where(*self._of(_changes, bucket), _changes.c.run > run)
        return int(self._connection.scalar(newer) or 0) > _REWRITE_SHARE * size


def _origin(record: pl.DataFrame, withdrawn: int | None = None) -> OriginRuns | None:
    if record.is_empty():
        return None
    row = record.row(0, named=True)
    return OriginRuns(row["run"], row["seen"], withdrawn, row["file"] or None, row["line"] or None)


def _pack(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
    return buffer.getvalue()


def _unpack(body: bytes, schema: pl.Schema) -> pl.DataFrame:
    try:
        return pl.read_parquet(BytesIO(body)).select(schema.names()).cast(schema)
    except pl.exceptions.PolarsError as problem:
        raise Damaged(_("Records of a list cannot be read"), do=RESTORE) from problem
