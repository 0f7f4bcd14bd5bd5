"""What sync keeps in a kit's vault, under which names (`data.enrolment` has those that the counter reads too)."""

import json
from datetime import datetime

from data.enrolment import CARRIED, CONTACT, FLOOR, POLICY, last_contact
from data.errors import Damaged, NoHome
from data.home import KitHome
from data.plain import canonical, plain
from sync.enrolment_file import EnrolmentFile, enrolment_from_json, enrolment_to_json
from sync.envelope import Envelope, ListKey, list_key_from

ENROLMENT = "enrolment"
"""The content of the enrolment file."""
LIST_KEYS = "list-keys"
"""Serial of the newest envelope, and the lists it names with their keys."""


def keep_enrolment(home: KitHome, enrolment: EnrolmentFile) -> None:
    """Keep what the enrolment file said."""
    home.vault.put({ENROLMENT: enrolment_to_json(enrolment)})


def enrolment_of(home: KitHome) -> EnrolmentFile:
    """Who this kit is to its headquarters; NoHome when it was never enrolled."""
    kept = home.vault.get(ENROLMENT)
    if kept is None:
        raise NoHome("This kit is not enrolled", do="Make it anew with `waypost kit init`")
    return enrolment_from_json(kept)


def keep_policy(home: KitHome, policy: bytes) -> None:
    """Keep a verified policy."""
    if home.vault.get(POLICY) != policy:
        home.vault.put({POLICY: policy})


def keep_envelope(home: KitHome, envelope: Envelope) -> None:
    """Keep what a verified envelope says: its serial, keys and lists change together."""
    lists = [{"name": entry.name, "kind": entry.kind, "mandatory": entry.mandatory} for entry in envelope.lists]
    keys = {"serial": envelope.serial, "lists": envelope.lists}
    home.vault.put({CARRIED: canonical(lists), LIST_KEYS: canonical(keys)})


def list_keys(home: KitHome) -> tuple[int, tuple[ListKey, ...]]:
    """Serial of the newest envelope (0 before the first), and the lists it names with their keys."""
    kept = home.vault.get(LIST_KEYS)
    if kept is None:
        return 0, ()
    try:
        facts = json.loads(kept)
        return int(facts["serial"]), tuple(map(list_key_from, facts["lists"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("The vault's note of the list keys cannot be read", do="Let a technician look") from error


def raise_floor(home: KitHome, signed: datetime) -> None:
    """Take a verified signed time as one before which no clock can be right."""
    home.vault.put({FLOOR: str(plain(signed)).encode()})


def keep_contact(home: KitHome, at: datetime) -> None:
    """Note as of when fresh metadata of headquarters was seen; a stick that comes late does not turn it back."""
    before = last_contact(home)
    if before is None or at > before:
        home.vault.put({CONTACT: str(plain(at)).encode()})
