"""`waypost people`: signs people in and out on a kit, and does what two of them do for others."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import click

from appliance.people.permissions import ROLE_NAMES, GuardedAction, is_allowed
from appliance.people.post_administration import LOCAL_ROLES, LONGEST_LOCAL, NewLocalPerson, PostAdministration
from appliance.people.post_people import PostPeople
from appliance.people.post_roll import read_roll
from appliance.people.proof import ProvenPerson
from data.errors import InputError
from data.kit.home import KitHome
from data.people.sessions import Place, Session, SessionKind, SessionOver
from data.people.staff import StaffMember, StaffRole
from data.screenings import Direction
from data.text import _
from data.witness.alarms import open_watched
from ui import identity
from ui.options import emit, json_option, kit_home_option, passphrase_option, radio_option, read_passphrase
from ui.text.help import group, option
from ui.text.people_text import describe_person, describe_session
from ui.text.sanitize import safe
from ui.text.translation import say
from ui.wiring import post_people_of

_pin_file_option = option(
    "--pin-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("File whose first line is the PIN. If not given, you are asked."),
)


@group(help=_("Sign in and out on this kit; see, unlock and add people of its post."))
def people() -> None:
    pass


@contextmanager
def _open_people(home: Path, passphrase_file: Path | None) -> Iterator[tuple[KitHome, PostPeople]]:
    with closing(open_watched(home, read_passphrase(passphrase_file), "technician")) as kit:
        yield kit, post_people_of(kit)


@people.command(
    "sign-in",
    help=_(
        "Sign in for the commands of this shift.\n\n"
        "The session is of this user, this kit and this start of the machine, and ends after 12 hours. The first PIN "
        "must be changed here."
    ),
    examples=[
        "waypost people sign-in N-104 --home /var/lib/waypost",
        "waypost people sign-in N-104 --home /var/lib/waypost --role supervisor",
    ],
)
@click.argument("number", required=False)
@kit_home_option
@passphrase_option
@_pin_file_option
@option(
    "--role",
    type=click.Choice([role.value for role in StaffRole if role is not StaffRole.SERVICE]),
    help=_("The role in which you work. If not given: the first that headquarters gave you."),
)
@option("--lane", default="", help=_("The lane. If not given: as in kit.toml."))
@option(
    "--direction",
    type=click.Choice([direction.value for direction in Direction]),
    help=_("The direction of travel. If not given: as in kit.toml."),
)
@option("--shift", default="", help=_("The shift, in the post's own words."))
@json_option
def sign_in(
    number: str | None,
    home: Path,
    passphrase_file: Path | None,
    pin_file: Path | None,
    role: str | None,
    lane: str,
    direction: str | None,
    shift: str,
    as_json: bool,
) -> None:
    with _open_people(home, passphrase_file) as (kit, post):
        number = number or identity.ask_number()
        proof = _prove(post, number, pin_file)
        if proof.must_change_secret:
            say(_("This PIN was given to you. Choose your own now."), to_stderr=True)
            proof = _change_secret(post, proof)
        settings, token = kit.settings, identity.make_token()
        place = Place(lane or settings.lane, Direction(direction) if direction else settings.direction, shift)
        chosen = StaffRole(role) if role else _first_role(proof.person)
        session = post.open_session(proof, chosen, SessionKind.COMMAND_LINE, place, token)
        identity.write_session_file(kit, session, token)
    if as_json:
        emit(_session_json(session))
        return
    say(
        _(
            "{name} is signed in as {role}, for 12 hours at most. End it with `waypost people sign-out`.",
            name=safe(session.name),
            role=ROLE_NAMES[session.role],
        )
    )


@people.command(
    "sign-out", help=_("End the session of this user."), examples=["waypost people sign-out --home /var/lib/waypost"]
)
@kit_home_option
@passphrase_option
def sign_out(home: Path, passphrase_file: Path | None) -> None:
    with _open_people(home, passphrase_file) as (kit, post):
        try:
            session = identity.read_session(kit)
        except SessionOver:
            identity.remove_session_file(kit)
            say(_("Nobody was signed in."))
            return
        post.end_session(session)
        identity.remove_session_file(kit)
    say(_("{name} is signed out.", name=safe(session.name)))


@people.command(
    "change-pin",
    help=_(
        "Choose another PIN or password.\n\nIt counts on this kit at once, and on the other kits of the post when they "
        "have heard of it from headquarters."
    ),
    examples=["waypost people change-pin N-104 --home /var/lib/waypost"],
)
@click.argument("number", required=False)
@kit_home_option
@passphrase_option
@_pin_file_option
def change_pin(number: str | None, home: Path, passphrase_file: Path | None, pin_file: Path | None) -> None:
    with _open_people(home, passphrase_file) as (_kit, post):
        proof = _change_secret(post, _prove(post, number or identity.ask_number(), pin_file))
    say(
        _(
            "{name} has a new PIN. Until the other kits of the post have heard of it, the one before counts there.",
            name=safe(proof.person.name),
        )
    )


@people.command(
    "list",
    help=_("Show who may work on this kit, and who works now."),
    examples=["waypost people list --home /var/lib/waypost"],
)
@kit_home_option
@passphrase_option
@json_option
def list_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with _open_people(home, passphrase_file) as (kit, post):
        identity.read_session(kit)
        roll = read_roll(post)
    if as_json:
        emit(
            {
                "post": roll.state.post,
                "locked": roll.state.is_locked,
                "people": [
                    {
                        "number": person.number,
                        "name": person.name,
                        "roles": [role.value for role in person.roles],
                        "valid": person.is_valid(roll.at),
                        "until": person.valid_until,
                        "local": person.number in roll.known.local,
                        "locked": person.number in roll.locked,
                    }
                    for person in roll.known.people
                ],
                "sessions": [_session_json(session) for session in roll.sessions],
            }
        )
        return
    if not roll.state.has_roster:
        say(_("This kit has no roster of its post yet: run `waypost courier run`."))
    for person in roll.known.people:
        say(describe_person(person, roll))
    for session in roll.sessions:
        say(describe_session(session))
    if roll.state.is_locked:
        say(_("This kit is locked: too many PINs were wrong. Two people unlock it: `waypost people unlock --kit`."))


@people.command(
    "unlock",
    help=_("Give a person, or with --kit the kit, all tries again. A supervisor and a second person do it together."),
    examples=[
        "waypost people unlock N-104 --home /var/lib/waypost",
        "waypost people unlock --kit --home /var/lib/waypost",
        "waypost people unlock N-104 --radio --home /var/lib/waypost",
    ],
)
@click.argument("number", required=False)
@option("--kit", "is_kit", is_flag=True, help=_("Unlock the kit, which twenty wrong tries locked."))
@radio_option
@kit_home_option
@passphrase_option
def unlock(number: str | None, is_kit: bool, is_remote: bool, home: Path, passphrase_file: Path | None) -> None:
    if bool(number) == is_kit:
        raise click.UsageError(_("Give a service number, or --kit."))
    with _open_people(home, passphrase_file) as (kit, post):
        action = GuardedAction.UNLOCK_PERSON
        first, second = identity.require_two_actors(post, action, number or "KIT", is_remote=is_remote)
        administration = PostAdministration(kit, post)
        if number:
            administration.unlock_person(number, first, second)
        else:
            administration.unlock_kit(first, second)
    say(_("Unlocked: {what}.", what=safe(number.upper()) if number else _("the kit")))


@people.command(
    "first-pin",
    help=_(
        "Give somebody of the post a new first PIN, which is printed once. A supervisor and a second person do it "
        "together. The PIN before is dead at once."
    ),
    examples=["waypost people first-pin N-104 --home /var/lib/waypost"],
)
@click.argument("number")
@radio_option
@kit_home_option
@passphrase_option
@json_option
def first_pin(number: str, is_remote: bool, home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with _open_people(home, passphrase_file) as (kit, post):
        first, second = identity.require_two_actors(post, GuardedAction.NEW_FIRST_PIN, number, is_remote=is_remote)
        pin = PostAdministration(kit, post).give_first_pin(number, first, second)
    _print_pin(number, pin, as_json=as_json)


@people.command(
    "add",
    help=_(
        "Let somebody work at this post for some days, before headquarters can add them. A supervisor and a second "
        "person do it together; headquarters hears of it. The first PIN is printed once."
    ),
    examples=['waypost people add X-1 --name "R. Sample" --days 3 --home /var/lib/waypost'],
)
@click.argument("number")
@option("--name", required=True, help=_("The person's name, as it is shown."))
@option(
    "--role",
    type=click.Choice(sorted(role.value for role in LOCAL_ROLES)),
    default=StaffRole.OFFICER.value,
    show_default=True,
    help=_("The role."),
)
@option(
    "--days",
    type=click.IntRange(1, LONGEST_LOCAL.days),
    default=LONGEST_LOCAL.days,
    show_default=True,
    help=_("For how many days."),
)
@radio_option
@kit_home_option
@passphrase_option
@json_option
def add(
    number: str,
    name: str,
    role: str,
    days: int,
    is_remote: bool,
    home: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    with _open_people(home, passphrase_file) as (kit, post):
        first, second = identity.require_two_actors(post, GuardedAction.ADD_LOCAL_PERSON, number, is_remote=is_remote)
        new = NewLocalPerson(number, name, StaffRole(role), timedelta(days=days))
        pin = PostAdministration(kit, post).add_local_person(new, first, second)
    _print_pin(number, pin, as_json=as_json)


def _prove(post: PostPeople, number: str, pin_file: Path | None) -> ProvenPerson:
    pin = identity.read_secret_file(pin_file) if pin_file else identity.ask_secret(_("PIN of {number}", number=number))
    return post.prove(number, pin)


def _change_secret(post: PostPeople, proof: ProvenPerson) -> ProvenPerson:
    while True:
        new = identity.ask_secret(_("New PIN of at least 6 digits, or password"), new=True)
        try:
            return post.change_secret(proof, new)
        except InputError as error:  # another try costs nothing
            say(error.message, to_stderr=True)


def _first_role(person: StaffMember) -> StaffRole:
    """The first that screens, of those the person has; any other where none does."""
    roles = [role for role in person.roles if is_allowed(role, GuardedAction.SCREEN)] or list(person.roles)
    if not roles:
        raise InputError(
            _("Headquarters gave {name} no role that this version knows", name=person.name),
            means=_("Nobody was signed in."),
            do=_("Ask headquarters"),
        )
    return roles[0]


def _print_pin(number: str, pin: str, *, as_json: bool) -> None:
    if as_json:
        emit({"number": number.upper(), "pin": pin})
        return
    say(
        _(
            "First PIN of {number}: {pin}. It is shown only now, and must be changed when it is first used.",
            number=safe(number.upper()),
            pin=pin,
        )
    )


def _session_json(session: Session) -> dict[str, object]:
    return {
        "number": session.number,
        "name": session.name,
        "role": session.role.value,
        "kind": session.kind.value,
        "lane": session.place.lane,
        "direction": session.place.direction.value,
        "shift": session.place.shift,
        "since": session.opened,
    }
