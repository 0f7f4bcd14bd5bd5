"""Kits as headquarters' store holds them, and what is done to one: enrolled, set, suspended, revoked.

- Whatever takes a list away from a kit turns the list's key: from the next publication on its files open with a key
  that only the remaining kits get. What the kit had it keeps; nobody can take that back over a line.
- Who may report: each kit has one public signing key; a revoked kit can no longer report.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from data.errors import Damaged, InputError
from data.json_codec import decode
from data.json_errors import JsonError
from data.kit.headquarters_word import IN_FORCE, REVOKED, SUSPENDED, WIPED
from data.people.roster import KEY_BYTES
from data.text import Message, _
from sync.headquarters.store import tables
from sync.headquarters.store.database import RESTORE
from sync.headquarters.store.list_table import all_lists, turn_key, unknown_list
from sync.limits import LIMITS

ENDED = frozenset({REVOKED, WIPED})
"""States that only another enrolment leaves."""

_kits = tables.kits
_ALL_LISTS = "null"
"""In the column `carries`."""

_signers = tables.kit_signers


@dataclass(frozen=True, slots=True)
class PublishedPeople:
    """The people file of a kit that is in the tree."""

    serial: int
    """Of its roster; it stays when the file goes, so that no serial comes twice."""
    body: str = ""
    """Digest of what it says; empty where there is no file."""
    sha256: bytes = b""
    size: int = 0
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Kit:
    """One kit at headquarters."""

    name: str
    enrolment_id: str
    """Which enrolment of the kit."""
    recipient: str
    folder: str
    serial: int
    """Of its newest envelope."""
    body: str
    expires: datetime
    enrolled: datetime
    state: str
    """`in_force`, `suspended`, `revoked` or `wiped`."""
    reason: str
    lists: tuple[str, ...] | None
    """Names of the lists it carries; None: every list."""
    lease_days: int | None
    """As it was set; 0 for none, None for the one of every kit."""
    post: str | None
    """Where it stands; None: nobody signs in there."""
    people: PublishedPeople

    @property
    def lease(self) -> timedelta | None:
        """How long the kit may work without contact with headquarters; None: for ever."""
        days = LIMITS.lease_days if self.lease_days is None else self.lease_days
        return timedelta(days) if days else None

    @property
    def is_in_force(self) -> bool:
        """Whether the kit may work."""
        return self.state == IN_FORCE

    def carries(self, name: str) -> bool:
        """Whether the kit gets the keys of a list."""
        return self.state == IN_FORCE and (self.lists is None or name in self.lists)


def all_kits(connection: Connection) -> list[Kit]:
    """Every kit, by name."""
    return [_kit(row) for row in connection.execute(select(_kits).order_by(_kits.c.name)).all()]


def get_kit(connection: Connection, name: str) -> Kit:
    """The kit `name`; InputError when there is none."""
    kit = find_kit(connection, name)
    if kit is None:
        raise InputError(_("There is no kit called {name}", name=name), do=_("`waypost hq kits` lists them"))
    return kit


def find_kit(connection: Connection, name: str) -> Kit | None:
    """The kit `name`, if it was enrolled."""
    return next((kit for kit in all_kits(connection) if kit.name == name), None)


def add_kit(connection: Connection, name: str, enrolment_id: str, recipient: str, folder: str, now: datetime) -> None:
    """A new kit that carries every list; its first envelope comes with `write_envelopes`."""
    facts = {"incarnation": enrolment_id, "recipient": recipient, "folder": folder, "enrolled": now.isoformat()}
    connection.execute(insert(_kits).values(name=name, serial=0, body="", expires=now.isoformat(), **facts))


def enrol_again(
    connection: Connection, kit: Kit, enrolment_id: str, recipient: str, folder: str, now: datetime
) -> None:
    """Another enrolment of a kit: what was sealed to the one before is not for this one.

    The key for codes by radio is made anew: whoever has the lost kit has the old one.
    """
    facts = {"incarnation": enrolment_id, "recipient": recipient, "folder": folder, "enrolled": now.isoformat()}
    _set_values(connection, kit, body="", state=IN_FORCE, reason="", countersign_key=None, people_body="", **facts)


def set_lists(connection: Connection, kit: Kit, names: tuple[str, ...] | None) -> tuple[str, ...]:
    """From now on the kit carries these lists (None: every one); returns those whose key turned.

    Raises:
        InputError: a name is no list of this headquarters.
    """
    known = [entry.name for entry in all_lists(connection)]
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        raise unknown_list(connection, unknown[0])
    _set_values(connection, kit, carries=json.dumps(names if names is None else sorted(set(names))))
    return _turn_keys(
        connection, [] if names is None else [name for name in known if kit.carries(name) and name not in names]
    )


def suspend(connection: Connection, kit: Kit, why: str) -> None:
    """The kit gets no lists until it is resumed; its keys stay valid, so this is for a kit that is not lost."""
    _must_not_be_revoked(kit)
    _set_values(connection, kit, state=SUSPENDED, reason=_reason(why))


def resume(connection: Connection, kit: Kit) -> None:
    """Take a suspension back."""
    _must_not_be_revoked(kit)
    _set_values(connection, kit, state=IN_FORCE, reason="")


def set_lease(connection: Connection, kit: Kit, days: int | None) -> None:
    """Set how long the kit may work without contact with headquarters; 0: for ever; None: the default of every kit."""
    _set_values(connection, kit, lease_days=days)


def set_post(connection: Connection, kit: Kit, post: str | None) -> None:
    """From now on the kit stands at this post; None: at none."""
    _set_values(connection, kit, post=post)


def countersign_key(connection: Connection, kit: Kit) -> bytes:
    """The 32 bytes that the kit shares with headquarters for codes by radio; made when they are first needed."""
    key = connection.scalar(select(_kits.c.countersign_key).where(_kits.c.name == kit.name))
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        _set_values(connection, kit, countersign_key=key)
    return key


def note_people(connection: Connection, kit: Kit, people: PublishedPeople) -> None:
    """Note what the newest people file of a kit is."""
    _set_values(
        connection,
        kit,
        people_serial=people.serial,
        people_body=people.body,
        people_sha256=people.sha256,
        people_size=people.size,
    )


def sign_anew(connection: Connection, kit: Kit) -> None:
    """The next publication writes its envelope again, whether or not anything in it changed."""
    _must_not_be_revoked(kit)
    _set_values(connection, kit, body="")


def revoke(connection: Connection, kit: Kit, why: str) -> tuple[str, ...]:
    """End the kit for good; returns the lists whose key turned."""
    _must_not_be_revoked(kit)
    return _end_kit(connection, kit, REVOKED, why)


def wipe(connection: Connection, kit: Kit, why: str) -> tuple[str, ...]:
    """End the kit for good and have it erase what it has; this also works for a revoked kit. Returns what turned."""
    if kit.state != REVOKED:
        _must_not_be_revoked(kit)
    return _end_kit(connection, kit, WIPED, why)


def note_envelope(connection: Connection, kit: Kit, serial: int, body: str, expires: datetime) -> None:
    """Note what the newest envelope of a kit is."""
    _set_values(connection, kit, serial=serial, body=body, expires=expires.isoformat())


def renumber_envelopes(connection: Connection, beyond: int) -> None:
    """The next envelope and people file of every kit are written again, with serials above this one."""
    connection.execute(update(_kits).values(body="", people_body=""))
    connection.execute(update(_kits).where(_kits.c.serial < beyond).values(serial=beyond))
    connection.execute(update(_kits).where(_kits.c.people_serial < beyond).values(people_serial=beyond))


@dataclass(frozen=True, slots=True)
class KitSigner:
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


def signer_of(connection: Connection, public: bytes) -> KitSigner | None:
    """The kit that reports under this key, if there is one; a revoked kit can no longer report."""
    query = _signer_query().where(_signers.c.public == public, _kits.c.state != REVOKED)
    row = connection.execute(query).one_or_none()
    return _signer(row) if row else None


def signers(connection: Connection) -> list[KitSigner]:
    """Every kit that may report, by name."""
    return [_signer(row) for row in connection.execute(_signer_query().order_by(_kits.c.name))]


def _end_kit(connection: Connection, kit: Kit, state: str, why: str) -> tuple[str, ...]:
    suspended = kit.state == SUSPENDED  # it kept its keys, so they turn as well
    had = [
        entry.name
        for entry in all_lists(connection)
        if kit.carries(entry.name) or (suspended and (kit.lists is None or entry.name in kit.lists))
    ]
    _set_values(connection, kit, state=state, reason=_reason(why))
    return _turn_keys(connection, had)


def _turn_keys(connection: Connection, names: list[str]) -> tuple[str, ...]:
    for name in names:
        turn_key(connection, name)
    return tuple(names)


def _set_values(connection: Connection, kit: Kit, **values: Any) -> None:
    connection.execute(update(_kits).where(_kits.c.name == kit.name).values(**values))


def _reason(why: str) -> str:
    if not why.strip() or not why.isprintable() or len(why.encode()) > 120:
        raise InputError(
            _("The reason is missing or too long"),
            means=_("Nothing was changed."),
            do=_("Give one line of at most 120 characters"),
        )
    return why.strip()


_ENDINGS: dict[str, Callable[[str, str], Message]] = {
    REVOKED: lambda kit, reason: _("{kit} has been revoked ({reason})", kit=kit, reason=reason),
    WIPED: lambda kit, reason: _("{kit} has been wiped ({reason})", kit=kit, reason=reason),
}


def _must_not_be_revoked(kit: Kit) -> None:
    if kit.state in ENDED:
        raise InputError(
            _ENDINGS[kit.state](kit.name, kit.reason),
            means=_("Nothing was changed."),
            do=_(
                "If the kit was lost and has been found, enrol it again: `waypost hq enrol --kit {name} --again`",
                name=kit.name,
            ),
        )


def _damaged(_why: JsonError) -> Damaged:
    return Damaged(_("The lists of a kit in headquarters' store cannot be read"), do=RESTORE)


def _kit(row: Row[Any]) -> Kit:
    lists = None if row.carries == _ALL_LISTS else decode(tuple[str, ...], row.carries, _damaged)
    return Kit(
        name=row.name,
        enrolment_id=row.incarnation,
        recipient=row.recipient,
        folder=row.folder,
        serial=row.serial,
        body=row.body,
        expires=datetime.fromisoformat(row.expires),
        enrolled=datetime.fromisoformat(row.enrolled),
        state=row.state,
        reason=row.reason,
        lists=lists,
        lease_days=row.lease_days,
        post=row.post,
        people=PublishedPeople(row.people_serial, row.people_body, row.people_sha256 or b"", row.people_size),
    )


def _signer(row: Row[tuple[str, str, str, str]]) -> KitSigner:
    return KitSigner(row.name, row.incarnation, row.recipient, row.folder)


def _signer_query() -> Select[tuple[str, str, str, str]]:
    return select(_kits.c.name, _kits.c.incarnation, _kits.c.recipient, _kits.c.folder).join(
        _signers, _kits.c.name == _signers.c.kit
    )
