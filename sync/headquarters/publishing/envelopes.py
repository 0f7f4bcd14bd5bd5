"""Writes the kits' envelopes into the tree, and before each the people file that it names.

An envelope is written again, with the next serial, when what it says or the key that signs it changed, or half of its
validity is over: it is headquarters' contact with this kit, which restarts its lease. All have the size of one that
names every list with every key in use, so no size shows what a kit carries.
A revoked kit gets one last envelope that says so, and none after it has expired; one that is to be wiped hears of it
whenever it comes.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from data.json_codec import encode_canonical
from data.kit.headquarters_word import REVOKED, KitStatus
from sync.formats import envelope
from sync.formats.envelope import LONGEST_PEOPLE_FILE, Envelope, ListKey, PeopleFile, envelope_path
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.keyring import Keyring
from sync.headquarters.publishing.metadata import half_life_over
from sync.headquarters.publishing.people_files import PeopleFiles
from sync.headquarters.store import metadata_in_force, tree
from sync.headquarters.store.kit_table import Kit, all_kits, note_envelope
from sync.headquarters.store.list_table import all_lists, needed_keys, newest_version
from sync.limits import LIMITS

_LONGEST = "x" * 120
"""A reason, a name with its enrolment, and numbers, at their longest, do not make an envelope longer than others."""


def write_envelopes(connection: Connection, keyring: Keyring, now: datetime) -> None:
    """Put every envelope that is due into the tree."""
    writer = _EnvelopeWriter(connection, keyring, now)
    for kit in all_kits(connection):
        writer.write(kit)


def envelope_signer(home: HeadquartersHome) -> Ed25519PrivateKey:
    """The `kits` key in force: it signs everything that headquarters says to one kit."""
    with home.store.reading() as connection:
        return home.keyring.envelope_signer(metadata_in_force.read_policy(connection).kits)


class _EnvelopeWriter:
    def __init__(self, connection: Connection, keyring: Keyring, now: datetime) -> None:
        self._connection = connection
        self._now = now.replace(microsecond=0)
        self._public = metadata_in_force.read_policy(connection).kits
        self._signer: Ed25519PrivateKey = keyring.envelope_signer(self._public)
        self._people = PeopleFiles(connection, self._signer)
        self._lists = _published_keys(connection)
        longest = KitStatus(reason=_LONGEST, lease_until=now, erase_after=now, signed=now)
        fullest = Envelope(_LONGEST, "", 0, now, self._lists, longest, LONGEST_PEOPLE_FILE)
        self._room = len(envelope.signed_content(fullest))

    def write(self, kit: Kit) -> None:
        lists, people = self._carried(kit), self._people.write(kit)
        life = LIMITS.online_life if kit.lease is None else min(LIMITS.online_life, kit.lease)
        body = self._digest(kit, lists, people)
        if kit.body == body and kit.state == REVOKED:
            if kit.expires < self._now:
                tree.drop(self._connection, envelope_path(kit.folder))
            return
        if kit.body == body and not self._is_due(kit.expires, life):
            return
        expires = self._now + life
        status = self._status(kit)
        content = Envelope(kit.name, kit.enrolment_id, kit.serial + 1, expires, lists, status, people)
        sealed = envelope.seal_envelope(content, self._signer, kit.recipient, room=self._room)
        tree.put(self._connection, envelope_path(kit.folder), sealed)
        note_envelope(self._connection, kit, content.serial, body, expires)

    def _carried(self, kit: Kit) -> tuple[ListKey, ...]:
        return tuple(entry for entry in self._lists if kit.carries(entry.name))

    def _digest(self, kit: Kit, lists: tuple[ListKey, ...], people: PeopleFile | None) -> str:
        """Of everything in an envelope but its serial and times, and of the key that signs it."""
        days = kit.lease and kit.lease.days
        facts = [lists, kit.state, kit.reason, days, kit.enrolment_id, self._public, self._room, people]
        return sha256(encode_canonical(facts)).hexdigest()

    def _is_due(self, expires: datetime, life: timedelta) -> bool:
        """Also where it was signed under a clock that was ahead: until then the kit would get nothing."""
        return half_life_over(expires, self._now, life) or expires > self._now + life

    def _status(self, kit: Kit) -> KitStatus:
        if kit.lease is None:
            return KitStatus(kit.state, kit.reason, signed=self._now)
        ends, erased = self._now + kit.lease, self._now + kit.lease * LIMITS.erase_factor
        return KitStatus(kit.state, kit.reason, ends, erased, self._now)


def _published_keys(connection: Connection) -> tuple[ListKey, ...]:
    return tuple(
        ListKey(entry.name, entry.kind, mandatory=True, keys=needed_keys(connection, entry))
        for entry in all_lists(connection)
        if newest_version(connection, entry.name).number
    )
