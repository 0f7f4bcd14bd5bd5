"""Publishes: what was imported becomes signed versions, sealed files, envelopes and metadata.

Order: sealed files into the tree (nothing names them yet) → one transaction of the store (rows, versions,
manifests, envelopes, signed metadata) → the tree's small files, the timestamp last. A kill at any moment
leaves a tree that kits can use, and the next publication goes on from the store.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from data.lists.kinds import kind as kind_named
from sync.headquarters import row_table, tree
from sync.headquarters.envelopes import write_envelopes
from sync.headquarters.founding import Medium, found
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.list_table import Listed, Version, add_version, all_listed, newest_version, set_compared
from sync.headquarters.metadata import SignedMetadata
from sync.headquarters.payload_files import PayloadFiles
from sync.headquarters.row_table import Step
from sync.headquarters.signing_clock import signing_time
from sync.manifest import Manifest, manifest_from_json, manifest_to_json


@dataclass(frozen=True, slots=True)
class ListPublished:
    """Where one list stands after a publication. Counts are rows, sizes bytes of ciphertext."""

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


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What a publication did."""

    lists: tuple[ListPublished, ...]
    seconds: float


def found_headquarters(path: Path, passphrase: str, media: Sequence[Medium] = ()) -> HeadquartersHome:
    """A new headquarters in an empty folder, with a signed tree that kits can already read.

    Its offline keys go onto `media` (see `founding.found`); without any they stay in the home.
    """
    home = found(path, passphrase, media)
    publish(home)
    return home


def publish(home: HeadquartersHome, *, now: datetime | None = None) -> PublishReport:
    """Publish everything that was imported since the last time, and renew what is about to expire.

    Args:
        home: of the headquarters.
        now: the time to sign with, by somebody who looked at the clock; None: the machine's, if it goes on from the
            last publication.

    Raises:
        InputError: the machine's clock jumped.
        Busy: another process is changing this headquarters.
        StoreError: a file cannot be written; the tree stays usable and the next publication goes on.
    """
    start = time.monotonic()
    with home.changing():
        with home.store.transaction() as connection:
            now = now or signing_time(connection)
            publication = _Publication(home, connection, now)
            published = [publication.publish_list(entry) for entry in all_listed(connection)]
            publication.sign()
            write_envelopes(connection, home.keyring, now)
        tree.project(home)
    return PublishReport(tuple(published), time.monotonic() - start)


class _Publication:
    """One publication, inside one transaction of the store."""

    def __init__(self, home: HeadquartersHome, connection: Connection, now: datetime) -> None:
        self._home = home
        self._connection = connection
        self._now = now
        self._signed = SignedMetadata(connection, home.keyring, now)
        self._manifests: dict[str, bytes] = {}

    def publish_list(self, entry: Listed) -> ListPublished:
        """Make the files and the manifest of one list."""
        before = newest_version(self._connection, entry.name)
        version, step = self._next_version(entry, before)
        snapshot, deltas = PayloadFiles(self._home, self._connection, entry, self._now).bring_up_to(version.number)
        manifest = Manifest(
            list=entry.name,
            version=version.number,
            key_epoch=entry.key_epoch,
            salt_epoch=entry.salt_epoch,
            as_of=entry.as_of,
            published=self._now,
            source_date=entry.source_date,
            snapshot=snapshot,
            deltas=deltas,
        )
        self._manifests[entry.name] = manifest_to_json(self._unless_same(manifest))
        return ListPublished(
            name=entry.name,
            version=version.number,
            new=version != before,
            added=step.added,
            changed=step.changed,
            removed=step.removed,
            rows=version.count,
            snapshot_bytes=snapshot.file.size,
            delta_bytes=deltas[-1].file.size if deltas else 0,
        )

    def sign(self) -> None:
        """Sign what leads to the manifests."""
        self._signed.publish(self._manifests)

    def _next_version(self, entry: Listed, before: Version) -> tuple[Version, Step]:
        if before.number and entry.run == entry.newest_run:
            return before, Step(0, 0, 0)
        row_table.seal_rows(self._connection, entry, kind_named(entry.kind))
        version, step = row_table.advance(self._connection, entry.name, before)
        if version != before:
            add_version(self._connection, entry.name, version)
        set_compared(self._connection, entry)
        return version, step

    def _unless_same(self, manifest: Manifest) -> Manifest:
        """The manifest that is published already, when nothing but the time of publication differs."""
        content = self._signed.manifest(manifest.list)
        kept = manifest_from_json(content, manifest.list) if content else None
        return kept if kept and replace(kept, published=manifest.published) == manifest else manifest
