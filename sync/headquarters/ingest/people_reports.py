"""What kits report of their people, taken from their entries as these come in: changed PINs, and whom posts added.

- A changed PIN waits here until the next publication, which decides whether it counts (`publishing.changed_secrets`):
  the store of people is another database, and an upload must not wait for it. The hash goes once that is decided.
- A kit's entries are signed but not trusted in shape: one that does not fit is passed over and stays in its stream.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from data.errors import Damaged
from data.journal.chains import MAX_ENTRY_BYTES
from data.journal.outgoing import OutboxEntry
from data.json_codec import decode, decode_or_none
from data.people.people_reports import (
    CREDENTIAL_CHANGED,
    LOCAL_PERSON_ADDED,
    ReportedCredential,
    ReportedLocalPerson,
)
from data.text import _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.store import report_tables

APPLIED = "applied"
_WAITING = ""
_credentials, _local = report_tables.changed_credentials, report_tables.local_people


@dataclass(frozen=True, slots=True)
class WaitingCredential:
    """A changed PIN that no publication has looked at."""

    id: int
    kit: str
    number: str
    replaces: int
    secret: str = field(repr=False)
    is_initial: bool


@dataclass(frozen=True, slots=True)
class IgnoredCredential:
    """A changed PIN that does not count."""

    kit: str
    number: str
    at: datetime
    why: str
    """A word of `publishing.changed_secrets`."""


@dataclass(frozen=True, slots=True)
class KitLocalPerson:
    """Somebody whom a post added itself; headquarters does not publish them."""

    kit: str
    number: str
    name: str
    roles: tuple[str, ...]
    until: datetime
    by: str
    second: str
    at: datetime


def keep_people_facts(connection: Connection, kit: str, entry: OutboxEntry) -> None:
    """Take what an entry says of people, if it says something of them."""
    if entry.kind == CREDENTIAL_CHANGED:
        credential = decode_or_none(ReportedCredential, entry.body, most_bytes=MAX_ENTRY_BYTES)
        if credential is not None:
            _keep_credential(connection, kit, credential)
    elif entry.kind == LOCAL_PERSON_ADDED:
        person = decode_or_none(ReportedLocalPerson, entry.body, most_bytes=MAX_ENTRY_BYTES)
        if person is not None:
            _keep_local_person(connection, kit, person)


def read_waiting(home: HeadquartersHome) -> tuple[WaitingCredential, ...]:
    """Changed PINs that no publication has looked at, in the order in which they came."""
    query = select(_credentials).where(_credentials.c.outcome == _WAITING).order_by(_credentials.c.id)
    with home.reports.reading() as connection:
        return tuple(
            WaitingCredential(row.id, row.kit, row.number, row.replaces, row.secret, row.initial)
            for row in connection.execute(query)
        )


def settle_waiting(home: HeadquartersHome, outcomes: Mapping[int, str]) -> None:
    """Note what became of changed PINs, by id, and forget their hashes."""
    if not outcomes:
        return
    with home.reports.transaction() as connection:
        for number, outcome in outcomes.items():
            row = update(_credentials).where(_credentials.c.id == number)
            connection.execute(row.values(outcome=outcome, secret=""))


def list_ignored(home: HeadquartersHome) -> tuple[IgnoredCredential, ...]:
    """Changed PINs that do not count, the oldest first."""
    query = select(_credentials).where(_credentials.c.outcome.not_in([_WAITING, APPLIED])).order_by(_credentials.c.id)
    with home.reports.reading() as connection:
        return tuple(
            IgnoredCredential(row.kit, row.number, datetime.fromisoformat(row.at), row.outcome)
            for row in connection.execute(query)
        )


def list_local_people(home: HeadquartersHome) -> tuple[KitLocalPerson, ...]:
    """Whom posts added themselves, by kit and number; those whose time is over too."""
    query = select(_local).order_by(_local.c.kit, _local.c.number)
    with home.reports.reading() as connection:
        return tuple(map(_local_person, connection.execute(query)))


def _keep_credential(connection: Connection, kit: str, facts: ReportedCredential) -> None:
    values = {"number": facts.number, "replaces": facts.replaces, "secret": facts.secret, "initial": facts.initial}
    connection.execute(insert(_credentials).values(kit=kit, **values, at=facts.at.isoformat(), outcome=_WAITING))


def _keep_local_person(connection: Connection, kit: str, facts: ReportedLocalPerson) -> None:
    connection.execute(delete(_local).where(_local.c.kit == kit, _local.c.number == facts.number))
    values = {"number": facts.number, "name": facts.name, "by": facts.by, "second": facts.second}
    times = {"until": facts.until.isoformat(), "at": facts.at.isoformat()}
    connection.execute(insert(_local).values(kit=kit, **values, **times, roles=json.dumps(facts.roles)))


def _local_person(row: Row[tuple[object, ...]]) -> KitLocalPerson:
    until, at = (datetime.fromisoformat(text) for text in (row.until, row.at))
    roles = decode(tuple[str, ...], row.roles, lambda _why: Damaged(_("The roles of a local person cannot be read")))
    return KitLocalPerson(row.kit, row.number, row.name, roles, until, row.by, row.second, at)
