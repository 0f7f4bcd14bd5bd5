"""Digest and counts of a list while rows come and go, held against what headquarters signed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from data.errors import TrustError
from data.lists.contents import ListContents
from data.lists.edition import Edition
from data.lists.rows import MODULUS, PackedRows, Row, add_to_digest, digest_packed, take_from_digest
from data.text import _


class ChangeCounts(NamedTuple):
    """Rows that came and rows that went; a replaced row is both, one that was there already neither."""

    rows_added: int
    rows_removed: int
    replaced: int = 0
    """How many of those that went did so for another with their key."""
    contents: ListContents | None = None
    """What the list holds then, if its kind says more than its rows."""

    @property
    def removed(self) -> int:
        """Keys that are no longer there."""
        return self.rows_removed - self.replaced


class RunningDigest:
    """Digest and count of a list while rows come and go."""

    def __init__(self, digest: int, count: int) -> None:
        self._digest = digest
        self._count = count
        self.counts = ChangeCounts(0, 0)

    def take(self, rows: Sequence[Row]) -> None:
        """Rows went out."""
        self._digest = take_from_digest(self._digest, rows)
        self._count -= len(rows)
        self.counts = self.counts._replace(rows_removed=self.counts.rows_removed + len(rows))

    def replace(self, rows: Sequence[Row]) -> None:
        """Rows went out for others with their keys, which `add` brings in."""
        self.take(rows)
        self.counts = self.counts._replace(replaced=self.counts.replaced + len(rows))

    def add(self, rows: Sequence[Row]) -> None:
        """Rows came in."""
        self._digest = add_to_digest(self._digest, rows)
        self._count += len(rows)
        self.counts = self.counts._replace(rows_added=self.counts.rows_added + len(rows))

    def add_packed(self, rows: PackedRows) -> None:
        """Rows of fixed width came in."""
        self._digest = (self._digest + digest_packed(rows)) % MODULUS
        self._count += len(rows.keys)

    def require_equal(self, edition: Edition) -> None:
        """TrustError unless the rows are what `edition` says."""
        if (self._digest, self._count) != (edition.digest, edition.count):
            raise TrustError(
                _(
                    "Version {version} of {list} does not match its signature ({rows} rows, {signed} signed)",
                    version=edition.version,
                    list=edition.list,
                    rows=self._count,
                    signed=edition.count,
                ),
                means=_("Nothing was changed. The old list stays."),
            )

    def edition(self, like: Edition) -> Edition:
        """`like`, with the digest and the count that came out."""
        return replace(like, digest=self._digest, count=self._count)


class RowChanges(NamedTuple):
    """Keys that go and rows that come, as a delta tells them."""

    removals: list[bytes]
    additions: list[Row]
