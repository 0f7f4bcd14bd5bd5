"""What headquarters' offline roles signed last, read from the store: root, targets, policy.

- Every root that ever was stays in the tree, since a kit walks from the one it knows to the newest. Of the other roles
  the newest alone is kept.
- The keys that signed what headquarters said to single kits are remembered: those that the policies of this
  headquarters named.
"""

from typing import TypeVar

from sqlalchemy import Connection, insert, select
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from data.errors import Damaged
from data.policy import POLICY_FILE, Policy, policy_from_json
from data.text import Message, _
from sync.headquarters.store import tables, tree
from sync.headquarters.store.database import RESTORE
from sync.link import TIMESTAMP

_S = TypeVar("_S", Root, Timestamp, Snapshot, Targets)
_tree = tables.tree

_T = TypeVar("_T")

_keys = tables.kits_keys


_NO_ROOT = _("This headquarters has no root")
_NO_TARGETS = _("This headquarters has no targets")
_NO_POLICY = _("This headquarters has no policy")


def metadata_path(role: str, version: int) -> str:
    """Path of a role's metadata in the tree."""
    return TIMESTAMP if role == "timestamp" else f"metadata/{version}.{role}.json"


def newest_metadata_version(connection: Connection, role: str) -> int:
    """The version of a role's metadata in force; 0 before the first."""
    ending = f".{role}.json"
    paths = connection.scalars(select(_tree.c.path).where(_tree.c.path.like(f"metadata/%{ending}"))).all()
    return max((int(path.removeprefix("metadata/").removesuffix(ending)) for path in paths), default=0)


def read_metadata(connection: Connection, role: str, signed: type[_S]) -> Metadata[_S] | None:
    """The metadata of a role in force, if it was signed yet."""
    version = 0 if role == "timestamp" else newest_metadata_version(connection, role)
    content = tree.get(connection, metadata_path(role, version))
    return None if content is None else Metadata[_S].from_bytes(content)


def read_root(connection: Connection) -> Metadata[Root]:
    """The newest root; Damaged when it is missing."""
    return _must_be_there(read_metadata(connection, "root", Root), _NO_ROOT)


def read_root_chain(connection: Connection) -> list[bytes]:
    """Every root, the first first."""
    versions = range(1, newest_metadata_version(connection, "root") + 1)
    return [_must_be_there(tree.get(connection, metadata_path("root", version)), _NO_ROOT) for version in versions]


def read_targets(connection: Connection) -> Metadata[Targets]:
    """What the role `targets` says; Damaged when nothing is there."""
    return _must_be_there(read_metadata(connection, "targets", Targets), _NO_TARGETS)


def read_policy(connection: Connection) -> Policy:
    """The policy in force."""
    return policy_from_json(read_policy_content(connection))


def read_policy_content(connection: Connection) -> bytes:
    """The policy in force, as it was signed."""
    target = read_targets(connection).signed.targets.get(POLICY_FILE)
    return _must_be_there(tree.get(connection, target_file_path(target)) if target else None, _NO_POLICY)


def lists_key_ids(signed: Targets) -> list[str]:
    """Ids of the keys that may sign the role `lists`."""
    roles = signed.delegations.roles if signed.delegations else None
    return list(roles["lists"].keyids) if roles else []


def target_file_path(target: TargetFile) -> str:
    """Path of a target in the tree: consistent snapshots carry the hash in the name."""
    folder, slash, name = target.path.rpartition("/")
    return f"{folder}{slash}{target.hashes['sha256']}.{name}"


def keep_kits_key(connection: Connection) -> None:
    """Remember the key of the policy in force, before another policy takes its place."""
    public = bytes.fromhex(read_policy(connection).kits)
    if public not in kits_keys_before(connection):
        connection.execute(insert(_keys).values(public=public))


def read_kits_keys(connection: Connection) -> frozenset[bytes]:
    """Every such key there ever was, the one in force included; Ed25519, 32 bytes each."""
    return kits_keys_before(connection) | {bytes.fromhex(read_policy(connection).kits)}


def kits_keys_before(connection: Connection) -> frozenset[bytes]:
    """Those of policies that are no longer in force."""
    return frozenset(bytes(public) for public in connection.scalars(select(_keys.c.public)))


def _must_be_there(value: _T | None, what: Message) -> _T:
    if value is None:
        raise Damaged(what, means=_("Nothing can be signed."), do=RESTORE)
    return value
