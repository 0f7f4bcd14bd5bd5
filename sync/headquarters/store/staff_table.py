"""Posts, and the people who work there, as headquarters' store holds them.

A row is never deleted: a service number that was ever given is taken for good.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from data.errors import Damaged, InputError
from data.json_codec import decode
from data.json_errors import JsonError
from data.people.staff import Credential, StaffMember, StaffRole
from data.text import _
from sync.headquarters.store import tables
from sync.headquarters.store.database import RESTORE

_posts, _staff = tables.posts, tables.staff
HEADQUARTERS = "Headquarters"
"""Where the staff of headquarters work: no post of a kit, so no kit gets their entries."""


@dataclass(frozen=True, slots=True)
class Post:
    """A place where kits stand."""

    name: str
    has_duress: bool
    """Whether its people may have a PIN under duress."""


@dataclass(frozen=True, slots=True)
class SecretOrigin:
    """On which kit a PIN was changed, and which version of the credential that kit replaced."""

    kit: str
    version: int


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """One row: a person, where they work, and whether headquarters ended it."""

    person: StaffMember
    posts: tuple[str, ...]
    ended: datetime | None = None
    reason: str = ""
    origin: SecretOrigin | None = None
    """Of the PIN; None where headquarters gave it."""


def all_posts(connection: Connection) -> list[Post]:
    """Every post, by name."""
    query = select(_posts).order_by(_posts.c.name)
    return [Post(row.name, row.has_duress) for row in connection.execute(query)]


def get_post(connection: Connection, name: str) -> Post:
    """The post `name`; InputError when there is none."""
    row = connection.execute(select(_posts).where(_posts.c.name == name)).one_or_none()
    if row is None:
        known = ", ".join(post.name for post in all_posts(connection))
        raise InputError(
            _("There is no post called {name}", name=name),
            means=_("Nothing was changed."),
            do=_("Check the name; there are: {names}", names=known or "-"),
        )
    return Post(row.name, row.has_duress)


def put_post(connection: Connection, post: Post) -> None:
    """A post as it is from now on, new or known."""
    changed = update(_posts).where(_posts.c.name == post.name).values(has_duress=post.has_duress)
    if not connection.execute(changed).rowcount:
        connection.execute(insert(_posts).values(name=post.name, has_duress=post.has_duress))


def all_staff(connection: Connection) -> list[StaffEntry]:
    """Everybody who was ever added, by service number."""
    return [_entry(row) for row in connection.execute(select(_staff).order_by(_staff.c.number))]


def staff_by_post(connection: Connection) -> dict[str, tuple[StaffMember, ...]]:
    """Who works at each post and was not ended, by service number; every post is there."""
    people: dict[str, list[StaffMember]] = {post.name: [] for post in all_posts(connection)}
    for row in connection.execute(select(_staff).where(_staff.c.ended.is_(None)).order_by(_staff.c.number)):
        entry = _entry(row)
        for post in entry.posts:
            people.setdefault(post, []).append(entry.person)
    return {post: tuple(there) for post, there in people.items()}


def find_staff(connection: Connection, number: str) -> StaffEntry | None:
    """Who has or had this service number."""
    row = connection.execute(select(_staff).where(_staff.c.number == number)).one_or_none()
    return _entry(row) if row else None


def add_staff(connection: Connection, entry: StaffEntry) -> None:
    """Somebody under a service number that nobody ever had; the database refuses another one."""
    connection.execute(insert(_staff).values(number=entry.person.number, **_values(entry)))


def change_staff(connection: Connection, entry: StaffEntry) -> None:
    """What is known of a person from now on."""
    connection.execute(update(_staff).where(_staff.c.number == entry.person.number).values(**_values(entry)))


def _values(entry: StaffEntry) -> dict[str, Any]:
    person, credential = entry.person, entry.person.credential
    return {
        "name": person.name,
        "human": person.human,
        "roles": json.dumps([role.value for role in person.roles]),
        "posts": json.dumps(sorted(entry.posts)),
        "valid_from": _to_text(person.valid_from),
        "valid_until": _to_text(person.valid_until),
        "ended": _to_text(entry.ended),
        "reason": entry.reason,
        "version": credential.version,
        "secret": credential.secret,
        "is_initial": credential.is_initial,
        "duress": credential.duress,
        "card": credential.card,
        "origin_kit": entry.origin.kit if entry.origin else "",
        "origin_version": entry.origin.version if entry.origin else 0,
    }


def _entry(row: Row[Any]) -> StaffEntry:
    names = decode(tuple[str, ...], row.roles, _damaged)
    person = StaffMember(
        number=row.number,
        name=row.name,
        human=row.human,
        roles=tuple(role for role in StaffRole if role.value in names),
        credential=Credential(row.version, row.secret, row.is_initial, row.duress, row.card),
        valid_from=_to_time(row.valid_from),
        valid_until=_to_time(row.valid_until),
    )
    posts = decode(tuple[str, ...], row.posts, _damaged)
    origin = SecretOrigin(row.origin_kit, row.origin_version) if row.origin_kit else None
    return StaffEntry(person, posts, _to_time(row.ended), row.reason, origin)


def _to_text(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _to_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _damaged(_why: JsonError) -> Damaged:
    return Damaged(_("The roles or posts of a person in headquarters' store cannot be read"), do=RESTORE)
