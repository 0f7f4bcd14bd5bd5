"""What headquarters' offline roles signed last, read from the store: root, targets, policy.

Every root that ever was stays in the tree, since a kit walks from the one it knows to the newest. Of the other roles
the newest alone is kept.
"""

from typing import TypeVar

from sqlalchemy import Connection, select
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from data.errors import Damaged
from sync.headquarters.store import tables, tree
from sync.trust.policy import POLICY, Policy, policy_from_json

_S = TypeVar("_S", Root, Timestamp, Snapshot, Targets)
_tree = tables.tree


def path_of(role: str, version: int) -> str:
    """Where the metadata of a role lies in the tree."""
    return tree.TIMESTAMP if role == "timestamp" else f"metadata/{version}.{role}.json"


def newest_version(connection: Connection, role: str) -> int:
    """The version of a role's metadata in force; 0 before the first."""
    ending = f".{role}.json"
    paths = connection.scalars(select(_tree.c.path).where(_tree.c.path.like(f"metadata/%{ending}"))).all()
    return max((int(path.removeprefix("metadata/").removesuffix(ending)) for path in paths), default=0)


def metadata_of(connection: Connection, role: str, _: type[_S]) -> Metadata[_S] | None:
    """The metadata of a role in force, if it was signed yet."""
    version = 0 if role == "timestamp" else newest_version(connection, role)
    content = tree.get(connection, path_of(role, version))
    return None if content is None else Metadata[_S].from_bytes(content)


def root(connection: Connection) -> Metadata[Root]:
    """The newest root; Damaged when there is none."""
    return _there(metadata_of(connection, "root", Root), "root")


def root_chain(connection: Connection) -> list[bytes]:
    """Every root, the first first."""
    versions = range(1, newest_version(connection, "root") + 1)
    return [_there(tree.get(connection, path_of("root", version)), "root") for version in versions]


def targets(connection: Connection) -> Metadata[Targets]:
    """What the role `targets` says; Damaged when nothing is there."""
    return _there(metadata_of(connection, "targets", Targets), "targets")


def policy(connection: Connection) -> Policy:
    """The policy in force."""
    return policy_from_json(policy_content(connection))


def policy_content(connection: Connection) -> bytes:
    """The policy in force, as it was signed."""
    target = targets(connection).signed.targets.get(POLICY)
    return _there(tree.get(connection, hashed(target)) if target else None, "policy")


def lists_key_ids(signed: Targets) -> list[str]:
    """Ids of the keys that may sign the role `lists`."""
    roles = signed.delegations.roles if signed.delegations else None
    return list(roles["lists"].keyids) if roles else []


def hashed(target: TargetFile) -> str:
    """Where a target lies in the tree: consistent snapshots carry the hash in the name."""
    folder, slash, name = target.path.rpartition("/")
    return f"{folder}{slash}{target.hashes['sha256']}.{name}"


_T = TypeVar("_T")


def _there(found: _T | None, what: str) -> _T:
    if found is None:
        raise Damaged(
            f"This headquarters has no {what}", means="Nothing can be signed.", do="Put hq.db back from the copy"
        )
    return found
