"""Applies one verified step to a list: held against where the list stands, taken in one transaction.

What does not add up, goes beyond its bounds or hides one of its canaries leaves the list as it was.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

from data.errors import Damaged, TrustError
from data.lists.edition import Edition
from data.lists.kinds import kind
from data.lists.packed_rows import PackedRows, Shared
from data.lists.packed_view import PackedView
from data.lists.replica import Replica
from data.lists.row import Row, batches
from sync.acceptance import Acceptance
from sync.formats.manifest import Manifest
from sync.formats.payload import Canary, Form, Header, PayloadReader
from sync.limits import LIMITS
from sync.snapshot_parts import Parts
from sync.trust.bounds import Bounds

_INTEGER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Target:
    """A list of this kit, and what its manifest and policy say of it."""

    replica: Replica
    manifest: Manifest
    bounds: Bounds

    def edition(self, header: Header) -> Edition:
        """The edition a payload leads to, with the newest dates."""
        edition, manifest = header.edition, self.manifest
        if edition.version != manifest.version:
            return edition
        # The manifest is newer than the file where headquarters looked again and nothing had changed.
        return replace(edition, as_of=manifest.as_of, published=manifest.published, source_date=manifest.source_date)

    def acceptance(self, header: Header, canaries: tuple[Canary, ...]) -> Acceptance:
        """Who looks at the list before it comes into force."""
        return Acceptance(self.bounds, self.replica.edition(), self.edition(header), self.replica.drift, canaries)


def apply_delta(target: Target, reader: PayloadReader) -> int:
    """Apply a delta; returns how many rows it took away.

    Raises:
        TrustError: it does not add up to what was signed, or goes beyond its bounds.
        StoreError: it does not fit the version in force.
    """
    header, before = reader.header, target.replica.edition()
    if before is not None and header.edition.salt != before.salt:
        raise TrustError(f"A change of {before.list} is sealed with another salt", means="The old list stays.")
    rows = fitting(target.replica, reader.rows())
    accept = target.acceptance(header, header.canaries)
    edition = target.edition(header)
    return target.replica.apply(edition, header.since, reader.removed(), rows, accept.change).removed


def apply_snapshot(target: Target, header: Header, source: PayloadReader | Parts) -> int:
    """Take a whole version; returns how many rows are no longer there.

    Raises:
        TrustError: it does not add up to what was signed, or goes beyond its bounds.
    """
    accept, edition = target.acceptance(header, header.canaries), target.edition(header)
    kept = _Kept(target.replica)
    if header.form is Form.COLUMNS:
        with closing(kept.counting_packed(source.packed_rows())) as parts:
            target.replica.replace_packed(edition, parts, lambda view, _: accept.whole(view, kept.count))
    else:
        rows = kept.counting(fitting(target.replica, source.rows()))
        target.replica.replace(edition, rows, lambda view, _: accept.whole(view, kept.count))
    return accept.removed(kept.count)


def fitting(replica: Replica, rows: Iterable[Row]) -> Iterator[Row]:
    """`rows`; TrustError for one of another size than the list's kind has."""
    module = kind(replica.kind)
    key_bytes, body_bytes = (
        _INTEGER_BYTES if sql_type == "INTEGER" else None for sql_type in (module.KEY_TYPE, module.BODY_TYPE)
    )
    for row in rows:
        if key_bytes not in (None, len(row.key)) or body_bytes not in (None, len(row.body)):
            raise TrustError(f"A row of {replica.name} has another size than its kind", means="It stays.")
        yield row


class _Kept:
    """Counts rows of a snapshot whose keys were here before; None where the old files cannot say."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self.count: int | None = 0

    def counting(self, rows: Iterator[Row]) -> Iterator[Row]:
        """`rows`, counted as they come by."""
        for batch in batches(rows):
            if self.count is not None:
                self.count = self._more(self.count, [row.key for row in batch])
            yield from batch

    def counting_packed(self, parts: Iterable[PackedRows]) -> Generator[PackedRows, None, None]:
        """`parts`, counted as they come by."""
        with ExitStack() as reading:
            shared = self._shared(reading)
            for part in parts:
                shared = _counted(shared, part)
                yield part
        self.count = shared.count if shared else None

    def _more(self, count: int, keys: list[bytes]) -> int | None:
        try:
            with self._replica.read() as view:
                return count + len(view.get_many(keys))
        except Damaged:
            return None  # the new files are what mends the old ones

    def _shared(self, reading: ExitStack) -> Shared | None:
        try:
            view = reading.enter_context(self._replica.read())
        except Damaged:
            return None
        return Shared(view.packed_rows()) if isinstance(view, PackedView) else None


def _counted(shared: Shared | None, part: PackedRows) -> Shared | None:
    try:
        if shared:
            shared.add(part)
    except Damaged:
        return None
    return shared


def must_fold(replica: Replica, removed: int) -> bool:
    """Whether the overlay has to become a new base now.

    Rows that say who somebody is are not only hidden when they are withdrawn: with the old base they are gone.
    """
    waiting = replica.overlay_rows()
    edition = replica.edition()
    count = edition.count if edition else 0
    readable = not kind(replica.kind).SEALED
    bound = min(max(LIMITS.overlay_rows, int(LIMITS.overlay_share * count)), LIMITS.overlay_most)
    too_many = waiting > bound
    return too_many or (readable and removed > 0 and waiting > 0)
