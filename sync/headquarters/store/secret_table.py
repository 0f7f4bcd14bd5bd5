"""The table of values under names: headquarters' signing keys in one file, its mailbox in another."""

from sqlalchemy import Column, Connection, LargeBinary, MetaData, Table, Text, delete, insert, select

from sync.headquarters.store.tables import NAMES

metadata = MetaData(naming_convention=NAMES)

secrets = Table(
    "secret",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


def get_secret(connection: Connection, name: str) -> bytes | None:
    """The value under `name`."""
    value = connection.scalar(select(secrets.c.value).where(secrets.c.name == name))
    return None if value is None else bytes(value)


def put_secret(connection: Connection, name: str, value: bytes) -> None:
    """Keep `value` under `name`, in place of what was there."""
    forget_secret(connection, name)
    connection.execute(insert(secrets).values(name=name, value=value))


def forget_secret(connection: Connection, name: str) -> None:
    """Delete the secret stored under `name`."""
    connection.execute(delete(secrets).where(secrets.c.name == name))
