"""Enrols a kit: a secret file that a technician carries, and the kit's envelope in the tree.

The file is written before the kit is registered: a kit whose file was lost would be a name nobody can use. A kit
that was lost, wiped or revoked is enrolled again under its name as another one; nothing of the old one serves
it. Of the signing key of a kit headquarters keeps the public half.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from data.durable_files import write_durably
from data.errors import InputError
from data.people.secret_hash import hash_secret, make_pin
from data.people.staff import check_name, normalize_service_number
from data.text import _
from sync.formats.enrolment_file import EnrolledTechnician, EnrolmentFile, enrolment_to_json
from sync.formats.envelope import envelope_path
from sync.formats.people_envelope import people_path
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.envelopes import write_envelopes
from sync.headquarters.publishing.metadata import signing_time
from sync.headquarters.store import metadata_in_force, tree
from sync.headquarters.store.kit_table import add_kit, add_signer, enrol_again, find_kit, get_kit, set_lists, set_post
from sync.headquarters.store.staff_table import find_staff, get_post
from sync.link import is_url, normalize_source

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


_CODE_DIGITS = 10
"""Of a technician's code: whoever finds the enrolment file has its hash."""


@dataclass(frozen=True, slots=True)
class Technician:
    """Who is to set the kit up."""

    number: str
    name: str = ""
    """May be empty for somebody whom headquarters knows."""


@dataclass(frozen=True, slots=True)
class EnrolmentResult:
    """A kit that was enrolled."""

    kit: str
    source: str
    out: Path
    """The secret file, readable by its owner only."""
    code: str = ""
    """With which the technician signs in first; it is kept nowhere."""


class EnrolmentMode(StrEnum):
    """Whether a kit of this name may be there already."""

    NEW = "new"
    AGAIN = "again"


def enrol(
    home: HeadquartersHome,
    kit: str,
    source: str,
    out: Path,
    *,
    lists: tuple[str, ...] | None = None,
    which: EnrolmentMode = EnrolmentMode.NEW,
    post: str | None = None,
    technician: Technician | None = None,
) -> EnrolmentResult:
    """Enrol `kit`, which will fetch from `source` (a folder or an http(s) URL); write its secret file to `out`.

    Args:
        home: of the headquarters.
        kit: its name.
        source: where it fetches.
        out: a file that is not there yet.
        lists: names of the lists it carries; None: every list, for a kit enrolled again those it had.
        which: a new kit, or a known one once more.
        post: where it stands; None: nowhere, for a kit enrolled again where it stood.
        technician: who may sign in on it before it has the people of its post; None: nobody.

    Raises:
        InputError: the name cannot be, is taken or unknown, the source cannot be, a list or post is unknown, the
            technician has no name, or `out` is there.
    """
    _must_be_free(kit, out)
    _must_be_whole(source)
    source = normalize_source(source)
    identity, signing = pyrage.x25519.Identity.generate(), Ed25519PrivateKey.generate()
    enrolment = EnrolmentFile(
        kit=kit,
        source=source,
        enrolment_id=secrets.token_hex(16),
        identity=str(identity),
        folder=secrets.token_hex(16),
        root=b"",
        signing=signing.private_bytes_raw().hex(),
        headquarters="",
    )
    code = make_pin(_CODE_DIGITS) if technician else ""
    with home.changing():
        with home.store.transaction() as connection:
            now = signing_time(connection)
            if technician is not None:
                enrolment = replace(enrolment, technician=_name_technician(connection, technician, code))
            _register(connection, enrolment, str(identity.to_public()), which, now)
            add_signer(connection, kit, signing.public_key().public_bytes_raw())
            if lists is not None:
                set_lists(connection, get_kit(connection, kit), lists)
            if post is not None:
                set_post(connection, get_kit(connection, kit), get_post(connection, post).name)
            write_envelopes(connection, home.keyring, now)
            enrolment = replace(
                enrolment, root=metadata_in_force.read_root_chain(connection)[-1], headquarters=home.mailbox.recipient()
            )
            write_durably(out, enrolment_to_json(enrolment))
        tree.project(home)
    return EnrolmentResult(kit, source, out, code)


def _name_technician(connection: Connection, technician: Technician, code: str) -> EnrolledTechnician:
    number, name = normalize_service_number(technician.number), " ".join(technician.name.split())
    known = find_staff(connection, number)
    if known is not None and known.ended is None:
        name = name or known.person.name
    try:
        return EnrolledTechnician(number, check_name(name), hash_secret(code))
    except ValueError as error:
        raise InputError(
            _("The name of the technician {number} is missing or cannot be shown", number=number),
            means=_("Nothing was changed."),
            do=_("Give the name as well"),
        ) from error


def _register(
    connection: Connection, enrolment: EnrolmentFile, recipient: str, which: EnrolmentMode, now: datetime
) -> None:
    known = find_kit(connection, enrolment.kit)
    if which is EnrolmentMode.NEW:
        if known is not None:
            raise InputError(
                _("There is already a kit called {name}", name=enrolment.kit),
                do=_("Choose another name, or add --again if it is the same kit, set up again"),
            )
        add_kit(connection, enrolment.kit, enrolment.enrolment_id, recipient, enrolment.folder, now)
        return
    before = get_kit(connection, enrolment.kit)
    tree.drop(connection, envelope_path(before.folder))
    tree.drop(connection, people_path(before.folder))
    enrol_again(connection, before, enrolment.enrolment_id, recipient, enrolment.folder, now)


def _must_be_whole(source: str) -> None:
    """InputError for a relative folder: the kit starts elsewhere, and most are on another machine."""
    if source.strip() and not is_url(source) and not Path(source).expanduser().is_absolute():
        raise InputError(
            _("{source} is a relative path", source=repr(source[:80])),
            means=_("The kit would look for it in another folder. Nothing was changed."),
            do=_("Give the whole path of the folder on the kit's machine, or a URL"),
        )


def _must_be_free(kit: str, out: Path) -> None:
    if not _NAME.fullmatch(kit):
        raise InputError(
            _("{name} is not a valid name for a kit", name=repr(kit)),
            do=_("Use 1 to 64 letters, digits, dots, hyphens and underscores"),
        )
    if out.exists():
        raise InputError(
            _("{file} already exists", file=out),
            means=_("It may be another kit's secret file."),
            do=_("Choose another file"),
        )
    if not out.parent.is_dir():
        raise InputError(_("The folder {folder} does not exist", folder=out.parent), do=_("Make the folder first"))
