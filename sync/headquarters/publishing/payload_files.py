"""Decides which sealed files lead to a list's newest version: what is there already, and what has to be made.

- Files are sealed under the newest key. One under an older key stays as long as it leads to a version that was
  published under that key: whoever has the key may read that version.
- A snapshot in parts stays as long as the deltas behind it cost little, since a first load of a full-size list takes
  days; one that is a single file is made for each version.
- A kit up to twelve weeks behind needs at most three deltas. Days, weeks and four weeks are counted from 1 January
  1970, UTC. A period's *end version* is the version that was the newest when the period ended.

    daily     from the end versions of the last seven days, and from the version before, to the newest version
    weekly    from the end versions of four weeks to that of the last week that ended
    28-day    from three end versions to that of the last four weeks that ended

- A delta fits every version from where it starts up to where it leads (`row_table`), so a kit between two end versions
  takes the one from the earlier of them. The day at which a week ended is among the seven days, and the week at which
  four weeks ended among the four, so the three steps always join. Before the first version, the first version is used.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from sqlalchemy import Connection

from data.errors import TrustError
from sync.formats.download_plan import plan_downloads
from sync.formats.manifest import Delta, FileLetter, Manifest, SealedFile, Snapshot
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.file_maker import DeltaRange, FileMaker
from sync.headquarters.store import payload_table
from sync.headquarters.store.list_table import PastVersion, StoredList, past_versions
from sync.headquarters.store.payload_table import FilesInForce
from sync.limits import LIMITS

_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
_PERIODS = ((timedelta(days=7), 4), (timedelta(days=28), 3))
_DAY, _DAYS = timedelta(days=1), 7


def scheduled_deltas(versions: Sequence[PastVersion], now: datetime) -> tuple[DeltaRange, ...]:
    """The deltas that should be there; `versions` ascend, the last is the newest."""
    return tuple(
        dict.fromkeys(delta_range for delta_range in _delta_ranges(versions, now) if delta_range.since < delta_range.to)
    )


@dataclass(frozen=True, slots=True)
class ManifestFiles:
    """What a manifest names."""

    snapshot: Snapshot
    digests: SealedFile | None
    deltas: tuple[Delta, ...]

    def manifest(self, entry: StoredList, version: int, now: datetime, *, urgent: bool = False) -> Manifest:
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
            schema=entry.schema,
        )


class PayloadFiles:
    """The files of one list, inside the caller's transaction."""

    def __init__(self, home: HeadquartersHome, connection: Connection, entry: StoredList, now: datetime) -> None:
        self._connection = connection
        self._entry = entry
        self._now = now
        self._maker = FileMaker(home, connection, entry)
        self._in_force = FilesInForce(connection, entry.name, home.public / "lists" / entry.name)

    def bring_up_to(self, newest: int) -> ManifestFiles:
        """Make the files that version `newest` still needs; drop those that are too old."""
        versions = past_versions(self._connection, self._entry)
        epochs = {past.number: past.key_epoch for past in versions}
        deltas = tuple(
            self._delta(delta_range, epochs[delta_range.to]) for delta_range in scheduled_deltas(versions, self._now)
        )
        snapshot = self._in_force.snapshot()
        parts: tuple[SealedFile, ...] = self._in_force.parts() if snapshot else ()
        if snapshot is None or not self._serves(snapshot, deltas, newest, epochs):
            snapshot, parts = self._maker.snapshot(newest)
        digests = self._digests(newest) if parts else None
        self._in_force.keep(FileLetter.DELTA, (delta.file for delta in deltas))
        self._in_force.keep(FileLetter.SNAPSHOT, [snapshot.file])
        self._in_force.keep(FileLetter.PART, parts)
        self._in_force.keep(FileLetter.DIGESTS, [digests] if digests else [])
        return ManifestFiles(snapshot, digests, deltas)

    def _delta(self, delta_range: DeltaRange, published_under: int) -> Delta:
        existing = self._in_force.file(
            FileLetter.DELTA, delta_range.since, delta_range.to, {self._entry.key_epoch, published_under}
        )
        return Delta(delta_range.since, delta_range.to, existing or self._maker.delta(delta_range))

    def _digests(self, newest: int) -> SealedFile:
        existing = self._in_force.file(FileLetter.DIGESTS, newest, 0, {self._entry.key_epoch})
        return existing or self._maker.digests(
            newest, payload_table.read_part_digests(self._connection, self._entry.name)
        )

    def _serves(self, snapshot: Snapshot, deltas: tuple[Delta, ...], newest: int, epochs: Mapping[int, int]) -> bool:
        """Whether a snapshot that is there still does for version `newest`."""
        if snapshot.file.epoch != self._entry.key_epoch or snapshot.version not in epochs:
            return False
        if snapshot.version == newest or not snapshot.parts_bytes:
            return snapshot.version == newest
        manifest = ManifestFiles(snapshot, None, deltas).manifest(self._entry, newest, self._now)
        try:
            behind = plan_downloads(manifest, snapshot.version, lambda file: file.size).missing
        except TrustError:  # no deltas lead from there to here any longer
            return False
        return behind <= LIMITS.snapshot_share * snapshot.parts_bytes


def _delta_ranges(versions: Sequence[PastVersion], now: datetime) -> Iterator[DeltaRange]:
    newest = versions[-1].number
    if len(versions) > 1:
        yield DeltaRange(versions[-2].number, newest)
    for back in range(_DAYS):
        yield DeltaRange(_newest_before(versions, _last_period_end(now, _DAY) - back * _DAY), newest)
    for period, count in _PERIODS:
        ended = _last_period_end(now, period)
        for back in range(1, count + 1):
            yield DeltaRange(_newest_before(versions, ended - back * period), _newest_before(versions, ended))


def _last_period_end(now: datetime, period: timedelta) -> datetime:
    """When the last whole period ended."""
    return _ORIGIN + (now - _ORIGIN) // period * period


def _newest_before(versions: Sequence[PastVersion], at: datetime) -> int:
    """The newest version that was published before `at`; the first where there was none."""
    times = list(accumulate((version.at for version in versions), max))  # a clock that was set back makes no new files
    place = bisect_left(times, at)
    return versions[max(place - 1, 0)].number
