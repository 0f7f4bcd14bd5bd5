"""Publishes: what was imported becomes signed versions, sealed files, envelopes and metadata.

Order: sealed files into the tree (nothing names them yet) → one transaction of the store (rows, versions,
manifests, envelopes, signed metadata) → the tree's small files, the timestamp last. A kill at any moment
leaves a tree that kits can use, and the next publication continues from the store.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from data.errors import BoundsError, InputError
from data.lists.contents import ListContents, measure_contents
from data.lists.edition import AgeBand
from data.lists.kinds import counts_contents, load_kind
from data.policy import Bounds, needs_approval
from data.text import Message, _
from sync.formats.manifest import Manifest, manifest_from_json, manifest_to_json
from sync.headquarters.ceremonies.founding import Medium, make_headquarters
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.people_reports import read_waiting, settle_waiting
from sync.headquarters.publishing.changed_secrets import apply_changed_secrets
from sync.headquarters.publishing.envelopes import write_envelopes
from sync.headquarters.publishing.metadata import SignedMetadata, signing_time
from sync.headquarters.publishing.next_version import NO_CHANGE, VersionDiff, make_next_version
from sync.headquarters.publishing.payload_files import PayloadFiles
from sync.headquarters.publishing.recovery import must_not_be_behind, waiting_for_import
from sync.headquarters.store import tree
from sync.headquarters.store.list_table import (
    StoredList,
    Urgency,
    Version,
    WaitingVersion,
    add_version,
    all_lists,
    clear_waiting,
    edition_at,
    is_resealed,
    is_urgent,
    newest_version,
    set_compared,
    set_complete,
    set_waiting,
    with_version_dates,
)
from sync.headquarters.store.row_table import counts_since, pages_at
from sync.trust.bounds import Drift, ListChange, must_be_within


@dataclass(frozen=True, slots=True)
class PublishedList:
    """One list after a publication. Counts are rows, sizes bytes of ciphertext."""

    name: str
    version: int
    new: bool
    """Whether this publication made the version."""
    added: int
    changed: int
    removed: int
    rows: int
    snapshot_bytes: int
    delta_bytes: int
    """Of the delta from the version before; 0 where there is none."""
    needs_approval: bool
    """Whether it has no row: kits look nobody up in it before the offline keys have approved it."""


@dataclass(frozen=True, slots=True)
class RefusedVersion:
    """A version that was not published because kits would refuse it; the one before stays in force."""

    name: str
    version: int
    digest: int
    what: Message
    means: Message
    do: Message


@dataclass(frozen=True, slots=True)
class ExpiredList:
    """A list of which the version in force is older than the policy allows: no kit says CLEAR with it."""

    name: str
    version: int
    as_of: datetime
    """When it was taken from its source."""
    expired_after_h: float


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What a publication did."""

    lists: tuple[PublishedList, ...]
    refused: tuple[RefusedVersion, ...]
    expired: tuple[ExpiredList, ...]
    """Of those that were published, and of those that stay as they were."""
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every list was published."""
        return not self.refused


def found_headquarters(path: Path, passphrase: str, media: Sequence[Medium] = ()) -> HeadquartersHome:
    """A new headquarters in an empty folder, with a signed tree that kits can already read.

        headquarters = found_headquarters(Path("hq"), "a sentence")
        import_list(headquarters, "sltd", "sltd-csv", [Path("sltd.csv")])
        report = publish(headquarters)

    Its offline keys go onto `media` (see `founding.found`); without any they stay in the home.
    """
    home = make_headquarters(path, passphrase, media)
    publish(home)
    return home


def publish(
    home: HeadquartersHome, *, now: datetime | None = None, urgency: Urgency = Urgency.ORDINARY
) -> PublishReport:
    """Publish everything that was imported since the last time, and renew what is about to expire.

    An urgent publication takes away what is no longer listed and leaves what is new to the next one.

    Args:
        home: of the headquarters.
        now: the time to sign with, by somebody who looked at the clock; None: the machine's, if it continues from the
            last publication.
        urgency: what of the import is published.

    Raises:
        InputError: the machine's clock jumped, or this headquarters was put back from a copy (`recovery`).
        Busy: another process is changing this headquarters.
        StoreError: a file cannot be written; the tree stays usable and the next publication continues.
    """
    start = time.monotonic()
    with home.changing():
        with home.store.transaction() as connection:
            must_not_be_behind(home, connection)
            _must_be_imported(connection, urgency)
            now = now or signing_time(connection)
            publication = _Publication(home, connection, now, urgency)
            for entry in all_lists(connection):
                publication.publish_list(entry)
            publication.sign()
            changed = apply_changed_secrets(connection, read_waiting(home))
            write_envelopes(connection, home.keyring, now)
        settle_waiting(home, changed)
        tree.project(home)
    seconds = time.monotonic() - start
    return PublishReport(
        tuple(publication.published), tuple(publication.refused), tuple(publication.find_expired()), seconds
    )


def _must_be_imported(connection: Connection, urgency: Urgency) -> None:
    """The rows of a copy, less some, would remove from kits what was added since the copy was made."""
    names = waiting_for_import(connection) if urgency is Urgency.URGENT else []
    if names:
        raise InputError(
            _("Not published yet since this headquarters was restored from a copy: {lists}", lists=", ".join(names)),
            means=_("Nothing was published."),
            do=_("First import them again from their sources and publish everything"),
        )


class _Publication:
    """One publication, inside one transaction of the store."""

    def __init__(self, home: HeadquartersHome, connection: Connection, now: datetime, urgency: Urgency) -> None:
        self._home = home
        self._connection = connection
        self._now = now
        self._urgency = urgency
        self._signed = SignedMetadata(connection, home.keyring, now)
        self._policy = self._signed.policy()
        self._manifests: dict[str, bytes] = {}
        self.published: list[PublishedList] = []
        self.refused: list[RefusedVersion] = []

    def publish_list(self, entry: StoredList) -> None:
        """Make the files and the manifest of one list, or say why not."""
        before = newest_version(self._connection, entry.name)
        try:
            with self._connection.begin_nested():
                version, step = self._next_version(entry, before)
        except _Refused as refusal:
            self.refused.append(refusal.report)
            set_waiting(self._connection, entry.name, refusal.version)
            content = self._signed.manifest(entry.name)
            if content is not None:
                self._manifests[entry.name] = content
            return
        clear_waiting(self._connection, entry.name)
        if version.number:
            self.published.append(self._make_files(entry, before, version, step))

    def sign(self) -> None:
        """Sign what leads to the manifests."""
        self._signed.publish(self._manifests)

    def find_expired(self) -> Iterator[ExpiredList]:
        """The lists that kits take for expired as soon as they have them, by the dates in their manifests."""
        for name, content in self._manifests.items():
            manifest = manifest_from_json(content, name)
            ages = self._policy.of(name).ages
            if ages.band(manifest.as_of, self._now) is AgeBand.EXPIRED:
                yield ExpiredList(name, manifest.version, manifest.as_of, ages.expired_after_h)

    def _make_files(self, entry: StoredList, before: Version, version: Version, step: VersionDiff) -> PublishedList:
        entry = with_version_dates(self._connection, entry, version.number)
        files = PayloadFiles(self._home, self._connection, entry, self._now).bring_up_to(version.number)
        urgent = is_urgent(self._connection, entry.name, version.number)
        manifest = files.manifest(entry, version.number, self._now, urgent=urgent)
        self._manifests[entry.name] = manifest_to_json(self._unless_same(manifest))
        deltas = [delta for delta in files.deltas if delta.to == version.number]
        return PublishedList(
            name=entry.name,
            version=version.number,
            new=version != before,
            added=step.added,
            changed=step.changed,
            removed=step.removed,
            rows=version.count,
            snapshot_bytes=files.snapshot.file.size + files.snapshot.parts_bytes,
            delta_bytes=max(deltas, key=lambda delta: delta.since).file.size if deltas else 0,
            needs_approval=self._needs_approval(entry, version),
        )

    def _needs_approval(self, entry: StoredList, version: Version) -> bool:
        edition = edition_at(self._connection, entry, version.number)
        return edition is not None and needs_approval(self._policy.of(entry.name).bounds, edition)

    def _next_version(self, entry: StoredList, before: Version) -> tuple[Version, VersionDiff]:
        if before.number and entry.run == entry.newest_run:
            return before, NO_CHANGE
        if not before.number and self._urgency is Urgency.URGENT:
            return before, NO_CHANGE  # there is nothing yet to take away from
        kind = load_kind(entry.kind)
        version, step = make_next_version(self._connection, entry, kind, before, self._home.making, self._urgency)
        if version != before:
            self._must_be_within(entry, before, version, step)
            if self._urgency is Urgency.URGENT:  # what is new is not in it, so its dates are the old ones
                entry = self._with_dates_of(entry, before)
            add_version(self._connection, entry, version, self._now, self._urgency)
        if self._urgency is Urgency.ORDINARY:
            set_compared(self._connection, entry)
            set_complete(self._connection, entry, version)
        return version, step

    def _with_dates_of(self, entry: StoredList, before: Version) -> StoredList:
        edition = edition_at(self._connection, entry, before.number)
        return replace(entry, as_of=edition.as_of, source_date=edition.source_date) if edition else entry

    def _must_be_within(self, entry: StoredList, before: Version, version: Version, step: VersionDiff) -> None:
        bounds = self._policy.of(entry.name).bounds
        change = ListChange(
            list=entry.name,
            since=before.number,
            rows_before=before.count,
            to=version.number,
            rows=version.count,
            digest=version.digest,
            came=step.came,
            went=step.went,
            resealed=is_resealed(self._connection, entry, before.number),
            contents=self._contents(entry, before.number, version.number),
        )
        try:
            must_be_within(bounds, change, self._drift(entry, bounds, step))
        except BoundsError as error:
            report = RefusedVersion(
                name=entry.name,
                version=version.number,
                digest=version.digest,
                what=error.what,
                means=_("Kits would refuse it. It was not published; the previous version stays in force."),
                do=_(
                    "If the change is right, have the offline keys approve it: `waypost hq approve --list {name}`",
                    name=entry.name,
                ),
            )
            waits = WaitingVersion(version.number, version.digest, version.count, step.came, step.went)
            raise _Refused(report, waits) from error

    def _contents(self, entry: StoredList, before: int, after: int) -> tuple[ListContents, ListContents] | None:
        """What the two versions hold; None for a kind of which only rows are counted, or before the first."""
        kind = load_kind(entry.kind)
        if not before or not counts_contents(kind):
            return None
        pages = (pages_at(self._connection, entry.name, number) for number in (before, after))
        old, new = (measure_contents(kind, (row.body for page in version for row in page)) for version in pages)
        return old, new

    def _drift(self, entry: StoredList, bounds: Bounds, step: VersionDiff) -> Drift | None:
        """What was added and removed since the baseline, before this step."""
        if bounds.baseline is None:
            return None
        opened, closed = counts_since(self._connection, entry.name, bounds.baseline.version)
        return Drift(bounds.baseline.version, opened - step.came, closed - step.went)

    def _unless_same(self, manifest: Manifest) -> Manifest:
        """The manifest that is published already, when nothing but the time of publication differs."""
        content = self._signed.manifest(manifest.list)
        published = manifest_from_json(content, manifest.list) if content else None
        return published if published and replace(published, published=manifest.published) == manifest else manifest


class _Refused(Exception):
    """Rolls back a version that kits would refuse."""

    def __init__(self, report: RefusedVersion, version: WaitingVersion) -> None:
        self.report = report
        self.version = version
        super().__init__(report.what)
