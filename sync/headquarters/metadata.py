"""The signed TUF metadata of the tree (The Update Framework specification 1.0, consistent snapshots).

root (2 of 3, offline) · targets (offline; policy.json) · lists (online, delegated; a manifest each) · snapshot and
timestamp (online). A role is signed anew when what it says changed or half of its life is over; the
timestamp each time. Signed files live in the store first: a kill between store and disk loses nothing.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from sync.headquarters import tree
from sync.headquarters.keyring import ROOT_KEYS, ROOT_THRESHOLD, Keyring
from sync.headquarters.policy import first_policy
from sync.limits import LIMITS
from sync.manifest import target_path
from sync.policy import POLICY

ROOT_PATH = "metadata/1.root.json"
_LIVES = {
    "targets": LIMITS.targets_life,
    "lists": LIMITS.online_life,
    "snapshot": LIMITS.online_life,
    "timestamp": LIMITS.online_life,
}
_S = TypeVar("_S", Root, Timestamp, Snapshot, Targets)


class SignedMetadata:
    """The metadata of one publication, inside the caller's transaction."""

    def __init__(self, connection: Connection, keyring: Keyring, now: datetime) -> None:
        self._connection = connection
        self._keyring = keyring
        self._now = now.replace(microsecond=0)  # the specification's times have no fractions
        self._timestamp = self._load(tree.TIMESTAMP, Timestamp)
        newest = self._timestamp.snapshot_meta.version if self._timestamp else 0
        self._snapshot = self._load(_path("snapshot", newest), Snapshot)
        self._targets = self._load(self._named("targets"), Targets)
        self._lists = self._load(self._named("lists"), Targets)

    def publish(self, manifests: dict[str, bytes]) -> None:
        """Sign what leads to `manifests` (list name to content); at the first time root and policy too.

        Raises:
            NoHome: it is the first time and the offline keys are not here.
        """
        if tree.get(self._connection, ROOT_PATH) is None:
            self._sign_root()
        self._sign_targets()
        self._sign_lists({target_path(name): content for name, content in manifests.items()})
        assert self._targets and self._lists  # noqa: S101
        versions = {"targets": self._targets.version, "lists": self._lists.version}
        meta = {f"{role}.json": MetaFile(version) for role, version in versions.items()}
        if self._snapshot is None or self._snapshot.meta != meta or self._is_due("snapshot", self._snapshot):
            self._snapshot = self._sign("snapshot", Snapshot(meta=meta), self._snapshot)
        self._sign("timestamp", Timestamp(snapshot_meta=MetaFile(self._snapshot.version)), self._timestamp)

    def manifest(self, name: str) -> bytes | None:
        """The manifest of a list as it is published now."""
        target = self._lists.targets.get(target_path(name)) if self._lists else None
        return tree.get(self._connection, _hashed(target)) if target else None

    def policy(self) -> bytes | None:
        """The policy as it is published now."""
        target = self._targets.targets.get(POLICY) if self._targets else None
        return tree.get(self._connection, _hashed(target)) if target else None

    def _sign_root(self) -> None:
        roles = {role: Role([self._key_id(role)], 1) for role in ("targets", "snapshot", "timestamp")}
        signers = [self._keyring.signer(name) for name in ROOT_KEYS]
        roles["root"] = Role([signer.public_key.keyid for signer in signers], ROOT_THRESHOLD)
        keys = [signer.public_key for signer in signers] + [
            self._keyring.signer(role).public_key for role in ("targets", "snapshot", "timestamp")
        ]
        root = Metadata(Root(1, None, self._now + LIMITS.root_life, {key.keyid: key for key in keys}, roles))
        for signer in signers:
            root.sign(signer, append=True)
        tree.put(self._connection, ROOT_PATH, root.to_bytes())

    def _sign_targets(self) -> None:
        if self._targets is None:
            key = self._keyring.signer("lists").public_key
            role = DelegatedRole("lists", [key.keyid], 1, terminating=True, paths=[target_path("*")])
            delegations = Delegations({key.keyid: key}, {role.name: role})
            policy = {POLICY: first_policy(self._keyring)}
            targets = Targets(targets=self._put_targets(policy), delegations=delegations)
            self._targets = self._sign("targets", targets, None)
        elif self._is_due("targets", self._targets) and self._keyring.has_offline:
            self._targets = self._sign("targets", self._targets, self._targets)

    def _sign_lists(self, contents: dict[str, bytes]) -> None:
        wanted = self._put_targets(contents)
        before = self._lists.targets if self._lists else {}
        for path, target in before.items():
            if target != wanted.get(path):
                tree.drop(self._connection, _hashed(target))
        if self._lists is None or before != wanted or self._is_due("lists", self._lists):
            self._lists = self._sign("lists", Targets(targets=wanted), self._lists)

    def _put_targets(self, contents: dict[str, bytes]) -> dict[str, TargetFile]:
        targets = {path: TargetFile.from_data(path, content, ["sha256"]) for path, content in contents.items()}
        for path, content in contents.items():
            tree.put(self._connection, _hashed(targets[path]), content)
        return targets

    def _sign(self, role: str, signed: _S, before: _S | None) -> _S:
        if before is not None:
            tree.drop(self._connection, _path(role, before.version))
        signed.version = before.version + 1 if before is not None else 1
        signed.expires = self._now + _LIVES[role]
        metadata = Metadata(signed)
        metadata.sign(self._keyring.signer(role))
        tree.put(self._connection, _path(role, signed.version), metadata.to_bytes())
        return signed

    def _is_due(self, role: str, signed: Signed) -> bool:
        return half_life_over(signed.expires, self._now, _LIVES[role])

    def _load(self, path: str, _: type[_S]) -> _S | None:
        content = tree.get(self._connection, path)
        return None if content is None else Metadata[_S].from_bytes(content).signed

    def _named(self, role: str) -> str:
        return _path(role, self._snapshot.meta[f"{role}.json"].version if self._snapshot else 0)

    def _key_id(self, role: str) -> str:
        return self._keyring.signer(role).public_key.keyid


def half_life_over(expires: datetime, now: datetime, life: timedelta) -> bool:
    """Whether something that was signed for `life` should be signed anew."""
    return expires - now < life / 2


def _path(role: str, version: int) -> str:
    return tree.TIMESTAMP if role == "timestamp" else f"metadata/{version}.{role}.json"


def _hashed(target: TargetFile) -> str:
    folder, slash, name = target.path.rpartition("/")
    return f"{folder}{slash}{target.hashes['sha256']}.{name}"
