"""Makes the next version of a list from its records: seals them, compares them with what is in force, keeps both.

- Rows are put into `fresh_row` and compared in the database, those of a bulk list as columns, both versions side by
  side in order of key. Memory grows with neither.
- Records that share a key become one row (`Kind.merge`). When nothing differs the version stays what it was.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, select, update

from data.lists.kinds import Kind
from data.lists.rows import (
    MODULUS,
    NO_ROWS,
    Numbers,
    PackedRows,
    Row,
    concatenate_rows,
    digest_row,
    split_batches,
    to_numbers,
    to_row_bytes,
)
from sync.headquarters.bulk import is_bulk
from sync.headquarters.store import row_table, tables
from sync.headquarters.store.list_table import StoredList, Urgency, Version, is_resealed, used_upto
from sync.headquarters.store.payload_table import PartDigests
from sync.headquarters.store.record_table import records_in_force

_rows = tables.rows
_fresh = tables.fresh


def merge_equal_keys(parts: Iterator[PackedRows], kind: Kind) -> Iterator[PackedRows]:
    """One row for each key, from ascending rows in which equal keys follow each other."""
    pending = NO_ROWS
    for part in parts:
        rows = concatenate_rows([pending, part])
        if not len(rows.keys):
            continue
        last = int(np.searchsorted(rows.keys, rows.keys[-1]))  # more of this key may follow
        pending = _cut(rows, last, len(rows.keys))
        if last:
            yield _merge_group(_cut(rows, 0, last), kind)
    if len(pending.keys):
        yield _merge_group(pending, kind)


def compare_rows(
    older: Iterator[PackedRows], newer: Iterator[PackedRows]
) -> Iterator[tuple[PackedRows, PackedRows, int]]:
    """Range by range: rows that only `older` has, rows that only `newer` has, and how many keys are in both."""
    old, new = _refill(NO_ROWS, older), _refill(NO_ROWS, newer)
    while len(old.keys) or len(new.keys):
        last = min(rows.keys[-1] for rows in (old, new) if len(rows.keys))
        places = [int(np.searchsorted(rows.keys, last, "right")) for rows in (old, new)]
        yield _difference(_cut(old, 0, places[0]), _cut(new, 0, places[1]))
        old, new = _cut(old, places[0], len(old.keys)), _cut(new, places[1], len(new.keys))
        old, new = _refill(old, older), _refill(new, newer)


def drop_keys(rows: PackedRows, keys: Numbers) -> PackedRows:
    """Those of `rows` whose keys are not among `keys`."""
    return _drop_places(rows, np.flatnonzero(np.isin(rows.keys, keys)))


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """What a new version changed. Counts are rows."""

    added: int
    changed: int
    removed: int

    @property
    def came(self) -> int:
        """Rows that are new or replace another."""
        return self.added + self.changed

    @property
    def went(self) -> int:
        """Rows that are no longer there, or were replaced."""
        return self.removed + self.changed


NO_CHANGE = VersionDiff(0, 0, 0)


def make_next_version(
    connection: Connection, entry: StoredList, kind: Kind, before: Version, folder: Path, urgency: Urgency
) -> tuple[Version, VersionDiff]:
    """The version after `before`, with its rows kept, and what it changed; a bulk list spills into `folder`.

    An urgent one only removes rows that no record makes any more; new rows wait for the next one. Where numbers
    are passed over there is a new version though nothing changed: kits may have another one under the old number.
    """
    used = used_upto(connection, entry.name, before.number)
    number = used + 1
    digests = PartDigests(connection, entry.name)
    if is_bulk(kind):
        step = _make_bulk(connection, entry, kind, (before.number, number), folder, digests, urgency)
    else:
        _fill(connection, kind, kind.rows(records_in_force(connection, entry.name, kind), entry.salt))
        step = _compare_in_database(connection, entry.name, number, digests, urgency)
    if before.number and step == NO_CHANGE and used == before.number:
        return before, step
    digests.save()
    digest = (before.digest + digests.moved) % MODULUS
    return Version(number, digest, before.count + step.added - step.removed), step


def _make_bulk(
    connection: Connection,
    entry: StoredList,
    kind: Kind,
    numbers: tuple[int, int],
    folder: Path,
    digests: PartDigests,
    urgency: Urgency,
) -> VersionDiff:
    """Keep the rows of the next version of a bulk list; `numbers` as in `compare_packed`."""
    from sync.headquarters.bulk.bulk_version import every_row, touched_rows  # with polars: for bulk lists only
    from sync.headquarters.bulk.record_store import RecordStore

    before, number = numbers
    store = RecordStore(connection, entry, entry.newest_run, folder)
    if not before:
        return _write_first(
            connection, entry.name, number, merge_equal_keys(every_row(store, entry.salt), kind), digests
        )
    touched = None
    if store.knows_since(entry.run) and not is_resealed(connection, entry, before):
        touched = touched_rows(store, entry.salt, entry.run, folder)
    if touched is None:
        fresh = merge_equal_keys(every_row(store, entry.salt), kind)
        return compare_packed(connection, entry.name, numbers, fresh, digests, urgency)
    fresh = merge_equal_keys(iter([touched.rows]), kind)
    return compare_packed(connection, entry.name, numbers, fresh, digests, urgency, touched.keys)


def _write_first(
    connection: Connection, name: str, number: int, rows: Iterator[PackedRows], digests: PartDigests
) -> VersionDiff:
    added = 0

    def count_rows() -> Iterator[PackedRows]:
        nonlocal added
        for part in rows:
            digests.add_packed(part)
            added += len(part.keys)
            yield part

    row_table.write_blocks(connection, name, number, count_rows())
    return VersionDiff(added, 0, 0)


def compare_packed(
    connection: Connection,
    name: str,
    numbers: tuple[int, int],
    fresh: Iterator[PackedRows],
    digests: PartDigests,
    urgency: Urgency,
    touched: Numbers | None = None,
) -> VersionDiff:
    """Keep what differs between a version and the ascending rows `fresh` of the next; returns how much that is.

    `numbers`: of that version (0 for none) and of the next. `touched`: the keys, ascending, that `fresh` is about; None
    for all.
    """
    before, number = numbers
    added = changed = removed = 0
    blocks = row_table.find_blocks(connection, name)
    older = row_table.packed_pages_at(connection, name, before) if before else iter(())
    if touched is not None:
        older = (_keep_keys(page, touched) for page in older)
    for gone, come, both in compare_rows(older, fresh):
        if urgency is Urgency.URGENT:
            gone, come, both = drop_keys(gone, come.keys), NO_ROWS, 0
        row_table.close_rows(connection, name, number, gone, blocks)
        row_table.open_rows(connection, name, number, come)
        digests.take_packed(gone)
        digests.add_packed(come)
        added, changed, removed = added + len(come.keys) - both, changed + both, removed + len(gone.keys) - both
    return VersionDiff(added, changed, removed)


def _keep_keys(rows: PackedRows, keys: Numbers) -> PackedRows:
    """Those of ascending `rows` whose keys are among the ascending `keys`."""
    if not len(rows.keys):
        return rows
    first, end = np.searchsorted(keys, rows.keys[[0, -1]])
    is_among = np.isin(rows.keys, keys[first : end + 1], assume_unique=True)
    return PackedRows(rows.keys[is_among], rows.bodies[is_among])


def _difference(old: PackedRows, new: PackedRows) -> tuple[PackedRows, PackedRows, int]:
    _, ours, theirs = np.intersect1d(old.keys, new.keys, assume_unique=True, return_indices=True)
    same = old.bodies[ours] == new.bodies[theirs]
    gone, come = _drop_places(old, ours[same]), _drop_places(new, theirs[same])
    return gone, come, int((~same).sum())


def _merge_group(rows: PackedRows, kind: Kind) -> PackedRows:
    starts = np.flatnonzero(np.concatenate([[True], rows.keys[1:] != rows.keys[:-1]]))
    if len(starts) == len(rows.keys):
        return rows
    bodies, ends = rows.bodies[starts], np.append(starts[1:], len(rows.keys))
    for place in np.flatnonzero(ends - starts > 1).tolist():
        shared = to_row_bytes(rows.bodies[starts[place] : ends[place]])
        bodies[place] = to_numbers([kind.merge(shared)])[0]
    return PackedRows(rows.keys[starts], bodies)


def _refill(rows: PackedRows, more: Iterator[PackedRows]) -> PackedRows:
    while not len(rows.keys):
        following = next(more, None)
        if following is None:
            return NO_ROWS
        rows = following
    return rows


def _drop_places(rows: PackedRows, places: NDArray[np.intp]) -> PackedRows:
    return PackedRows(np.delete(rows.keys, places), np.delete(rows.bodies, places))


def _cut(rows: PackedRows, start: int, end: int) -> PackedRows:
    return PackedRows(rows.keys[start:end], rows.bodies[start:end])


def _fill(connection: Connection, kind: Kind, rows: Iterable[Row]) -> None:
    connection.execute(delete(_fresh))
    number = count()
    for batch in split_batches(rows):
        values = [{"key": row.key, "n": next(number), "body": row.body} for row in batch]
        connection.execute(insert(_fresh), values)
    _merge_shared(connection, kind)


def _merge_shared(connection: Connection, kind: Kind) -> None:
    shared = connection.scalars(select(_fresh.c.key).group_by(_fresh.c.key).having(func.count() > 1)).all()
    for key in shared:
        bodies = connection.scalars(select(_fresh.c.body).where(_fresh.c.key == key)).all()
        connection.execute(delete(_fresh).where(_fresh.c.key == key))
        connection.execute(insert(_fresh).values(key=key, n=0, body=kind.merge([bytes(body) for body in bodies])))


def _compare_in_database(
    connection: Connection, name: str, number: int, digests: PartDigests, urgency: Urgency
) -> VersionDiff:
    in_force = and_(_rows.c.list == name, _rows.c.valid_to.is_(None))
    same = exists().where(_fresh.c.key == _rows.c.key)
    if urgency is Urgency.ORDINARY:
        same = same.where(_fresh.c.body == _rows.c.body)
    else:
        connection.execute(delete(_fresh).where(~exists().where(in_force, _rows.c.key == _fresh.c.key)))
    closed = connection.execute(update(_rows).where(in_force, ~same).values(valid_to=number)).rowcount
    is_present = exists().where(in_force, _rows.c.key == _fresh.c.key)
    new = select(literal(name), _fresh.c.key, literal(number), _fresh.c.body).where(~is_present)
    opened = connection.execute(insert(_rows).from_select(["list", "key", "valid_from", "body"], new)).rowcount
    connection.execute(delete(_fresh))
    for row in row_table.rows_that_went(connection, name, number):
        digests.move(row.key, -digest_row(row))
    for row in row_table.rows_that_came(connection, name, number):
        digests.move(row.key, digest_row(row))
    removed = len(row_table.removed_keys(connection, name, number - 1, number))
    return VersionDiff(added=opened - (closed - removed), changed=closed - removed, removed=removed)
