"""Founds a headquarters: three root keys and the targets key on their media, the first root, targets and policy.

The short form leaves the four offline keys in the home, under the home's own passphrase, for a demonstration or until
they are carried away: nothing but the ceremonies ever asks for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from tuf.api.metadata import DelegatedRole, Delegations, Key, Metadata, Role, Root, Targets

from data.clock import read_system_time
from data.durable_files import PUBLIC_MODE, write_durably
from data.errors import InputError
from data.passphrase import normalize_new_passphrase
from data.policy import DEFAULT_ENTRY, DEFAULT_ERASE_WITHIN_H, POLICY_FILE, ListPolicy, Policy, policy_to_json
from data.text import _, plural
from sync.formats.manifest import manifest_target
from sync.headquarters.ceremonies import offline_key, signing
from sync.headquarters.ceremonies.offline_key import OfflineKey
from sync.headquarters.ceremonies.signing import SEEN_ROOT
from sync.headquarters.ceremonies.signing_request import fingerprint
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import ONLINE
from sync.headquarters.publishing.metadata import put_targets
from sync.headquarters.store import tree
from sync.headquarters.store.metadata_in_force import metadata_path
from sync.limits import LIMITS

OLD_AFTER_H = 48.0
"""MIND posts refreshed every 24 to 48 hours (docs/screening.md, "Ages of lists")."""
EXPIRED_AFTER_H = 168.0

ROOT_NAMES = ("root-1", "root-2", "root-3")
ROOT_THRESHOLD = 2
TARGETS_NAME = "targets-1"
OFFLINE_KEY_NAMES = (*ROOT_NAMES, TARGETS_NAME)


def first_policy(kits: str) -> Policy:
    """One band for every list, one time for erasures, the key of envelopes (hexadecimal)."""
    return Policy({DEFAULT_ENTRY: ListPolicy(OLD_AFTER_H, EXPIRED_AFTER_H)}, DEFAULT_ERASE_WITHIN_H, kits)


@dataclass(frozen=True, slots=True)
class Medium:
    """Where one offline key is made, and the passphrase of its holder."""

    folder: Path
    passphrase: str = field(repr=False)
    holder: str = ""


def make_headquarters(path: Path, passphrase: str, media: Sequence[Medium] = ()) -> HeadquartersHome:
    """A new headquarters in an empty folder, founded but not yet published.

    Args:
        path: its home.
        passphrase: of the home.
        media: four, for `NAMES` in this order; none: the keys stay in the home under its passphrase.

    Raises:
        InputError: the home is not empty, a passphrase cannot be (`data.passphrase`), a medium does not exist, or two
            keys would be on one medium.
    """
    _must_be_apart(media)
    for secret in (passphrase, *(medium.passphrase for medium in media)):
        normalize_new_passphrase(secret)  # before anything is made
    home = HeadquartersHome.create(path, passphrase)
    try:
        now = read_system_time().replace(microsecond=0)
        keys = [
            offline_key.create_key(
                medium.folder, name, offline_key.role_of(name), medium.passphrase, now, holder=medium.holder
            )
            for name, medium in zip(OFFLINE_KEY_NAMES, media or _media_in(home.offline, passphrase), strict=True)
        ]
        with home.store.transaction() as connection:
            root = _Founding(home, connection, keys, now).sign()
    except BaseException:
        home.close()
        raise
    _record_founding(home, keys, media, root, now)
    return home


def raw_public(key: Key) -> str:
    """The raw public key in hexadecimal."""
    return str(key.keyval["public"])


def _record_founding(
    home: HeadquartersHome, keys: list[OfflineKey], media: Sequence[Medium], root: bytes, now: datetime
) -> None:
    """Each medium knows the root it made, and has its protocol, as the home has."""
    key_lines = [_("{key}: key id {id}", key=key.about.name, id=key.about.key.keyid) for key in keys]
    lines = [
        *key_lines,
        _(
            "root 1: {needed} of {keys} keys, fingerprint {fingerprint}",
            needed=ROOT_THRESHOLD,
            keys=len(ROOT_NAMES),
            fingerprint=fingerprint(root),
        ),
    ]
    for folder in [medium.folder for medium in media] or [home.offline]:
        write_durably(folder / SEEN_ROOT, root, mode=PUBLIC_MODE)
        signing.record_act(folder / signing.PROTOCOL_NAME, now, _("A headquarters was set up"), lines)
    signing.record_act(home.path / signing.PROTOCOL_NAME, now, _("This headquarters was set up"), lines)


class _Founding:
    def __init__(self, home: HeadquartersHome, connection: Connection, keys: list[OfflineKey], now: datetime) -> None:
        self._connection = connection
        self._roots, self._targets = keys[:-1], keys[-1]
        self._online = {role: home.keyring.make() for role in ONLINE}
        self._now = now

    def sign(self) -> bytes:
        root = self._root()
        tree.put(self._connection, metadata_path("root", 1), root)
        tree.put(self._connection, metadata_path("targets", 1), self._targets_metadata())
        return root

    def _root(self) -> bytes:
        holders = [key.about.key for key in self._roots]
        single: dict[str, Key] = {"targets": self._targets.about.key}
        single |= {role: self._online[role] for role in ("snapshot", "timestamp")}
        roles = {role: Role([key.keyid], 1) for role, key in single.items()}
        roles["root"] = Role([key.keyid for key in holders], ROOT_THRESHOLD)
        keys = {key.keyid: key for key in (*holders, *single.values())}
        metadata = Metadata(Root(1, None, self._now + LIMITS.root_life, keys, roles))
        for key in self._roots:
            metadata.sign(key.signer, append=True)
        return metadata.to_bytes()

    def _targets_metadata(self) -> bytes:
        lists = self._online["lists"]
        role = DelegatedRole("lists", [lists.keyid], 1, terminating=True, paths=[manifest_target("*")])
        policy = policy_to_json(first_policy(raw_public(self._online["kits"])))
        targets = Targets(
            1,
            None,
            self._now + LIMITS.targets_life,
            put_targets(self._connection, {POLICY_FILE: policy}),
            Delegations({lists.keyid: lists}, {role.name: role}),
        )
        metadata = Metadata(targets)
        metadata.sign(self._targets.signer)
        return metadata.to_bytes()


def _media_in(folder: Path, passphrase: str) -> list[Medium]:
    folder.mkdir(mode=0o700, parents=True)
    return [Medium(folder, passphrase)] * len(OFFLINE_KEY_NAMES)


def _must_be_apart(media: Sequence[Medium]) -> None:
    if media and len(media) != len(OFFLINE_KEY_NAMES):
        raise InputError(
            plural("{count} medium was given", "{count} media were given", len(media)),
            do=_(
                "Give one for each of {names}, or none to leave all keys in the home",
                names=", ".join(OFFLINE_KEY_NAMES),
            ),
        )
    folders = [medium.folder.resolve() for medium in media]
    for folder in folders:
        if not folder.is_dir():
            raise InputError(
                _("The folder {folder} does not exist", folder=folder),
                means=_("Nothing was made."),
                do=_("Mount the medium"),
            )
    if len(set(folders)) < len(folders):
        raise InputError(
            _("Two offline keys would be on one medium"),
            means=_("Whoever finds that medium would have two of three keys. Nothing was made."),
            do=_("Give each key a medium of its own"),
        )
