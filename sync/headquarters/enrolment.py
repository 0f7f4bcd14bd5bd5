"""Enrols a kit: a secret file that a technician carries, and the kit's envelope in the tree.

The file is written before the kit is registered: a kit whose file was lost would be a name nobody can use. Of the kit's
signing key headquarters keeps the public half.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from data.clock import system_time
from data.errors import InputError
from data.files import write_durably
from sync.enrolment_file import EnrolmentFile, enrolment_to_json
from sync.headquarters import tree
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.kit_signers import add_signer
from sync.headquarters.kit_table import add_kit, is_enrolled, write_envelopes
from sync.headquarters.metadata import ROOT_PATH
from sync.link import checked_source

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A kit that was enrolled."""

    kit: str
    source: str
    out: Path
    """The secret file, readable by its owner only."""


def enrol(home: HeadquartersHome, kit: str, source: str, out: Path) -> Enrolled:
    """Enrol `kit`, which will fetch from `source` (a folder or an http(s) URL); write its secret file to `out`.

    Raises:
        InputError: the name cannot be or is taken, the source cannot be, or `out` is there already.
    """
    _must_be_free(kit, out)
    source = checked_source(source)
    identity, signing = pyrage.x25519.Identity.generate(), Ed25519PrivateKey.generate()
    incarnation, folder = secrets.token_hex(16), secrets.token_hex(16)
    with home.changing():
        with home.store.transaction() as connection:
            if is_enrolled(connection, kit):
                raise InputError(f"There is a kit called {kit} already", do="Choose another name")
            now = system_time().astimezone(UTC)
            add_kit(connection, kit, incarnation, str(identity.to_public()), folder, now)
            add_signer(connection, kit, signing.public_key().public_bytes_raw())
            write_envelopes(connection, home.keyring, now)
            root = tree.get(connection, ROOT_PATH)
            secret = EnrolmentFile(
                kit,
                source,
                incarnation,
                str(identity),
                folder,
                root or b"",
                signing=signing.private_bytes_raw().hex(),
                headquarters=home.mailbox.recipient(),
            )
            write_durably(out, enrolment_to_json(secret), mode=0o600)
        tree.project(home)
    return Enrolled(kit, source, out)


def _must_be_free(kit: str, out: Path) -> None:
    if not _NAME.fullmatch(kit):
        raise InputError(
            f"{kit!r} cannot be the name of a kit", do="Use 1 to 64 letters, digits, dots, hyphens and underscores"
        )
    if out.exists():
        raise InputError(f"{out} is there already", means="It may be another kit's secret.", do="Choose another file")
    if not out.parent.is_dir():
        raise InputError(f"The folder {out.parent} is not there", do="Make it first")
