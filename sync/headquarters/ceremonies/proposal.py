"""Proposes a new root, new targets or a new policy: makes the request that the key holders sign.

Nothing changes by a proposal. New online keys that it asks for are made here and wait in the keyring until it is
accepted. Where the root changes the targets key, the targets are signed again with it: kits would accept neither alone.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from tuf.api.metadata import Delegations, Key, Metadata, Root, TargetFile, Targets

from data.errors import InputError
from data.policy import POLICY_FILE, Policy, policy_to_json
from data.text import EMPTY, Message, _
from sync.headquarters.ceremonies.founding import ROOT_NAMES, raw_public
from sync.headquarters.ceremonies.offline_key import PublicKey, Role, published_name
from sync.headquarters.ceremonies.signing_request import SigningRequest
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import ONLINE, Keyring
from sync.headquarters.publishing.metadata import signing_time
from sync.headquarters.store import metadata_in_force
from sync.limits import LIMITS

_BY_ROOT = ("snapshot", "timestamp")


@dataclass(frozen=True, slots=True)
class ProposedChanges:
    """What somebody wants changed."""

    add: tuple[PublicKey, ...] = ()
    """Offline keys."""
    remove: tuple[str, ...] = ()
    """Names of offline keys, or beginnings of their ids."""
    new: tuple[str, ...] = ()
    """Online roles that get a new key: `snapshot`, `timestamp`, `lists`, `kits`."""
    renew: tuple[Role, ...] = ()
    """Signed for another life, though nothing else changes."""
    policy: Policy | None = None


def propose(
    home: HeadquartersHome, changes: ProposedChanges, *, now: datetime | None = None, says: Message = EMPTY
) -> SigningRequest:
    """The request for these changes; `now` as in `publisher.publish`.

    Raises:
        InputError: a key is unknown or there already, too few would be left, nothing would change, or the clock jumped.
    """
    _must_be_online(changes.new)
    with home.changing(), home.store.transaction() as connection:
        at = (now or signing_time(connection)).replace(microsecond=0)
        proposal = _Proposal(connection, home.keyring, changes, at)
        root = proposal.root()
        targets, policy = proposal.targets(root)
        if root is None and targets is None:
            raise InputError(_("Nothing would change"), do=_("Say what to add, remove, renew or set"))
        return SigningRequest(
            made_at=at,
            says=says,
            roots=tuple(metadata_in_force.read_root_chain(connection)),
            targets=proposal.targets_in_force.to_bytes(),
            policy=metadata_in_force.read_policy_content(connection),
            new_root=None if root is None else root.to_bytes(),
            new_targets=None if targets is None else targets.to_bytes(),
            new_policy=policy,
        )


class _Proposal:
    def __init__(self, connection: Connection, keyring: Keyring, changes: ProposedChanges, now: datetime) -> None:
        self._keyring = keyring
        self._changes = changes
        self._now = now
        self._root_in_force = metadata_in_force.read_root(connection).signed
        self.targets_in_force = metadata_in_force.read_targets(connection)
        self._policy_in_force = metadata_in_force.read_policy(connection)

    def root(self) -> Metadata[Root] | None:
        """The next root, if it changes."""
        changes = self._changes
        online = [role for role in changes.new if role in _BY_ROOT]
        if not (changes.add or changes.remove or online or Role.ROOT in changes.renew):
            return None
        root = copy.deepcopy(self._root_in_force)
        root.version += 1
        root.expires = self._now + LIMITS.root_life
        for about in changes.add:
            _must_be_new(root, about)
            root.add_key(about.key, about.role)
        for name in changes.remove:
            role, key_id = _find_offline_key(self._root_in_force, name)
            root.revoke_key(key_id, role)
        for role in online:
            _replace(root, role, self._keyring.make())
        _must_leave_enough(root)
        return Metadata(root)

    def targets(self, root: Metadata[Root] | None) -> tuple[Metadata[Targets] | None, bytes | None]:
        """The next targets with their policy, if they change."""
        changes = self._changes
        online = [role for role in changes.new if role not in _BY_ROOT]
        policy = changes.policy or self._policy_in_force
        moved = root is not None and not self._is_signed_for(root.signed)
        if not (online or moved or Role.TARGETS in changes.renew or policy != self._policy_in_force):
            return None, None
        targets = copy.deepcopy(self.targets_in_force.signed)
        targets.version += 1
        targets.expires = self._now + LIMITS.targets_life
        if "lists" in online and targets.delegations:
            _replace_delegated(targets.delegations, self._keyring.make())
        if "kits" in online:
            policy = Policy(policy.lists, policy.erase_within_hours, raw_public(self._keyring.make()))
        content = policy_to_json(policy)
        targets.targets = {POLICY_FILE: TargetFile.from_data(POLICY_FILE, content, ["sha256"])}
        return Metadata(targets), content

    def _is_signed_for(self, root: Root) -> bool:
        targets = self.targets_in_force
        return root.get_verification_result("targets", targets.signed_bytes, targets.signatures).verified


def _replace(root: Root, role: str, key: Key) -> None:
    for key_id in list(root.roles[role].keyids):
        root.revoke_key(key_id, role)
    root.add_key(key, role)


def _replace_delegated(delegations: Delegations, key: Key) -> None:
    if delegations.roles:
        delegations.roles["lists"].keyids = [key.keyid]
    delegations.keys = {key.keyid: key}


def _find_offline_key(root: Root, name: str) -> tuple[str, str]:
    """Role and id of an offline key that people call `name`."""
    hits = {
        (role.value, key_id)
        for role in Role
        for key_id in root.roles[role].keyids
        if name and name in (published_name(root.keys[key_id]), key_id[:8], key_id)
    }
    if len(hits) != 1:
        raise InputError(
            _("Several offline keys in force are called {name}", name=name)
            if hits
            else _("No offline key in force is called {name}", name=name),
            do=_("`waypost hq keys` lists them"),
        )
    return hits.pop()


def _must_be_new(root: Root, about: PublicKey) -> None:
    names = set(map(published_name, root.keys.values()))
    if about.key.keyid in root.keys or about.name in names:
        raise InputError(
            _("A key called {name} is already in force", name=about.name),
            do=_("Make another key, with a name that has never been used"),
        )


def _must_leave_enough(root: Root) -> None:
    if len(root.roles["root"].keyids) < len(ROOT_NAMES):
        raise InputError(
            _("Fewer than {count} root keys would be left", count=len(ROOT_NAMES)),
            means=_("If one more were lost, nobody could ever sign a root again. Nothing was proposed."),
            do=_("Add a new root key with --add in the same proposal"),
        )
    if not root.roles["targets"].keyids:
        raise InputError(_("No targets key would be left"), do=_("Add a new one with --add in the same proposal"))


def _must_be_online(roles: Iterable[str]) -> None:
    for role in roles:
        if role not in ONLINE:
            raise InputError(
                _("{role} is not an online role", role=role), do=_("Use one of: {roles}", roles=", ".join(ONLINE))
            )
