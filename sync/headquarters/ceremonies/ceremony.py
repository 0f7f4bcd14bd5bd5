"""One holder's part in a ceremony, and headquarters' part after the last: each done whole, and written into a protocol.

- Each medium has its own protocol, and headquarters has one in its home: the two must agree.
- A request that enough key holders have signed is accepted: what it proposes is in force from the next publication on,
  all of it or nothing, in one transaction of the store. It must have been made from exactly what is in force, so no
  request is accepted twice and none after another one was accepted in between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from data.clock import read_system_time
from data.errors import Damaged, InputError, WrongPassphrase
from data.policy import POLICY_FILE, Policy
from data.text import Message, _
from sync.headquarters.ceremonies import offline_key, signing
from sync.headquarters.ceremonies.offline_key import KeyFile, PublicKey, Role
from sync.headquarters.ceremonies.request_words import describe_request
from sync.headquarters.ceremonies.signing import (
    SEEN_ROOT,
    count_signatures,
    may_sign,
    must_be_complete,
    must_be_ours,
    remember_root,
    sign_request,
)
from sync.headquarters.ceremonies.signing_request import SigningRequest, fingerprint, newest_root
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import Keyring, raw_key_id
from sync.headquarters.publishing.metadata import signing_time
from sync.headquarters.publishing.publisher import PublishReport, publish
from sync.headquarters.store import metadata_in_force, tree
from sync.headquarters.store.metadata_in_force import keep_kits_key, lists_key_ids, metadata_path

AskPassphrase = Callable[[KeyFile], str]
"""The passphrase of a key, from its holder."""


def accept_request(home: HeadquartersHome, request: SigningRequest, *, now: datetime | None = None) -> None:
    """Put what was signed in force; publish afterwards. `now` as in `publisher.publish`.

    Raises:
        InputError: signatures are missing, headquarters has moved on since the request was made, or the clock jumped.
        Damaged: an online key that it names is not in this home.
    """
    must_be_complete(request)
    with home.changing():
        with home.store.transaction() as connection:
            _must_be_next(connection, request)
            _must_be_alive(request, now or signing_time(connection))
            before = _online_in_force(connection)
            keep_kits_key(connection)
            _put_in_force(connection, request)
            after = _online_in_force(connection)
            _must_be_held(home.keyring, after)
        home.keyring.forget(before - after)


def online_key_ids(root: Root, targets: Targets, policy: Policy) -> set[str]:
    """Ids of the online keys that these name."""
    by_root = {key_id for role in ("snapshot", "timestamp") for key_id in root.roles[role].keyids}
    return {*by_root, *lists_key_ids(targets), raw_key_id(policy.kits)}


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """One key file, as a check found it."""

    name: str
    role: Role
    holder: str
    made: str
    key_id: str
    medium: str
    opens: bool
    in_force: bool
    """The newest root known here names it."""


@dataclass(frozen=True, slots=True)
class MediaCheck:
    """What a check of some media found."""

    keys: tuple[KeyCheck, ...]
    root_version: int
    root_expires: datetime
    fingerprint: str
    """Of the newest root known here."""
    needed: dict[str, int]
    """Role to keys that must sign."""
    present: dict[str, int]
    """Role to keys that are here, open and are in force."""


def make_key(medium: Path, name: str, role: Role, passphrase: str, now: datetime, *, holder: str = "") -> PublicKey:
    """A new offline key on its medium; see `offline_key.make`."""
    about = offline_key.create_key(medium, name, role, passphrase, now, holder=holder).about
    lines = [
        _("key id {id}", id=about.key.keyid),
        _("role: {role}", role=role),
        _("holder: {name}", name=holder) if holder else _("holder: not named"),
    ]
    signing.record_act(medium / signing.PROTOCOL_NAME, now, _("The key {name} was made", name=name), lines)
    return about


def change_passphrase(medium: Path, ask: AskPassphrase, new: AskPassphrase, now: datetime) -> tuple[str, ...]:
    """Every key of a medium under another passphrase; their names. See `offline_key.change_passphrase`."""
    files = offline_key.find_key_files(medium)
    for file in files:
        offline_key.rewrap_key(file, ask(file), new(file))
    names = tuple(file.about.name for file in files)
    signing.record_act(medium / signing.PROTOCOL_NAME, now, _("The passphrase was changed"), names)
    return names


def sign_on_medium(
    request: SigningRequest, medium: Path, ask: AskPassphrase, now: datetime
) -> tuple[SigningRequest, list[Message]]:
    """The request with the signatures of every key on `medium` that it asks for, and a description of what was signed.

    Raises:
        InputError: it asks for none of them, or all have signed.
        TrustError: it comes from another headquarters than the medium knows.
        WrongPassphrase: a key does not open.
    """
    known = must_be_ours(request, medium)
    files = offline_key.find_key_files(medium)
    files_to_sign = [file for file in files if may_sign(request, file.about)] or files[:1]
    lines = []
    for file in files_to_sign:
        request, documents = sign_request(request, file.open(ask(file)))
        lines.append(_("{key} signed: {documents}", key=file.about.name, documents=", ".join(documents)))
    remember_root(request, medium)
    if not known:
        lines.append(
            _(
                "The medium did not know any root. From now on it knows the root with this fingerprint: {fingerprint}",
                fingerprint=fingerprint(request.roots[-1]),
            )
        )
    signing.record_act(
        medium / signing.PROTOCOL_NAME, now, _("A request was signed"), [*lines, *describe_request(request)]
    )
    return request, lines


def accept_signed(home: HeadquartersHome, request: SigningRequest) -> PublishReport:
    """Put a request in force, publish, and write both into the protocol of the home; see `acceptance.accept`."""
    accept_request(home, request)
    report = publish(home)
    signed = [
        _(
            "{document}: {names} of {judge}",
            document=signatures.document,
            names=", ".join(signatures.signed),
            judge=signatures.judge,
        )
        for signatures in count_signatures(request)
    ]
    signing.record_act(
        home.path / signing.PROTOCOL_NAME,
        read_system_time(),
        _("A request was accepted"),
        [*describe_request(request), *signed],
    )
    return report


def check_media(media: tuple[Path, ...], ask: AskPassphrase, roots: tuple[bytes, ...] = ()) -> MediaCheck:
    """Look at keys and media: right root, right key, opens.

    Args:
        media: folders with one key or more.
        ask: for passphrases.
        roots: every root of headquarters, the first first, if its tree is at hand; else the newest on the media counts.

    Raises:
        NoHome: a medium has no key.
        TrustError: a medium belongs to another headquarters.
    """
    files = [file for medium in media for file in offline_key.find_key_files(medium)]
    seen = [(medium / SEEN_ROOT).read_bytes() for medium in media if (medium / SEEN_ROOT).exists()]
    for known in seen if roots else ():
        newest_root(roots, known=known)
    content = roots[-1] if roots else max(seen, key=lambda root: _read_root(root).signed.version, default=None)
    if content is None:
        raise InputError(_("No root is known here"), do=_("Give --home: the home, or a copy of its public tree"))
    newest = newest_root(roots) if roots else _read_root(content)
    force = {role.value: set(newest.signed.roles[role].keyids) for role in Role}
    keys = [_check_key(file, ask, force) for file in files]
    good = {key.key_id: key.role for key in keys if key.opens and key.in_force}
    return MediaCheck(
        keys=tuple(keys),
        root_version=newest.signed.version,
        root_expires=newest.signed.expires,
        fingerprint=fingerprint(content),
        needed={role.value: newest.signed.roles[role].threshold for role in Role},
        present={role.value: sum(key_role is role for key_role in good.values()) for role in Role},
    )


def _put_in_force(connection: Connection, request: SigningRequest) -> None:
    if request.root is not None and request.new_root is not None:
        tree.put(connection, metadata_path("root", request.root.signed.version), request.new_root)
    if request.proposed_targets is None or request.new_targets is None or request.new_policy is None:
        return
    old, new = request.targets_in_force.signed, request.proposed_targets.signed
    tree.drop(connection, metadata_path("targets", old.version))
    tree.drop(connection, metadata_in_force.target_file_path(old.targets[POLICY_FILE]))
    tree.put(connection, metadata_path("targets", new.version), request.new_targets)
    tree.put(connection, metadata_in_force.target_file_path(new.targets[POLICY_FILE]), request.new_policy)


def _must_be_next(connection: Connection, request: SigningRequest) -> None:
    here = (
        tuple(metadata_in_force.read_root_chain(connection)),
        metadata_in_force.read_targets(connection).to_bytes(),
        metadata_in_force.read_policy_content(connection),
    )
    if here != (request.roots, request.targets, request.policy):
        raise InputError(
            _("The request was not based on what is in force here"),
            means=_(
                "It was already accepted, another request was accepted since, or it belongs to another "
                "headquarters. Nothing was changed."
            ),
            do=_("Make a new proposal"),
        )


def _online_in_force(connection: Connection) -> set[str]:
    """Ids of the online keys that are in force."""
    return online_key_ids(
        metadata_in_force.read_root(connection).signed,
        metadata_in_force.read_targets(connection).signed,
        metadata_in_force.read_policy(connection),
    )


def _must_be_alive(request: SigningRequest, now: datetime) -> None:
    for proposed in (request.root, request.proposed_targets):
        if proposed is not None and proposed.signed.expires <= now:
            raise InputError(
                _("What the request proposes expired on {day}", day=f"{proposed.signed.expires:%Y-%m-%d}"),
                means=_("Kits would no longer accept anything. Nothing was changed."),
                do=_("Make a new proposal"),
            )


def _must_be_held(keyring: Keyring, key_ids: set[str]) -> None:
    if not all(map(keyring.holds, key_ids)):
        raise Damaged(
            _("An online key that the request names is not in this home"),
            means=_("Headquarters could no longer sign for kits. Nothing was changed."),
            do=_("Accept the request where it was proposed, or make a new proposal"),
        )


def _read_root(content: bytes) -> Metadata[Root]:
    """A root on a medium: its holder has seen it, so it is trusted if it can be read."""
    try:
        return Metadata[Root].from_bytes(content)
    except RepositoryError as error:
        raise Damaged(_("The root on a medium cannot be read"), do=_("Use the copy of this medium")) from error


def _check_key(file: KeyFile, ask: AskPassphrase, force: dict[str, set[str]]) -> KeyCheck:
    about = file.about
    try:
        file.open(ask(file))
        opens = True
    except WrongPassphrase:
        opens = False
    return KeyCheck(
        name=about.name,
        role=about.role,
        holder=file.holder,
        made=file.made_at,
        key_id=about.key.keyid,
        medium=str(file.path.parent),
        opens=opens,
        in_force=about.key.keyid in force[about.role],
    )
