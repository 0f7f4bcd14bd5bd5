"""What headquarters does with the people of its posts: added, changed, given a new PIN, ended.

- A service number is given once. Who comes back under it is somebody else, so an ended one stays taken.
- A PIN or credential that headquarters gives is returned once, to be handed over; only its hash is kept.
- Two people who must differ are told apart by `human` (`people_register`).
- Changes reach kits with the next publication.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

from data.people.secret_hash import (
    hash_program_credential,
    hash_secret,
    make_pin,
    make_program_credential,
    verify_secret,
)
from data.people.staff import MOST_IN_A_NAME, Credential, StaffMember, StaffRole, normalize_service_number
from data.text import _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people_register import StaffRegister, refusal
from sync.headquarters.publishing.metadata import signing_time
from sync.headquarters.store import staff_table
from sync.headquarters.store.staff_table import StaffEntry

_MOST_IN_A_REASON = 120
_DAY = len("2026-03-01")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


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
    pin = make_pin()
    secret = hash_secret(pin)
    with home.changing(), home.store.transaction() as connection:
        add_to_register(StaffRegister(connection), new, secret)
    return pin


def add_program(home: HeadquartersHome, number: str, name: str, posts: tuple[str, ...]) -> str:
    """Add a program that asks kits for verdicts; returns its credential, which is kept nowhere. InputError as above."""
    credential = make_program_credential()
    new = NewPerson(number, name, (StaffRole.SERVICE,), posts)
    with home.changing(), home.store.transaction() as connection:
        add_to_register(StaffRegister(connection), new, hash_program_credential(credential))
    return credential


def add_to_register(register: StaffRegister, new: NewPerson, secret: str) -> None:
    """Add somebody whose PIN or credential has this hash, in the caller's transaction. InputError as for `add_person`.

    Who is to be told apart from others of the same name is told apart by what the register has at this moment.
    """
    number, name = normalize_service_number(new.number), _normalize_name(new.name)
    if new.valid_from and new.valid_until and new.valid_until <= new.valid_from:
        raise refusal(_("The end is not after the beginning"), _("Give a later end"))
    register.must_be_free(number)
    is_program = StaffRole.SERVICE in new.roles
    credential = Credential(version=1, secret=secret, is_initial=not is_program)
    roles, human = check_roles(new.roles), _find_human(register, new)
    person = StaffMember(number, name, human, roles, credential, new.valid_from, new.valid_until)
    entry = StaffEntry(person, register.check_posts(new.posts, number))
    if not new.another_human:
        register.must_be_told_apart(entry)
    register.add(entry)


def end_person(home: HeadquartersHome, number: str, why: str) -> None:
    """Somebody works nowhere any more, from the next publication on; the number stays taken.

    Raises:
        InputError: nobody has this number, it was ended already, or there is no reason.
    """
    reason = why.strip()
    if not reason or not reason.isprintable() or len(reason) > _MOST_IN_A_REASON:
        raise refusal(
            _("The reason is missing or too long"),
            _("Give one line of at most {most} characters", most=_MOST_IN_A_REASON),
        )
    with home.changing(), home.store.transaction() as connection:
        register = StaffRegister(connection)
        register.change(replace(register.get_working(number), ended=signing_time(connection), reason=reason))


def set_roles(home: HeadquartersHome, number: str, roles: tuple[StaffRole, ...]) -> None:
    """Somebody works in these roles and no others; InputError where nobody has the number, or there is no role."""

    def change(entry: StaffEntry) -> StaffEntry:
        wanted = check_roles(roles)
        if (StaffRole.SERVICE in wanted) != entry.person.has_role(StaffRole.SERVICE):
            raise refusal(
                _("A program does not become a person, nor a person a program"), _("Add it under another number")
            )
        return replace(entry, person=replace(entry.person, roles=wanted))

    _change(home, number, change)


def set_posts(home: HeadquartersHome, number: str, posts: tuple[str, ...], *, another_human: bool = False) -> None:
    """Somebody works at these posts and no others; InputError as for `add_person`."""
    with home.changing(), home.store.transaction() as connection:
        register = StaffRegister(connection)
        entry = register.get_working(number)
        entry = replace(entry, posts=register.check_posts(posts, entry.person.number))
        if not another_human:
            register.must_be_told_apart(entry)
        register.change(entry)


def reset_secret(home: HeadquartersHome, number: str) -> str:
    """Give somebody a new initial PIN, or a program a new credential, which is returned and kept nowhere; a PIN under
    duress is gone as well.

    Raises:
        InputError: nobody has this number, or it was ended.
    """
    given = ""

    def change(entry: StaffEntry) -> StaffEntry:
        nonlocal given
        before, is_program = entry.person.credential, entry.person.has_role(StaffRole.SERVICE)
        given = make_program_credential() if is_program else make_pin()
        secret = hash_program_credential(given) if is_program else hash_secret(given)
        after = replace(before, version=before.version + 1, secret=secret, is_initial=not is_program, duress="")
        return replace(_with_credential(entry, after), origin=None)

    _change(home, number, change)
    return given


def set_card(home: HeadquartersHome, number: str, fingerprint: str) -> None:
    """Somebody signs in with a card whose key has this SHA-256 as well; without one where it is empty.

    Raises:
        InputError: nobody has this number, it was ended, or this is no fingerprint.
    """
    card = "".join(character for character in fingerprint.lower() if character not in ": ")
    if card and not _FINGERPRINT.fullmatch(card):
        raise refusal(
            _("This is not the fingerprint of a key: it has 64 hexadecimal digits"),
            _("Copy it from `waypost kit bench --card kit`, with the card inserted"),
        )
    _change(home, number, lambda entry: _with_credential(entry, replace(entry.person.credential, card=card)))


def give_duress_pin(home: HeadquartersHome, number: str) -> str:
    """Give somebody a PIN under duress, which is returned and kept nowhere.

    Raises:
        InputError: nobody has this number, it was ended, is a program's, or no post of the person has such PINs.
    """
    given = ""
    with home.changing(), home.store.transaction() as connection:
        register = StaffRegister(connection)
        entry = register.get_working(number)
        if entry.person.has_role(StaffRole.SERVICE) or not any(
            staff_table.get_post(connection, post).has_duress
            for post in entry.posts
            if post != staff_table.HEADQUARTERS
        ):
            raise refusal(
                _("No post of {number} has PINs under duress", number=entry.person.number),
                _("`waypost hq posts set NAME --duress` lets the people of a post have one"),
            )
        before = entry.person.credential
        while not given or verify_secret(before.secret, given):
            given = make_pin()
        register.change(_with_credential(entry, replace(before, duress=hash_secret(given))))
    return given


def list_people(home: HeadquartersHome, post: str = "") -> tuple[StaffEntry, ...]:
    """Everybody who was ever added, by service number; with `post` those who work there. InputError: no such post."""
    with home.store.reading() as connection:
        if post and post != staff_table.HEADQUARTERS:
            staff_table.get_post(connection, post)
        return tuple(entry for entry in staff_table.all_staff(connection) if not post or _works_at(entry, post))


def check_roles(roles: Sequence[StaffRole]) -> tuple[StaffRole, ...]:
    """The roles in order; InputError where there is none, or a program would be a person as well."""
    if not roles:
        raise refusal(_("There is no role"), _("Give at least one; who works no more is ended"))
    if StaffRole.SERVICE in roles and set(roles) != {StaffRole.SERVICE}:
        raise refusal(_("A program has no role of a person"), _("Add the person under another number"))
    return tuple(role for role in StaffRole if role in roles)


def parse_begin(text: str) -> datetime:
    """`2026-03-01` or `2026-03-01T06:00+01:00`; without an offset it is UTC. InputError where it is no time."""
    return _parse_time(text)[0]


def parse_end(text: str) -> datetime:
    """The same; a day without a time is the last on which somebody may work."""
    time, is_day = _parse_time(text)
    return time + timedelta(days=1) if is_day else time


def _parse_time(text: str) -> tuple[datetime, bool]:
    try:
        time = datetime.fromisoformat(text.strip())
        utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refusal(
            _("{text} is not a day or a time", text=repr(text[:40])), _("Write it as 2026-03-01 or 2026-03-01T06:00")
        ) from error
    return utc, len(text.strip()) == _DAY


def _change(home: HeadquartersHome, number: str, change: Callable[[StaffEntry], StaffEntry]) -> None:
    with home.changing(), home.store.transaction() as connection:
        register = StaffRegister(connection)
        register.change(change(register.get_working(number)))


def _with_credential(entry: StaffEntry, credential: Credential) -> StaffEntry:
    return replace(entry, person=replace(entry.person, credential=credential))


def _works_at(entry: StaffEntry, post: str) -> bool:
    return entry.ended is None and post in entry.posts


def _find_human(register: StaffRegister, new: NewPerson) -> str:
    if not new.same_human:
        return secrets.token_hex(8)
    other = register.find(normalize_service_number(new.same_human))
    if other is None or new.another_human:
        raise refusal(
            _("It is not clear whether {number} is somebody who is known", number=new.number),
            _("Name the service number of another entry of this person, or say that it is another person; not both"),
        )
    return other.person.human


def _normalize_name(text: str) -> str:
    name = " ".join(normalize("NFC", text).split())
    if not name or len(name) > MOST_IN_A_NAME or not name.isprintable():
        raise refusal(
            _("The name is missing, too long, or has characters that cannot be shown"),
            _("Give one of at most {most} characters", most=MOST_IN_A_NAME),
        )
    return name
