"""Digest and count of a list while rows come and go, held against what headquarters signed."""

from collections.abc import Iterable, Sequence

from data.errors import TrustError
from data.lists.edition import Edition
from data.lists.fixed_digest import MODULUS, digest_of
from data.lists.packed_rows import PackedRows
from data.lists.row import Row, add_to_digest, take_from_digest


class Tally:
    """Digest and count of a list while rows come and go."""

    def __init__(self, digest: int, count: int) -> None:
        self._digest = digest
        self._count = count

    def take(self, rows: Iterable[Row]) -> None:
        """Rows went out."""
        gone = list(rows)
        self._digest = take_from_digest(self._digest, gone)
        self._count -= len(gone)

    def add(self, rows: Sequence[Row]) -> None:
        """Rows came in."""
        self._digest = add_to_digest(self._digest, rows)
        self._count += len(rows)

    def add_packed(self, rows: PackedRows) -> None:
        """Rows of fixed width came in."""
        self._digest = (self._digest + digest_of(rows)) % MODULUS
        self._count += len(rows.keys)

    def must_equal(self, edition: Edition) -> None:
        """TrustError unless the rows are what `edition` says."""
        if (self._digest, self._count) != (edition.digest, edition.count):
            raise TrustError(
                f"Version {edition.version} of {edition.list} does not add up "
                f"({self._count} rows, {edition.count} signed)",
                means="Nothing was changed; the old list stays.",
            )
