"""What headquarters does with the people of its posts: added, changed, given a new PIN, ended.

- A service number is given once. Who comes back under it is somebody else, so an ended one stays taken.
- A PIN that headquarters gives is returned once, to be handed over; only its hash is kept.
- Two people who must differ are told apart by `human`. Equal names at one post may be one human being with two entries,
  which headquarters has to say: otherwise one person could approve what they asked for.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import Connection

from data.errors import InputError
from data.people.roster import MOST_PEOPLE, Roster
from data.people.secret_hash import hash_secret, make_pin
from data.people.staff import MOST_IN_A_NAME, Credential, StaffMember, StaffRole, normalize_service_number
from data.text import Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.publishing.metadata import signing_time
from sync.headquarters.store import staff_table
from sync.headquarters.store.kit_table import Kit, countersign_key
from sync.headquarters.store.staff_table import StaffEntry

_NOTHING_CHANGED = _("Nothing was changed.")
_MOST_IN_A_REASON = 120


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to work at posts from now on."""

    number: str
    name: str
    roles: tuple[StaffRole, ...]
    posts: tuple[str, ...]
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    same_human: str = ""
    """Service number of another entry of the same human being."""
    another_human: bool = False
    """Somebody of the same name at a shared post is another human being."""


def add_person(home: HeadquartersHome, new: NewPerson) -> str:
    """Add somebody; returns the initial PIN, which is kept nowhere.

    Raises:
        InputError: number, name, roles, posts or times cannot be, the number was given before, or somebody of a shared
            post has the same name and nobody said whether both are one human being.
    """
    number, name = normalize_service_number(new.number), _normalize_name(new.name)
    if new.valid_from and new.valid_until and new.valid_until <= new.valid_from:
        raise _refusal(_("The end is not after the beginning"), _("Give a later end"))
    pin = make_pin()
    credential = Credential(version=1, secret=hash_secret(pin), is_initial=True)
    with home.changing(), home.store.transaction() as connection:
        if staff_table.find_staff(connection, number) is not None:
            raise _refusal(
                _("Service number {number} was given before", number=number),
                _("Choose another one: a number is never given again, even after its end"),
            )
        human = _find_human(connection, new, number)
        roles = _check_roles(new.roles)
        person = StaffMember(number, name, human, roles, credential, new.valid_from, new.valid_until)
        entry = StaffEntry(person, _check_posts(connection, new.posts, number))
        if not new.another_human:
            _must_be_told_apart(connection, entry)
        staff_table.add_staff(connection, entry)
    return pin


def end_person(home: HeadquartersHome, number: str, why: str) -> None:
    """Somebody works nowhere any more, from the next publication on; the number stays taken.

    Raises:
        InputError: nobody has this number, it was ended already, or there is no reason.
    """
    reason = why.strip()
    if not reason or not reason.isprintable() or len(reason) > _MOST_IN_A_REASON:
        raise _refusal(
            _("The reason is missing or too long"),
            _("Give one line of at most {most} characters", most=_MOST_IN_A_REASON),
        )
    with home.changing(), home.store.transaction() as connection:
        entry = _get_working(connection, number)
        staff_table.change_staff(connection, replace(entry, ended=signing_time(connection), reason=reason))


def set_roles(home: HeadquartersHome, number: str, roles: tuple[StaffRole, ...]) -> None:
    """Somebody works in these roles and no others; InputError where nobody has the number, or there is no role."""
    with home.changing(), home.store.transaction() as connection:
        entry = _get_working(connection, number)
        person = replace(entry.person, roles=_check_roles(roles))
        staff_table.change_staff(connection, replace(entry, person=person))


def set_posts(home: HeadquartersHome, number: str, posts: tuple[str, ...], *, another_human: bool = False) -> None:
    """Somebody works at these posts and no others; InputError as for `add_person`."""
    with home.changing(), home.store.transaction() as connection:
        entry = _get_working(connection, number)
        entry = replace(entry, posts=_check_posts(connection, posts, entry.person.number))
        if not another_human:
            _must_be_told_apart(connection, entry)
        staff_table.change_staff(connection, entry)


def reset_secret(home: HeadquartersHome, number: str) -> str:
    """Give somebody a new initial PIN, which is returned and kept nowhere; a PIN under duress is gone as well.

    Raises:
        InputError: nobody has this number, or it was ended.
    """
    pin = make_pin()
    secret = hash_secret(pin)
    with home.changing(), home.store.transaction() as connection:
        entry = _get_working(connection, number)
        before = entry.person.credential
        after = replace(before, version=before.version + 1, secret=secret, is_initial=True, duress="")
        staff_table.change_staff(connection, replace(entry, person=replace(entry.person, credential=after)))
    return pin


def list_people(home: HeadquartersHome) -> tuple[StaffEntry, ...]:
    """Everybody who was ever added, by service number."""
    with home.store.reading() as connection:
        return tuple(staff_table.all_staff(connection))


def make_roster(connection: Connection, kit: Kit) -> Roster | None:
    """Who works at the post of a kit, with the serial after its newest; None where it stands at none, or is not in
    force.
    """
    if kit.post is None or not kit.is_in_force:
        return None
    post = staff_table.get_post(connection, kit.post)
    people = [entry.person for entry in staff_table.staff_of(connection, post.name)]
    if not post.has_duress:
        people = [replace(person, credential=replace(person.credential, duress="")) for person in people]
    return Roster(
        serial=kit.people_serial + 1,
        post=post.name,
        has_duress=post.has_duress,
        countersign_key=countersign_key(connection, kit),
        people=tuple(people),
    )


def _get_working(connection: Connection, number: str) -> StaffEntry:
    number = normalize_service_number(number)
    entry = staff_table.find_staff(connection, number)
    if entry is None:
        raise _refusal(_("Nobody has service number {number}", number=number), _("Check the number"))
    if entry.ended is not None:
        raise _refusal(
            _("Service number {number} was ended ({reason})", number=number, reason=entry.reason),
            _("Add the person under another number"),
        )
    return entry


def _find_human(connection: Connection, new: NewPerson, number: str) -> str:
    if not new.same_human:
        return secrets.token_hex(8)
    other = staff_table.find_staff(connection, normalize_service_number(new.same_human))
    if other is None or new.another_human:
        raise _refusal(
            _("It is not clear whether {number} is somebody who is known", number=number),
            _("Name the service number of another entry of this person, or say that it is another person; not both"),
        )
    return other.person.human


def _must_be_told_apart(connection: Connection, entry: StaffEntry) -> None:
    folded = _fold(entry.person.name)
    for post in entry.posts:
        for other in staff_table.staff_of(connection, post):
            if other.person.human != entry.person.human and _fold(other.person.name) == folded:
                raise _refusal(
                    _("{number} at {post} has the same name", number=other.person.number, post=post),
                    _("Say whether both are one person or two: where two people are needed, one must not be both"),
                )


def _check_roles(roles: tuple[StaffRole, ...]) -> tuple[StaffRole, ...]:
    if not roles:
        raise _refusal(_("There is no role"), _("Give at least one; who works no more is ended"))
    return tuple(role for role in StaffRole if role in roles)


def _check_posts(connection: Connection, posts: tuple[str, ...], number: str) -> tuple[str, ...]:
    if not posts:
        raise _refusal(_("There is no post"), _("Give at least one; who works no more is ended"))
    for name in posts:
        post = staff_table.get_post(connection, name)
        others = [other for other in staff_table.staff_of(connection, post.name) if other.person.number != number]
        if len(others) >= MOST_PEOPLE:
            raise _refusal(
                _("{post} has {most} people, and a kit holds no more", post=post.name, most=MOST_PEOPLE),
                _("End those who work there no more"),
            )
    return tuple(sorted(set(posts)))


def _normalize_name(text: str) -> str:
    name = " ".join(normalize("NFC", text).split())
    if not name or len(name) > MOST_IN_A_NAME or not name.isprintable():
        raise _refusal(
            _("The name is missing, too long, or has characters that cannot be shown"),
            _("Give one of at most {most} characters", most=MOST_IN_A_NAME),
        )
    return name


def _fold(name: str) -> str:
    return " ".join(normalize("NFKC", name).casefold().split())


def _refusal(what: Message, do: Message) -> InputError:
    return InputError(what, means=_NOTHING_CHANGED, do=do)
