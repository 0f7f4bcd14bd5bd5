"""Headquarters' kits, and the envelope of each: which lists it carries, with their keys.

An envelope is written anew, with the next serial, when what it says changed or half of its life is over.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, insert, select, update

from data.plain import canonical, plain
from sync import envelope
from sync.envelope import Envelope, ListKey, envelope_path
from sync.headquarters import tables, tree
from sync.headquarters.keyring import Keyring
from sync.headquarters.list_table import all_listed, list_keys, newest_version
from sync.headquarters.metadata import half_life_over
from sync.limits import LIMITS

_kits = tables.kits


def is_enrolled(connection: Connection, name: str) -> bool:
    """Whether there is a kit of this name."""
    return connection.scalar(select(_kits.c.name).where(_kits.c.name == name)) is not None


def add_kit(connection: Connection, name: str, incarnation: str, recipient: str, folder: str, now: datetime) -> None:
    """A new kit; its first envelope comes with `write_envelopes`."""
    at = now.isoformat()
    facts = {"incarnation": incarnation, "recipient": recipient, "folder": folder, "enrolled": at}
    connection.execute(insert(_kits).values(name=name, serial=0, body="", expires=at, **facts))


def write_envelopes(connection: Connection, keyring: Keyring, now: datetime) -> None:
    """Put every envelope that is due into the tree."""
    lists = _carried(connection)
    body = sha256(canonical(lists)).hexdigest()
    for kit in connection.execute(select(_kits)).all():
        if kit.body == body and not half_life_over(datetime.fromisoformat(kit.expires), now, LIMITS.online_life):
            continue
        expires = now + LIMITS.online_life
        content = Envelope(kit.name, kit.incarnation, kit.serial + 1, expires, lists)
        sealed = envelope.seal(content, keyring.envelope_signer(), kit.recipient)
        tree.put(connection, envelope_path(kit.folder), sealed)
        newest = {"serial": content.serial, "body": body, "expires": plain(expires)}
        connection.execute(update(_kits).where(_kits.c.name == kit.name).values(**newest))


def _carried(connection: Connection) -> tuple[ListKey, ...]:
    published = [entry for entry in all_listed(connection) if newest_version(connection, entry.name).number]
    return tuple(
        ListKey(entry.name, entry.kind, mandatory=True, keys=list_keys(connection, entry.name)) for entry in published
    )
