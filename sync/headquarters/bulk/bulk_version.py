"""The rows that a bulk list publishes: all of them for its first version, later those that its changed records touch.

A key is touched where a record under it came, went or changed. What stands there now is told by all records in force
under it, since several share a row; so those are looked up, and nobody else's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from data.documents.document_record import DocumentRecord, Fraud
from data.lists.kinds import documents
from data.lists.rows import NO_ROWS, Numbers, PackedRows, concatenate_rows, pack_rows
from sync.headquarters.bulk.buckets import RANGES, Spill, deal
from sync.headquarters.bulk.record_columns import FIELDS, IDENTITY, facts, keys, to_records
from sync.headquarters.bulk.record_store import RecordStore

MOST_TOUCHED = 10_000_000
"""Changed records from which on all rows are made anew: fewer are compared in memory."""
_KEY_PARTS = ("country", "number")
_TOUCHED = pl.Schema({name: FIELDS[name] for name in IDENTITY})


@dataclass(frozen=True, slots=True)
class TouchedRows:
    """Keys that changed records touch, ascending, and the rows that stand there now, ascending; equal keys follow each
    other.
    """

    keys: Numbers
    rows: PackedRows


def every_row(store: RecordStore, salt: bytes) -> Iterator[PackedRows]:
    """The rows of all records in force, ascending; equal keys follow each other."""
    ranges = _sort(_range_rows(store, salt))
    start = 0
    for bucket in range(1 << store.bits):
        rows = _single_rows(store, store.read(bucket))
        end = int(np.searchsorted(ranges.keys, np.uint64((bucket + 1 << 64 - store.bits) - 1), "right"))
        yield _sort(concatenate_rows([rows, PackedRows(ranges.keys[start:end], ranges.bodies[start:end])]))
        start = end


def touched_rows(store: RecordStore, salt: bytes, run: int, folder: Path) -> TouchedRows | None:
    """What runs after `run` touched; None where that is more than can be compared in memory. Spills into `folder`."""
    with Spill(folder, _TOUCHED) as spill:
        for changes in store.changes_since(run):
            spill.add(deal(changes.select(IDENTITY), store.sealer, store.bits))
        if spill.count > MOST_TOUCHED:
            return None
        parts = [_touched(store, spill, bucket, salt) for bucket in spill.buckets()]
    touched = np.unique(np.concatenate([part.keys for part in parts])) if parts else NO_ROWS.keys
    return TouchedRows(touched, _sort(concatenate_rows([part.rows for part in parts])) if parts else NO_ROWS)


def _touched(store: RecordStore, spill: Spill, bucket: int, salt: bytes) -> TouchedRows:
    changed = spill.take(bucket).unique()
    if bucket == RANGES:
        rows = _range_rows(store, salt)
        gone = (DocumentRecord(**row, fraud=Fraud.STOLEN_BLANK) for row in changed.iter_rows(named=True))
        touched = _rows_of_ranges(gone, salt).keys
    else:
        touched = keys(changed, store.sealer)
        rows = _single_rows(store, store.read(bucket).join(changed, on=_KEY_PARTS, how="semi"))
    stand = np.isin(rows.keys, touched)
    return TouchedRows(touched, PackedRows(rows.keys[stand], rows.bodies[stand]))


def _single_rows(store: RecordStore, records: pl.DataFrame) -> PackedRows:
    return PackedRows(keys(records, store.sealer), facts(records))


def _range_rows(store: RecordStore, salt: bytes) -> PackedRows:
    return _rows_of_ranges(to_records(store.read(RANGES)), salt)


def _rows_of_ranges(ranges: Iterable[DocumentRecord], salt: bytes) -> PackedRows:
    return concatenate_rows([NO_ROWS, *pack_rows(documents.rows(ranges, salt))])


def _sort(rows: PackedRows) -> PackedRows:
    order = np.argsort(rows.keys, kind="stable")
    return PackedRows(rows.keys[order], rows.bodies[order])
