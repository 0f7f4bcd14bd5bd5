"""The keys that signed what headquarters said to single kits: those that the policies of this headquarters named."""

from sqlalchemy import Connection, insert, select

from sync.headquarters.store import in_force, tables

_keys = tables.kits_keys


def keep_kits_key(connection: Connection) -> None:
    """Remember the key of the policy in force, before another policy takes its place."""
    public = bytes.fromhex(in_force.policy(connection).kits)
    if public not in kits_keys_before(connection):
        connection.execute(insert(_keys).values(public=public))


def kits_keys(connection: Connection) -> frozenset[bytes]:
    """Every such key there ever was, the one in force included; Ed25519, 32 bytes each."""
    return kits_keys_before(connection) | {bytes.fromhex(in_force.policy(connection).kits)}


def kits_keys_before(connection: Connection) -> frozenset[bytes]:
    """Those of policies that are in force no more."""
    return frozenset(bytes(public) for public in connection.scalars(select(_keys.c.public)))
