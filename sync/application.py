"""Applies one sealed file to a list: opened, checked against the manifest, taken in one transaction.

The file is what was signed; here it is held against where the list stands. Whatever does not fit leaves the list
as it was.
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from data.errors import Damaged, TrustError
from data.lists.edition import Edition
from data.lists.kinds import kind
from data.lists.packed_rows import PackedRows, Shared
from data.lists.packed_view import PackedView
from data.lists.replica import Replica
from data.lists.row import Row, batches
from sync.limits import LIMITS
from sync.manifest import Manifest
from sync.payload import Header, Payload, PayloadReader
from sync.planner import Step
from sync.sealed_file import unseal

_INTEGER_BYTES = 8


class Application:
    """One file about to be applied to one list. `close` it, or use it as a context manager."""

    def __init__(self, replica: Replica, manifest: Manifest, step: Step, path: Path, key: bytes) -> None:
        self._replica = replica
        self._before = replica.edition()
        self._file = path.open("rb")
        try:
            self._payload = PayloadReader(unseal(self._file, key))
            self._edition = self._checked(self._payload.header, manifest, step)
        except BaseException:
            self._file.close()
            raise
        self._kept: int | None = 0
        """Rows of a snapshot that were here before, as long as that can be counted."""

    def __enter__(self) -> "Application":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def removed_at_least(self) -> int:
        """How many rows will go, as far as one knows before."""
        header = self._payload.header
        if header.payload is Payload.DELTA:
            return header.removed
        return max(0, (self._before.count if self._before else 0) - header.rows)

    def run(self) -> int:
        """Apply it; returns how many rows went.

        Raises:
            TrustError: it does not add up to what was signed.
            StoreError: it does not fit the version in force.
        """
        header = self._payload.header
        if header.payload is Payload.SNAPSHOT and self._packed:
            return self._replace_packed()
        rows = self._fitting(self._payload.rows())
        if header.payload is Payload.DELTA:
            self._replica.apply(self._edition, header.since, self._payload.removed(), rows)
            return header.removed
        if self._before is None:
            self._replica.replace(self._edition, rows)
            return 0
        at_least = self.removed_at_least
        self._replica.replace(self._edition, self._counting_kept(rows))
        return at_least if self._kept is None else self._before.count - self._kept

    @property
    def _packed(self) -> bool:
        module = kind(self._replica.kind)
        return module.KEY_TYPE == module.BODY_TYPE == "INTEGER"

    def _replace_packed(self) -> int:
        """`run` for a snapshot of a list that may be too long to be taken row by row."""
        at_least, before = self.removed_at_least, self._before
        with closing(self._packed_counted()) as parts:
            self._replica.replace_packed(self._edition, parts)
        return at_least if self._kept is None or before is None else before.count - self._kept

    def _packed_counted(self) -> Generator[PackedRows, None, None]:
        with ExitStack() as reading:
            shared = self._shared(reading) if self._before else None
            for part in self._payload.packed_rows():
                shared = _counted(shared, part)
                yield part
        self._kept = shared.count if shared else None

    def _shared(self, reading: ExitStack) -> Shared | None:
        try:
            view = reading.enter_context(self._replica.read())
        except Damaged:
            return None  # the old files cannot say; the new ones are what mends them
        return Shared(view.packed_rows()) if isinstance(view, PackedView) else None

    def _checked(self, header: Header, manifest: Manifest, step: Step) -> Edition:
        edition = header.edition
        expected = (manifest.list, self._replica.kind, step.to, step.since)
        if (edition.list, edition.kind, edition.version, header.since) != expected:
            raise TrustError(
                f"A file of {manifest.list} holds something else than its manifest says", means="The old list stays."
            )
        if header.since and self._before is not None and edition.salt != self._before.salt:
            raise TrustError(f"A change of {manifest.list} is sealed with another salt", means="The old list stays.")
        if step.to != manifest.version:
            return edition
        # The manifest is newer than the file where headquarters looked again and nothing had changed.
        return replace(edition, as_of=manifest.as_of, published=manifest.published, source_date=manifest.source_date)

    def _fitting(self, rows: Iterator[Row]) -> Iterator[Row]:
        module = kind(self._replica.kind)
        key_bytes, body_bytes = (
            _INTEGER_BYTES if sql_type == "INTEGER" else None for sql_type in (module.KEY_TYPE, module.BODY_TYPE)
        )
        for row in rows:
            if key_bytes not in (None, len(row.key)) or body_bytes not in (None, len(row.body)):
                raise TrustError(f"A row of {self._replica.name} has another size than its kind", means="It stays.")
            yield row

    def _counting_kept(self, rows: Iterator[Row]) -> Iterator[Row]:
        for batch in batches(rows):
            if self._kept is not None:
                self._kept = self._add_kept(self._kept, [row.key for row in batch])
            yield from batch

    def _add_kept(self, kept: int, keys: list[bytes]) -> int | None:
        try:
            with self._replica.read() as view:
                return kept + len(view.get_many(keys))
        except Damaged:
            return None  # the old files cannot say; the new ones are what mends them


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
