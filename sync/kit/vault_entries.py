"""What sync keeps in a kit's vault, under which names (`data.kit.headquarters_word` has others)."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data.errors import Damaged, NoHome
from data.json_codec import decode, encode_canonical, to_json_value
from data.kit.headquarters_word import CARRIED, CONTACT, FLOOR, LIST_KEYS, STATUS, read_last_contact
from data.kit.home import ENROLMENT, KitHome
from data.text import _
from sync.formats.enrolment_file import EnrolmentFile, enrolment_from_json, enrolment_to_json
from sync.formats.envelope import Envelope, ListKey

FLOOR_ROOT = "floor-root"
"""Version of the root under which the floor was raised."""
METADATA_VERSIONS = "metadata-versions"
"""Versions of the newest root and timestamp that were verified: the files of metadata may be put back."""


def keep_enrolment(home: KitHome, enrolment: EnrolmentFile) -> None:
    """Keep what the enrolment file said."""
    home.vault.put({ENROLMENT: enrolment_to_json(enrolment)})


def read_enrolment(home: KitHome) -> EnrolmentFile:
    """Who this kit is to its headquarters; NoHome when it was never enrolled."""
    stored = home.vault.get(ENROLMENT)
    if stored is None:
        raise NoHome(
            _("This kit is not enrolled"),
            do=_(
                "Ask headquarters for an enrolment file and make the kit in an empty folder with `waypost kit init`; "
                "if this one was ever in use, keep its folder, which has its journal"
            ),
        )
    return enrolment_from_json(stored)


def keep_envelope(home: KitHome, envelope: Envelope, signer: Ed25519PublicKey) -> None:
    """Keep what a verified envelope says: its serial, keys, lists and status change together.

    One that is not in force names no lists: those that are here stay, with the keys they have.
    """
    lists = envelope.lists if envelope.status.in_force else read_list_keys(home)[1]
    carried = [{"name": entry.name, "kind": entry.kind, "mandatory": entry.mandatory} for entry in lists]
    keys = _StoredKeys(envelope.serial, signer.public_bytes_raw().hex(), lists)
    home.vault.put(
        {
            CARRIED: encode_canonical(carried),
            LIST_KEYS: encode_canonical(keys),
            STATUS: encode_canonical(envelope.status),
        }
    )


def newest_serial(home: KitHome, signer: Ed25519PublicKey) -> int:
    """The serial below which no envelope of `signer` is taken.

    With a new `kits` key, serials start again: whoever stole the old one may have sent a serial that nobody can pass.
    """
    stored = _read_stored_keys(home)
    return stored.serial if stored.signer == signer.public_bytes_raw().hex() else 0


def read_list_keys(home: KitHome) -> tuple[int, tuple[ListKey, ...]]:
    """Serial of the newest envelope (0 before the first), and the lists it names with their keys."""
    stored = _read_stored_keys(home)
    return stored.serial, stored.lists


def raise_floor(home: KitHome, signed: datetime, root_version: int) -> None:
    """Take a verified signed time as one before which no clock can be right, until a newer root says otherwise."""
    home.vault.put({FLOOR: str(to_json_value(signed)).encode(), FLOOR_ROOT: str(root_version).encode()})


def floor_root(home: KitHome) -> int | None:
    """The version of the root under which the floor was raised; None when that is not known."""
    stored = home.vault.get(FLOOR_ROOT)
    return int(stored) if stored else None


def keep_contact(home: KitHome, at: datetime) -> None:
    """Note as of when fresh metadata of headquarters was seen; a stick that comes late does not turn it back."""
    before = read_last_contact(home)
    if before is None or at > before:
        home.vault.put({CONTACT: str(to_json_value(at)).encode()})


@dataclass(frozen=True, slots=True)
class MetadataVersions:
    """The versions of the signed metadata at its two ends; a new root may begin the other files anew."""

    root: int = 0
    timestamp: int = 0

    def is_older_than(self, known: "MetadataVersions") -> bool:
        """Whether this was in force before what is known."""
        return (self.root, self.timestamp) < (known.root, known.timestamp)


def read_metadata_versions(home: KitHome) -> MetadataVersions:
    """What was verified last; versions 0 before the first sync."""
    content = home.vault.get(METADATA_VERSIONS)
    damaged = Damaged(_("The vault's record of the metadata cannot be read"), do=_("Ask a technician"))
    return decode(MetadataVersions, content, lambda _why: damaged) if content else MetadataVersions()


def keep_metadata_versions(home: KitHome, versions: MetadataVersions) -> None:
    """Note what was verified."""
    if versions != read_metadata_versions(home):
        home.vault.put({METADATA_VERSIONS: encode_canonical(versions)})


@dataclass(frozen=True, slots=True)
class _StoredKeys:
    serial: int
    signer: str
    """Public key of who signed it, hexadecimal."""
    lists: tuple[ListKey, ...]


def _read_stored_keys(home: KitHome) -> _StoredKeys:
    content = home.vault.get(LIST_KEYS)
    if content is None:
        return _StoredKeys(0, "", ())
    damaged = Damaged(
        _("The vault's record of the list keys cannot be read"), do=_("Ask a technician to look at the kit")
    )
    return decode(_StoredKeys, content, lambda _why: damaged)
