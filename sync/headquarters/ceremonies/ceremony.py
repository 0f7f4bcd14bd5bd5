"""One holder's part in a ceremony, and headquarters' part after the last: each done whole, and written into a protocol.

The protocol of a medium lies on it, that of headquarters in its home: two papers that must agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from data.clock import system_time
from data.errors import Damaged, InputError, WrongPassphrase
from sync.headquarters.ceremonies import offline_key, protocol_file
from sync.headquarters.ceremonies.acceptance import accept
from sync.headquarters.ceremonies.offline_key import KeyFile, PublicKey, Role
from sync.headquarters.ceremonies.request import Request
from sync.headquarters.ceremonies.request_words import in_words
from sync.headquarters.ceremonies.root_chain import fingerprint, newest_root
from sync.headquarters.ceremonies.signing import SEEN_ROOT, may_sign, must_be_ours, remember_root, sign, signatures
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.publisher import PublishReport, publish

Ask = Callable[[KeyFile], str]
"""The passphrase of a key, from its holder."""


@dataclass(frozen=True, slots=True)
class KeyChecked:
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
class MediaChecked:
    """What a check of some media found."""

    keys: tuple[KeyChecked, ...]
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
    about = offline_key.make(medium, name, role, passphrase, now, holder=holder).about
    lines = [f"key id {about.key.keyid}", f"for the role {role}", f"holder {holder or 'not named'}"]
    protocol_file.record(medium / protocol_file.NAME, now, f"{name} was made", lines)
    return about


def change_passphrase(medium: Path, ask: Ask, new: Ask, now: datetime) -> tuple[str, ...]:
    """Every key of a medium under another passphrase; their names. See `offline_key.change_passphrase`."""
    files = offline_key.on_medium(medium)
    for file in files:
        offline_key.change_passphrase(file, ask(file), new(file))
    names = tuple(file.about.name for file in files)
    protocol_file.record(medium / protocol_file.NAME, now, "The passphrase was changed", names)
    return names


def sign_on_medium(request: Request, medium: Path, ask: Ask, now: datetime) -> tuple[Request, list[str]]:
    """The request with the signatures of every key on `medium` that it asks for, and what was signed in words.

    Raises:
        InputError: it asks for none of them, or all have signed.
        TrustError: it comes from another headquarters than the medium knows.
        WrongPassphrase: a key does not open.
    """
    known = must_be_ours(request, medium)
    files = offline_key.on_medium(medium)
    asked = [file for file in files if may_sign(request, file.about)] or files[:1]
    lines = []
    for file in asked:
        request, documents = sign(request, file.open(ask(file)))
        lines.append(f"{file.about.name} signed: {', '.join(documents)}")
    remember_root(request, medium)
    if not known:
        lines.append(f"the medium knew no root; it knows this one from now on: {fingerprint(request.roots[-1])}")
    protocol_file.record(medium / protocol_file.NAME, now, "A request was signed", [*lines, *in_words(request)])
    return request, lines


def accept_signed(home: HeadquartersHome, request: Request) -> PublishReport:
    """Put a request in force, publish, and write both into the protocol of the home; see `acceptance.accept`."""
    accept(home, request)
    report = publish(home)
    signed = [f"{one.document}: {', '.join(one.signed)} of {one.judge}" for one in signatures(request)]
    protocol_file.record(
        home.path / protocol_file.NAME, system_time(), "A request was accepted", [*in_words(request), *signed]
    )
    return report


def check_media(media: tuple[Path, ...], ask: Ask, roots: tuple[bytes, ...] = ()) -> MediaChecked:
    """Look at keys and media: right root, right key, opens.

    Args:
        media: folders with one key or more.
        ask: for passphrases.
        roots: every root of headquarters, the first first, if its tree is at hand; else the newest on the media counts.

    Raises:
        NoHome: a medium has no key.
        TrustError: a medium belongs to another headquarters.
    """
    files = [file for medium in media for file in offline_key.on_medium(medium)]
    seen = [(medium / SEEN_ROOT).read_bytes() for medium in media if (medium / SEEN_ROOT).exists()]
    for known in seen if roots else ():
        newest_root(roots, known=known)
    content = roots[-1] if roots else max(seen, key=lambda one: _root(one).signed.version, default=None)
    if content is None:
        raise InputError("No root is known here", do="Give --home, the home or a copy of its public tree")
    newest = newest_root(roots) if roots else _root(content)
    force = {role.value: set(newest.signed.roles[role].keyids) for role in Role}
    keys = [_checked(file, ask, force) for file in files]
    good = {key.key_id: key.role for key in keys if key.opens and key.in_force}
    return MediaChecked(
        keys=tuple(keys),
        root_version=newest.signed.version,
        root_expires=newest.signed.expires,
        fingerprint=fingerprint(content),
        needed={role.value: newest.signed.roles[role].threshold for role in Role},
        present={role.value: sum(one is role for one in good.values()) for role in Role},
    )


def _root(content: bytes) -> Metadata[Root]:
    """A root on a medium: its holder saw it, so it is believed as far as it can be read."""
    try:
        return Metadata[Root].from_bytes(content)
    except (RepositoryError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged("The root on a medium cannot be read", do="Take the copy of this medium") from error


def _checked(file: KeyFile, ask: Ask, force: dict[str, set[str]]) -> KeyChecked:
    about = file.about
    try:
        file.open(ask(file))
        opens = True
    except WrongPassphrase:
        opens = False
    return KeyChecked(
        name=about.name,
        role=about.role,
        holder=file.holder,
        made=file.made,
        key_id=about.key.keyid,
        medium=str(file.path.parent),
        opens=opens,
        in_force=about.key.keyid in force[about.role],
    )
