"""The online half of the tree's signed TUF metadata (The Update Framework specification 1.0, consistent snapshots).

- root (2 of 3) and targets (policy.json) come from the offline roles, by `founding` and `ceremony`. Here are lists
  (delegated; a manifest each), snapshot and timestamp.
- A role is signed again when its content or its key changed, or half of its validity is over; the timestamp each time.
- Signed files live in the store first: a kill between store and disk loses nothing.
- Headquarters signs with the time of its clock, as long as that continues from the last publication. A clock that
  jumped to another year would raise the floor of every kit that hears of it, or sign what is stale at once. So a jump
  is refused until somebody has looked at the clock and says so.
"""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from data.clock import read_system_time
from data.errors import InputError
from data.policy import Policy
from data.text import _
from sync.formats.manifest import manifest_target
from sync.headquarters.keyring import Keyring
from sync.headquarters.store import metadata_in_force, tree
from sync.headquarters.store.metadata_in_force import lists_key_ids, metadata_path, read_metadata, target_file_path
from sync.limits import LIMITS

_S = TypeVar("_S", Timestamp, Snapshot, Targets)


def signing_time(connection: Connection) -> datetime:
    """Now.

    Raises:
        InputError: it is far after the last publication, or before it.
    """
    now, last = read_system_time().astimezone(UTC), last_signed(connection)
    if last is None or last - LIMITS.clock_back <= now <= last + LIMITS.online_life:
        return now
    raise InputError(
        _(
            "This machine's clock reads {now} UTC; the last publication was signed at {last}",
            now=f"{now:%Y-%m-%d %H:%M}",
            last=f"{last:%Y-%m-%d %H:%M}",
        ),
        means=_("Nothing was signed. Kits trust signed times, and they would keep a wrong one."),
        do=_("Set the clock. If it is right, run `waypost hq publish --clock-is-right`"),
    )


def last_signed(connection: Connection) -> datetime | None:
    """When the newest timestamp was signed; None before the first."""
    timestamp = read_metadata(connection, "timestamp", Timestamp)
    return None if timestamp is None else timestamp.signed.expires - LIMITS.online_life


class SignedMetadata:
    """The metadata of one publication, inside the caller's transaction."""

    def __init__(self, connection: Connection, keyring: Keyring, now: datetime, *, beyond: int = 0) -> None:
        """`beyond`: metadata up to this number may be in use elsewhere, so all of it is signed again above it."""
        self._connection = connection
        self._keyring = keyring
        self._beyond = beyond
        self._now = now.replace(microsecond=0)  # the specification's times have no fractions
        self._timestamp = read_metadata(connection, "timestamp", Timestamp)
        self._snapshot = read_metadata(connection, "snapshot", Snapshot)
        self._lists = read_metadata(connection, "lists", Targets)

    def publish(self, manifests: dict[str, bytes]) -> None:
        """Sign what leads to `manifests` (list name to content).

        Raises:
            Damaged: a key that is in force is not here.
        """
        roles = metadata_in_force.read_root(self._connection).signed.roles
        targets = metadata_in_force.read_targets(self._connection).signed
        lists = self._sign_lists(targets, {manifest_target(name): content for name, content in manifests.items()})
        meta = {"targets.json": MetaFile(targets.version), "lists.json": MetaFile(lists.version)}
        if (
            self._snapshot is None
            or self._snapshot.signed.meta != meta
            or self._is_due(self._snapshot, roles["snapshot"].keyids)
        ):
            self._snapshot = self._sign("snapshot", Snapshot(meta=meta), self._snapshot, roles["snapshot"].keyids)
        timestamp = Timestamp(snapshot_meta=MetaFile(self._snapshot.signed.version))
        self._sign("timestamp", timestamp, self._timestamp, roles["timestamp"].keyids)

    def manifest(self, name: str) -> bytes | None:
        """The manifest of a list as it is published now."""
        target = self._lists.signed.targets.get(manifest_target(name)) if self._lists else None
        return tree.get(self._connection, target_file_path(target)) if target else None

    def policy(self) -> Policy:
        """The policy as it is published now."""
        return metadata_in_force.read_policy(self._connection)

    def _sign_lists(self, targets: Targets, contents: dict[str, bytes]) -> Targets:
        wanted = put_targets(self._connection, contents)
        before = self._lists.signed.targets if self._lists else {}
        for path, target in before.items():
            if target != wanted.get(path):
                tree.drop(self._connection, target_file_path(target))
        key_ids = lists_key_ids(targets)
        if self._lists is None or before != wanted or self._is_due(self._lists, key_ids):
            self._lists = self._sign("lists", Targets(targets=wanted), self._lists, key_ids)
        return self._lists.signed

    def _sign(self, role: str, signed: _S, before: Metadata[_S] | None, key_ids: list[str]) -> Metadata[_S]:
        if before is not None:
            tree.drop(self._connection, metadata_path(role, before.signed.version))
        signed.version = max(before.signed.version, self._beyond) + 1 if before is not None else 1
        signed.expires = self._now + LIMITS.online_life
        metadata = Metadata(signed)
        metadata.sign(self._keyring.signer(key_ids))
        tree.put(self._connection, metadata_path(role, signed.version), metadata.to_bytes())
        return metadata

    def _is_due(self, metadata: Metadata[_S], key_ids: list[str]) -> bool:
        signed_by_another = not set(key_ids) & set(metadata.signatures)
        return (
            bool(self._beyond)
            or signed_by_another
            or half_life_over(metadata.signed.expires, self._now, LIMITS.online_life)
        )


def put_targets(connection: Connection, contents: dict[str, bytes]) -> dict[str, TargetFile]:
    """Add these targets (path to content) to the tree; their entries in the metadata."""
    targets = {path: TargetFile.from_data(path, content, ["sha256"]) for path, content in contents.items()}
    for path, content in contents.items():
        tree.put(connection, target_file_path(targets[path]), content)
    return targets


def half_life_over(expires: datetime, now: datetime, life: timedelta) -> bool:
    """Whether something that was signed for `life` should be signed again."""
    return expires - now < life / 2
