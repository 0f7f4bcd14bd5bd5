"""Decides which sealed files lead to a list's newest version: what is there already, and what has to be made.

- Files are sealed under the newest key. One under an older key stays as long as it leads to a version that was
  published under that key: whoever has the key may read that version.
- A snapshot in parts stays as long as the deltas behind it cost little, since a first load of a full-size list takes
  days; one that is a single file is made for each version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from data.errors import TrustError
from sync.formats.manifest import Delta, Letter, Manifest, SealedFile, Snapshot
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.file_maker import FileMaker
from sync.headquarters.publishing.schedule import Way, ways
from sync.headquarters.store import part_table
from sync.headquarters.store.list_table import Listed, past_versions
from sync.headquarters.store.payload_table import FilesInForce
from sync.limits import LIMITS
from sync.planner import plan


@dataclass(frozen=True, slots=True)
class Files:
    """What a manifest names."""

    snapshot: Snapshot
    digests: SealedFile | None
    deltas: tuple[Delta, ...]

    def manifest(self, entry: Listed, version: int, now: datetime, *, urgent: bool = False) -> Manifest:
        """The manifest of `version` with these files."""
        return Manifest(
            list=entry.name,
            version=version,
            key_epoch=entry.key_epoch,
            salt_epoch=entry.salt_epoch,
            as_of=entry.as_of,
            published=now,
            source_date=entry.source_date,
            urgent=urgent,
            snapshot=self.snapshot,
            deltas=self.deltas,
            digests=self.digests,
        )


class PayloadFiles:
    """The files of one list, inside the caller's transaction."""

    def __init__(self, home: HeadquartersHome, connection: Connection, entry: Listed, now: datetime) -> None:
        self._connection = connection
        self._entry = entry
        self._now = now
        self._maker = FileMaker(home, connection, entry)
        self._kept = FilesInForce(connection, entry.name, home.public / "lists" / entry.name)

    def bring_up_to(self, newest: int) -> Files:
        """Make what version `newest` needs and lacks; forget what is too old."""
        versions = past_versions(self._connection, self._entry)
        epochs = {past.number: past.key_epoch for past in versions}
        deltas = tuple(self._delta(way, epochs[way.to]) for way in ways(versions, self._now))
        snapshot = self._kept.snapshot()
        parts: tuple[SealedFile, ...] = self._kept.parts() if snapshot else ()
        if snapshot is None or not self._serves(snapshot, deltas, newest, epochs):
            snapshot, parts = self._maker.snapshot(newest)
        digests = self._digests(newest) if parts else None
        self._kept.keep(Letter.DELTA, (delta.file for delta in deltas))
        self._kept.keep(Letter.SNAPSHOT, [snapshot.file])
        self._kept.keep(Letter.PART, parts)
        self._kept.keep(Letter.DIGESTS, [digests] if digests else [])
        return Files(snapshot, digests, deltas)

    def _delta(self, way: Way, published_under: int) -> Delta:
        kept = self._kept.file(Letter.DELTA, way.since, way.to, {self._entry.key_epoch, published_under})
        return Delta(way.since, way.to, kept or self._maker.delta(way))

    def _digests(self, newest: int) -> SealedFile:
        kept = self._kept.file(Letter.DIGESTS, newest, 0, {self._entry.key_epoch})
        return kept or self._maker.digests(newest, part_table.digests(self._connection, self._entry.name))

    def _serves(self, snapshot: Snapshot, deltas: tuple[Delta, ...], newest: int, epochs: Mapping[int, int]) -> bool:
        """Whether a snapshot that is there still does for version `newest`."""
        if snapshot.file.epoch != self._entry.key_epoch or snapshot.version not in epochs:
            return False
        if snapshot.version == newest or not snapshot.parts_bytes:
            return snapshot.version == newest
        manifest = Files(snapshot, None, deltas).manifest(self._entry, newest, self._now)
        try:
            behind = plan(manifest, snapshot.version, lambda file: file.size).missing
        except TrustError:  # no deltas lead from there to here any more
            return False
        return behind <= LIMITS.snapshot_share * snapshot.parts_bytes
