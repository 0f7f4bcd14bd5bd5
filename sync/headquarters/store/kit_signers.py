"""Who may report: the public signing key of each kit that was enrolled since kits report."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, delete, insert, select

from data.enrolment import REVOKED
from sync.headquarters.store import tables

_signers, _kits = tables.kit_signers, tables.kits


@dataclass(frozen=True, slots=True)
class Signer:
    """One kit that may report."""

    kit: str
    enrolment: str
    recipient: str
    """To whom its acknowledgements are sealed."""
    folder: str
    """Its name in public."""


def add_signer(connection: Connection, kit: str, public: bytes) -> None:
    """Let `kit`, which is enrolled, report under a public Ed25519 key of 32 bytes, and under no earlier one."""
    connection.execute(delete(_signers).where(_signers.c.kit == kit))
    connection.execute(insert(_signers).values(kit=kit, public=public))


def signer_of(connection: Connection, public: bytes) -> Signer | None:
    """The kit that reports under this key, if there is one; a revoked kit reports no more."""
    query = _query().where(_signers.c.public == public, _kits.c.state != REVOKED)
    found = connection.execute(query).one_or_none()
    return _signer(found) if found else None


def signers(connection: Connection) -> list[Signer]:
    """Every kit that may report, by name."""
    return [_signer(found) for found in connection.execute(_query().order_by(_kits.c.name))]


def _signer(row: Row[tuple[str, str, str, str]]) -> Signer:
    return Signer(row.name, row.incarnation, row.recipient, row.folder)


def _query() -> Select[tuple[str, str, str, str]]:
    return select(_kits.c.name, _kits.c.incarnation, _kits.c.recipient, _kits.c.folder).join(
        _signers, _kits.c.name == _signers.c.kit
    )
