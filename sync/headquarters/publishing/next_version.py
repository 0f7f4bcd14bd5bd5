"""Makes the next version of a list from its records: seals them, compares them with what is in force, keeps both.

- Rows of any width are put into `fresh_row` and compared in the database, rows of fixed width in bulk, as columns in
  order of key (`sync.headquarters.publishing.comparison`). Memory grows with neither.
- Records that share a key become one row (`Kind.merge`). When nothing differs the version stays what it was.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, select, update

from data.lists import sorting
from data.lists.columns import Columns
from data.lists.fixed_digest import MODULUS
from data.lists.kinds import Kind
from data.lists.packed_rows import EMPTY, PackedRows
from data.lists.row import Row, batches, pack, row_digest
from sync.headquarters.publishing.comparison import compared, one_a_key, without
from sync.headquarters.store import row_table, tables
from sync.headquarters.store.list_table import Listed, Urgency, Version
from sync.headquarters.store.number_table import used_upto
from sync.headquarters.store.part_table import PartDigests
from sync.headquarters.store.record_table import records_in_force

_rows = tables.rows
_fresh = tables.fresh


@dataclass(frozen=True, slots=True)
class Step:
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


NOTHING = Step(0, 0, 0)


def advance(
    connection: Connection, entry: Listed, kind: Kind, before: Version, folder: Path, urgency: Urgency
) -> tuple[Version, Step]:
    """The version after `before`, with its rows kept, and what it changed; sorting spills into `folder`.

    An urgent one only takes away what the records no longer make; what they make anew waits for the next. Where numbers
    are passed over there is a new version though nothing changed: kits may have another one under the old number.
    """
    used = used_upto(connection, entry.name, before.number)
    number = used + 1
    digests = PartDigests(connection, entry.name)
    rows = kind.rows(records_in_force(connection, entry.name, kind), entry.salt)
    if Columns.of(kind).packed:
        fresh = one_a_key(sorting.in_order(pack(rows), folder), kind)
        step = compare_packed(connection, entry.name, (before.number, number), fresh, digests, urgency)
    else:
        _fill(connection, kind, rows)
        step = _compare(connection, entry.name, number, digests, urgency)
    if before.number and step == NOTHING and used == before.number:
        return before, step
    digests.save()
    digest = (before.digest + digests.moved) % MODULUS
    return Version(number, digest, before.count + step.added - step.removed), step


def compare_packed(
    connection: Connection,
    name: str,
    numbers: tuple[int, int],
    fresh: Iterator[PackedRows],
    digests: PartDigests,
    urgency: Urgency,
) -> Step:
    """Keep what differs between a version and the ascending rows `fresh` of the next; returns how much that is.

    `numbers`: of that version (0 for none) and of the next.
    """
    before, number = numbers
    added = changed = removed = 0
    older = row_table.packed_pages_at(connection, name, before) if before else iter(())
    for gone, come, both in compared(older, fresh):
        if urgency is Urgency.URGENT:
            gone, come, both = without(gone, come.keys), EMPTY, 0
        row_table.close_rows(connection, name, number, gone.keys)
        row_table.open_rows(connection, name, number, come)
        digests.take_packed(gone)
        digests.add_packed(come)
        added, changed, removed = added + len(come.keys) - both, changed + both, removed + len(gone.keys) - both
    return Step(added, changed, removed)


def _fill(connection: Connection, kind: Kind, rows: Iterable[Row]) -> None:
    connection.execute(delete(_fresh))
    number = count()
    for batch in batches(rows):
        values = [{"key": row.key, "n": next(number), "body": row.body} for row in batch]
        connection.execute(insert(_fresh), values)
    _merge_shared(connection, kind)


def _merge_shared(connection: Connection, kind: Kind) -> None:
    shared = connection.scalars(select(_fresh.c.key).group_by(_fresh.c.key).having(func.count() > 1)).all()
    for key in shared:
        bodies = connection.scalars(select(_fresh.c.body).where(_fresh.c.key == key)).all()
        connection.execute(delete(_fresh).where(_fresh.c.key == key))
        connection.execute(insert(_fresh).values(key=key, n=0, body=kind.merge([bytes(body) for body in bodies])))


def _compare(connection: Connection, name: str, number: int, digests: PartDigests, urgency: Urgency) -> Step:
    in_force = and_(_rows.c.list == name, _rows.c.valid_to.is_(None))
    same = exists().where(_fresh.c.key == _rows.c.key)
    if urgency is Urgency.ORDINARY:
        same = same.where(_fresh.c.body == _rows.c.body)
    else:
        connection.execute(delete(_fresh).where(~exists().where(in_force, _rows.c.key == _fresh.c.key)))
    went = connection.execute(update(_rows).where(in_force, ~same).values(valid_to=number)).rowcount
    held = exists().where(in_force, _rows.c.key == _fresh.c.key)
    new = select(literal(name), _fresh.c.key, literal(number), _fresh.c.body).where(~held)
    came = connection.execute(insert(_rows).from_select(["list", "key", "valid_from", "body"], new)).rowcount
    connection.execute(delete(_fresh))
    for row in row_table.rows_that_went(connection, name, number):
        digests.move(row.key, -row_digest(row))
    for row in row_table.rows_that_came(connection, name, number):
        digests.move(row.key, row_digest(row))
    removed = len(row_table.removed_keys(connection, name, number - 1, number))
    return Step(added=came - (went - removed), changed=went - removed, removed=removed)
