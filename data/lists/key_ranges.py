"""Ranges of a list's keys: their rows and digests, and a list put together from sound ranges and fetched ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from data import store
from data.errors import Damaged
from data.lists.rows import WIDTH, PackedRows, Row, add_to_digest, digest_packed, unpack_rows
from data.lists.running_digest import ChangeCounts, RowChanges
from data.lists.view import View
from data.log.error_log import log_error

RangeRows = list[Row] | PackedRows
"""Ascending rows."""


def first_key(rows: RangeRows) -> bytes:
    """The key of the first row; empty where there is none."""
    if isinstance(rows, PackedRows):
        return int(rows.keys[0]).to_bytes(WIDTH, "big") if len(rows.keys) else b""
    return rows[0].key if rows else b""


def count_rows(rows: RangeRows) -> int:
    """How many rows it has."""
    return len(rows.keys) if isinstance(rows, PackedRows) else len(rows)


def digest_range(rows: RangeRows) -> int:
    """The sum of its rows' digests."""
    return digest_packed(rows) if isinstance(rows, PackedRows) else add_to_digest(0, rows)


def chain_rows(ranges: Iterable[RangeRows]) -> Iterator[Row]:
    """All rows of some ranges, one after the other."""
    return chain.from_iterable(unpack_rows(rows) if isinstance(rows, PackedRows) else rows for rows in ranges)


def read_range_digest(view: View, first: bytes, end: bytes | None) -> int | None:
    """The digest of the rows from key `first` up to `end`; None where they cannot be read."""
    try:
        return digest_range(view.read_range(first, end))
    except (Damaged, store.DatabaseError) as error:
        log_error(error)
        return None


def pair_bounds(starts: Sequence[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
    """First key of each range, and of the one behind it."""
    return zip(starts, [*starts[1:], None], strict=True)


class RangeRepair:
    """Puts one list together, and counts which rows come and go."""

    def __init__(
        self, starts: Sequence[bytes], replacements: Mapping[int, RangeRows], changes: Sequence[RowChanges]
    ) -> None:
        self._bounds = list(pair_bounds(starts))
        self._replacements = replacements
        self.counts = ChangeCounts(
            sum(len(change.additions) for change in changes), sum(len(change.removals) for change in changes)
        )
        """At most: what the changes say, and in what the replacements differ as far as the old ones can be read."""

    def merge_ranges(self, view: View) -> Iterator[RangeRows]:
        """All of the list, in order of key."""
        for place, (first, end) in enumerate(self._bounds):
            if place not in self._replacements:
                yield view.read_range(first, end)
                continue
            rows = self._replacements[place]
            try:
                self._count(view.read_range(first, end), rows)
            except (Damaged, store.DatabaseError) as error:
                log_error(error)  # what cannot be read cannot be compared
            yield rows

    def _count(self, old: RangeRows, new: RangeRows) -> None:
        before, after = (set(unpack_rows(rows) if isinstance(rows, PackedRows) else rows) for rows in (old, new))
        added, removed = len(after - before), len(before - after)
        self.counts = ChangeCounts(self.counts.rows_added + added, self.counts.rows_removed + removed)
