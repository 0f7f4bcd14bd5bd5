"""What sync keeps in a kit's vault, under which names (`data.kit.headquarters_word` has others)."""

import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from data.errors import Damaged, NoHome
from data.json_codec import encode_canonical, to_json_value
from data.kit.headquarters_word import CARRIED, CONTACT, FLOOR, LIST_KEYS, STATUS, read_last_contact
from data.kit.home import KitHome
from sync.formats.enrolment_file import EnrolmentFile, enrolment_from_json, enrolment_to_json
from sync.formats.envelope import Envelope, ListKey, list_key_from_json

ENROLMENT = "enrolment"
"""The content of the enrolment file."""
FLOOR_ROOT = "floor-root"
"""Version of the root under which the floor was raised."""


def keep_enrolment(home: KitHome, enrolment: EnrolmentFile) -> None:
    """Keep what the enrolment file said."""
    home.vault.put({ENROLMENT: enrolment_to_json(enrolment)})


def read_enrolment(home: KitHome) -> EnrolmentFile:
    """Who this kit is to its headquarters; NoHome when it was never enrolled."""
    stored = home.vault.get(ENROLMENT)
    if stored is None:
        raise NoHome("This kit is not enrolled", do="Make it anew with `waypost kit init`")
    return enrolment_from_json(stored)


def keep_envelope(home: KitHome, envelope: Envelope, signer: Ed25519PublicKey) -> None:
    """Keep what a verified envelope says: its serial, keys, lists and status change together.

    One that is not in force names no lists: those that are here stay, with the keys they have.
    """
    lists = envelope.lists if envelope.status.in_force else read_list_keys(home)[1]
    carried = [{"name": entry.name, "kind": entry.kind, "mandatory": entry.mandatory} for entry in lists]
    keys = {"serial": envelope.serial, "signer": signer.public_bytes_raw(), "lists": lists}
    home.vault.put(
        {
            CARRIED: encode_canonical(carried),
            LIST_KEYS: encode_canonical(keys),
            STATUS: encode_canonical(envelope.status),
        }
    )


def newest_serial(home: KitHome, signer: Ed25519PublicKey) -> int:
    """The serial below which no envelope of `signer` is taken.

    A new `kits` key counts anew: whoever stole the old one may have sent a serial that nobody can pass.
    """
    facts = _read_stored_keys(home)
    return int(facts["serial"]) if facts["signer"] == signer.public_bytes_raw().hex() else 0


def read_list_keys(home: KitHome) -> tuple[int, tuple[ListKey, ...]]:
    """Serial of the newest envelope (0 before the first), and the lists it names with their keys."""
    facts = _read_stored_keys(home)
    try:
        return int(facts["serial"]), tuple(map(list_key_from_json, facts["lists"]))
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged_error() from error


def _read_stored_keys(home: KitHome) -> dict[str, Any]:
    stored = home.vault.get(LIST_KEYS)
    if stored is None:
        return {"serial": 0, "signer": "", "lists": []}
    try:
        facts: dict[str, Any] = json.loads(stored)
        int(facts["serial"]), str(facts["signer"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged_error() from error
    return facts


def _damaged_error() -> Damaged:
    return Damaged("The vault's note of the list keys cannot be read", do="Let a technician look")


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
