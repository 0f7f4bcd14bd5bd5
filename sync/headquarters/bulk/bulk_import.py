"""One import run over a bulk list: what `record_table.RecordImport` does for others, bucket by bucket.

First everything that the files hold is dealt into buckets. Then each bucket is compared with what was in force: what is
new or changed is kept at once, what is missing waits until it is known which rows could not be read.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path

import polars as pl
from sqlalchemy import Connection

from data.certificates.trust_record import Unproved
from data.lists.contents import ListContents, count_rows
from data.lists.kinds import documents
from sync.headquarters.bulk.buckets import BUCKET, RANGES, Spill, deal, split
from sync.headquarters.bulk.record_columns import (
    CONTENT,
    IDENTITY,
    KEPT,
    NO_RECORDS,
    PLACE,
    READ,
    identities,
    split_identities,
    to_records,
)
from sync.headquarters.bulk.record_store import BucketChange, RecordStore
from sync.headquarters.store.import_run import NAMED_RECORDS, Doubts, RepeatedRecord
from sync.headquarters.store.list_table import StoredList
from sync.headquarters.store.run_table import past_imports

_NO_NAMES = pl.Series("identity", [], pl.String)


class BulkImport:
    """One import run, inside the caller's transaction; what waits spills into `folder`. Close it at the end.

    `expected`: how many records the files hold, about; the list gets buckets for so many.
    """

    def __init__(self, connection: Connection, entry: StoredList, run: int, folder: Path, expected: int) -> None:
        self._run = run
        self._earlier = [past for past in past_imports(connection, entry.name) if past.run < run]
        self._previous_run = self._earlier[-1].run if self._earlier else 0
        self._published_run = entry.run
        self.has_earlier = bool(self._earlier)
        """Whether the list was imported before."""
        self._store = RecordStore(connection, entry, self._previous_run, folder)
        self._store.make_room(expected)
        self._new = Spill(folder, READ)
        self._missing = Spill(folder, KEPT)
        self.before = ListContents()
        """What the list held before."""
        self.added = 0
        self.changed = 0
        self.unchanged = 0
        self.read = 0
        """Records that the files hold in a usable form."""
        self._removed = 0
        self._unexplained = 0
        """Records that are kept only because a refused row may be any of them, less the number of such rows."""
        self._retained_names = _NO_NAMES
        self._withdrawn = _NO_NAMES
        self._ranges_before = NO_RECORDS
        self._withdrawn_ranges = NO_RECORDS

    def close(self) -> None:
        """Let go of what waits."""
        self._new.close()
        self._missing.close()

    def load(self, records: Iterator[pl.DataFrame]) -> Iterator[RepeatedRecord]:
        """Take columns (`record_columns.READ`) and compare them with what was in force; yields what is there twice."""
        for frame in records:
            self._new.add(deal(frame, self._store.sealer, self._store.bits))
        total = 0
        for bucket in sorted({*self._store.buckets(), *self._new.buckets()}):
            old = self._store.read(bucket)
            total += len(old)
            self._ranges_before = old if bucket == RANGES else self._ranges_before
            new = self._new.take(bucket)
            if new.select(IDENTITY).is_duplicated().any():
                new, repeated = _split_repeated(new)
                yield from repeated
            self._sort_in(bucket, old, new)
        self.before = count_rows(total)

    def find_earlier(self, names: Iterable[str]) -> set[str]:
        """Those of the identities `names` that were in force before this run."""
        if not self.has_earlier:
            return set()
        return self._find(names, lambda bucket: self._store.read(bucket, self._run))

    def refuse_unproved(self, *, is_accepted: bool) -> list[Unproved]:
        """No document is proved by another."""
        del is_accepted
        return []

    def find_moved(self) -> list[str]:
        """A number that another record has belongs to that one."""
        return []

    def find_shrunk(self) -> list[str]:
        """Missing ranges of which the files have a part: one with the same first or last number."""
        gone = list(to_records(self._missing.take(RANGES)))
        if not gone:
            return []
        singles = self._find(documents.first_numbers(gone), self._seen_now)
        return list(documents.find_shrunk(gone, to_records(self._seen_now(RANGES)), singles))

    def withdraw_missing(self, doubts: Doubts) -> tuple[int, int]:
        """Close what this run did not see, less what is kept; returns how many records went, and how many are kept."""
        named = split_identities(sorted(doubts.identities))
        retained_count = 0
        for bucket in self._missing.buckets():
            missing = self._missing.take(bucket)
            is_named = missing.join(named, on=IDENTITY, how="semi")
            others = missing.join(named, on=IDENTITY, how="anti")
            anybody = others.filter(_may_be_anybody(doubts))
            self._unexplained += len(anybody)
            gone = others.filter(~_may_be_anybody(doubts))
            stays = pl.concat([is_named, anybody])
            retained_count += len(stays)
            self._retained_names = _first_names(self._retained_names, stays)
            self._withdraw(bucket, gone, stays)
        self._unexplained = max(0, self._unexplained - doubts.new_unread - doubts.known_unread)
        self._store.settle(self._run)
        return self._removed, retained_count

    def find_kept(self) -> list[str]:
        """Identities of the first `NAMED_RECORDS` records that are kept, sorted."""
        return self._retained_names.to_list()

    def find_withdrawn(self) -> list[str]:
        """Identities of the first `NAMED_RECORDS` records that this run withdrew, sorted."""
        return self._withdrawn.to_list()

    def measure_after(self) -> ListContents:
        """What the list holds after `withdraw_missing`."""
        return count_rows(self.before.rows.total + self.added - self._removed)

    def measure_accounted_for(self, after: ListContents) -> ListContents:
        """What of `after` the files account for: what they hold, and one record for each row that may be anybody's."""
        return count_rows(after.rows.total - self._unexplained)

    def count_losses(self) -> tuple[int, int, int]:
        """A document has no names, dates of birth and documents to lose."""
        return 0, 0, 0

    def count_lost_numbers(self, share: float) -> tuple[int, int]:
        """How many document numbers went with whole ranges, of how many that the list stood for.

        Counted only where they may be more than `share` of it (0 to 1); else none of none.
        """
        lost = sum(map(documents.count_numbers, to_records(self._withdrawn_ranges)))
        rows = self.before.rows.total
        if lost <= share * rows:
            return 0, 0
        ranges = sum(map(documents.count_numbers, to_records(self._ranges_before)))
        return lost, rows - len(self._ranges_before) + ranges

    def is_published(self) -> bool:
        """Whether any import of the list was published."""
        return bool(self._published_run)

    def measure_published(self) -> ListContents | None:
        """What the list held when it was published last; None where that was after the import before this one."""
        if self._published_run in (0, self._previous_run):
            return None
        later = [past.notes.counts for past in self._earlier if past.run > self._published_run]
        grown = sum(counts.get("added", 0) - counts.get("removed", 0) for counts in later)
        return count_rows(self.before.rows.total - grown)

    def _sort_in(self, bucket: int, old: pl.DataFrame, new: pl.DataFrame) -> None:
        both = old.join(new, on=IDENTITY, how="inner", suffix="_new", maintain_order="right")
        differs = pl.any_horizontal([pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in CONTENT])
        changed, same = both.filter(differs), both.filter(~differs)
        added = new if both.is_empty() else new.join(old, on=IDENTITY, how="anti", maintain_order="left")
        missing = old if both.is_empty() else old.join(new, on=IDENTITY, how="anti")
        seen_again = same.filter(pl.col("seen").is_not_null()).select(KEPT.names())
        newer = [pl.col(f"{name}_new").alias(name) for name in (*CONTENT, *PLACE)]
        come = [
            *(self._brought(frame) for frame in (added, changed.with_columns(newer))),
            seen_again.with_columns(_not_seen_since(None)),
        ]
        gone = [changed.select(KEPT.names()), seen_again]
        self._store.write(bucket, self._run, BucketChange(pl.concat(gone), pl.concat(come)))
        self._missing.add(missing.with_columns(pl.lit(bucket, pl.Int16()).alias(BUCKET)))
        self.added += len(added)
        self.changed += len(changed)
        self.unchanged += len(same)
        self.read += len(new)

    def _brought(self, records: pl.DataFrame) -> pl.DataFrame:
        run = pl.lit(self._run, KEPT["run"]).alias("run")
        return records.with_columns(run, _not_seen_since(None)).select(KEPT.names())

    def _withdraw(self, bucket: int, gone: pl.DataFrame, stays: pl.DataFrame) -> None:
        newly = stays.filter(pl.col("seen").is_null())
        come = newly.with_columns(_not_seen_since(self._previous_run))
        self._store.write(bucket, self._run, BucketChange(pl.concat([gone, newly]), come))
        self._removed += len(gone)
        if bucket == RANGES:
            self._withdrawn_ranges = gone
        self._withdrawn = _first_names(self._withdrawn, gone)

    def _seen_now(self, bucket: int) -> pl.DataFrame:
        return self._store.read(bucket).join(self._missing.take(bucket), on=IDENTITY, how="anti")

    def _find(self, names: Iterable[str], read: Callable[[int], pl.DataFrame]) -> set[str]:
        wanted = deal(split_identities(sorted(names)), self._store.sealer, self._store.bits)
        names_there: set[str] = set()
        for bucket, some in split(wanted):
            names_there |= {*identities(read(bucket).join(some, on=IDENTITY, how="semi"))}
        return names_there


def _may_be_anybody(doubts: Doubts) -> pl.Expr:
    """Whether a refused row that does not say whose it is may be a missing record.

    One that the import before met as well can only be a record that was missing then, too.
    """
    if doubts.new_unread:
        return pl.lit(value=True)
    return pl.col("seen").is_not_null() if doubts.known_unread else pl.lit(value=False)


def _first_names(names: pl.Series, records: pl.DataFrame) -> pl.Series:
    """The first `NAMED_RECORDS` of some identities and those of more records, sorted."""
    return pl.concat([names, identities(records)]).sort().head(NAMED_RECORDS)


def _not_seen_since(run: int | None) -> pl.Expr:
    return pl.lit(run, KEPT["seen"]).alias("seen")


def _split_repeated(new: pl.DataFrame) -> tuple[pl.DataFrame, Iterator[RepeatedRecord]]:
    """The first record of each identity, and those that came later: what says the same once, with how often it came."""
    numbered = new.with_row_index("place")
    first = numbered.unique(subset=[*IDENTITY], keep="first", maintain_order=True)
    later = numbered.join(first, on="place", how="anti", maintain_order="left")
    pairs = later.join(first, on=IDENTITY, how="left", suffix="_first", maintain_order="left")
    is_same = pairs.select(
        pl.all_horizontal([pl.col(name).eq_missing(pl.col(f"{name}_first")) for name in CONTENT]).alias("same")
    )["same"]
    times = later.filter(is_same).group_by(IDENTITY, maintain_order=True).len("times")
    same = first.join(times, on=IDENTITY, how="inner", maintain_order="right")
    repeated = chain(
        map(RepeatedRecord, to_records(same), repeat(True), same["times"]),
        map(RepeatedRecord, to_records(later.filter(~is_same)), repeat(False)),
    )
    return first.drop("place"), repeated
