"""`waypost hq people`: who works at the posts of a headquarters."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import click

from appliance.people.permissions import describe_roles
from data.clock import read_system_time
from data.durable_files import write_durably
from data.errors import InputError, describe_os_error
from data.people.staff import StaffRole
from data.text import _, join, plural
from sync.headquarters import people as staff
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.ingest.people_reports import KitLocalPerson, list_ignored, list_local_people
from sync.headquarters.kits import list_kits
from sync.headquarters.people import NewPerson, list_people
from sync.headquarters.people_import import MOST_BYTES, ImportRefused, import_people
from ui.commands.hq.people_words import (
    local_person_facts,
    local_person_line,
    notice_line,
    person_facts,
    person_line,
    print_credential,
    print_pin,
    say_when,
)
from ui.confirmation import must_be_confirmed, yes_option
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import group, option
from ui.text.sanitize import safe
from ui.text.translation import say

_ROLES = [role.value for role in StaffRole if role is not StaffRole.SERVICE]


class _Time(click.ParamType[datetime]):
    """A day or a time, in UTC where no offset is given."""

    name = "time"

    def __init__(self, parse: Callable[[str], datetime]) -> None:
        self._parse = parse

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`2026-03-01`."""
        if isinstance(value, datetime):
            return value
        try:
            return self._parse(str(value))
        except InputError as error:
            self.fail(str(error.what), param, ctx)


_role_option = option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(_ROLES), help=_("A role (repeatable).")
)
_post_option = option("--post", "posts", multiple=True, required=True, help=_("A post where they work (repeatable)."))
_other_person_option = option(
    "--other-person",
    is_flag=True,
    help=_("Somebody of the same name at the post is another human being: the two can be first and second person."),
)


@group(help=_("See, add, change and end the people who work at posts."))
def people() -> None:
    pass


@contextmanager
def _open(home: Path, passphrase_file: Path | None) -> Iterator[HeadquartersHome]:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        yield headquarters


@people.command(
    "add",
    help=_(
        "Add a person, and print their first PIN.\n\n"
        "The PIN is shown only once: hand it over in person. A service number is never given again, even after its end."
    ),
    examples=[
        'waypost hq people add N-104 --home /srv/waypost --name "R. Sample" \\\n'
        '  --role officer --role supervisor --post "North Gate"',
        'waypost hq people add N-105 --home /srv/waypost --name "R. Sample" \\\n'
        '  --role officer --post "North Gate" --until 2026-12-31 --other-person',
    ],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@option("--name", required=True, help=_("The person's name, as it is shown."))
@_role_option
@_post_option
@option(
    "--from", "valid_from", type=_Time(staff.parse_begin), help=_("The first day or time (UTC). If not given: at once.")
)
@option("--until", "valid_until", type=_Time(staff.parse_end), help=_("The last day, or the time of the end (UTC)."))
@option("--same-person-as", default="", metavar="NUMBER", help=_("Another service number of the same human being."))
@_other_person_option
@json_option
def add_command(
    number: str,
    home: Path,
    passphrase_file: Path | None,
    name: str,
    roles: tuple[str, ...],
    posts: tuple[str, ...],
    valid_from: datetime | None,
    valid_until: datetime | None,
    same_person_as: str,
    other_person: bool,
    as_json: bool,
) -> None:
    wanted = tuple(map(StaffRole, roles))
    new = NewPerson(number, name, wanted, posts, valid_from, valid_until, same_person_as, other_person)
    with _open(home, passphrase_file) as headquarters:
        pin = staff.add_person(headquarters, new)
    print_pin(number, pin, as_json=as_json)


@people.command(
    "import",
    help=_(
        "Add everybody in a table: all of them, or nobody and what is wrong in which line.\n\n"
        "FILE is CSV in UTF-8 with the columns number, name, roles, posts, and perhaps from, until, same_person_as, "
        "other_person (yes). Several roles or posts are separated by semicolons. The first PINs are written to a new "
        "file that only you can read: hand them over in person, then destroy it."
    ),
    examples=["waypost hq people import staff.csv --home /srv/waypost --pins first-pins.csv"],
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@headquarters_home_option
@passphrase_option
@option("--pins", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("The file for the PINs."))
@json_option
def import_command(file: Path, home: Path, passphrase_file: Path | None, pins: Path, as_json: bool) -> None:
    content = _read_table(file)
    with _open(home, passphrase_file) as headquarters:
        try:
            numbers = import_people(headquarters, content, pins)
        except ImportRefused as refused:
            for row in refused.rows:
                words = _("line {line}: {problem}", line=row.line, problem=row.problem.what)
                say(join([words, row.problem.do], ". "), to_stderr=True)
            raise
    if as_json:
        emit({"added": numbers, "pins": str(pins)})
        return
    say(
        plural(
            "{count} person added. The first PINs are in {file}.",
            "{count} people added. The first PINs are in {file}.",
            len(numbers),
            file=pins,
        )
    )
    say_when()


@people.command(
    "program",
    help=_(
        "Add a program that asks kits, such as another system's front end, and print its credential.\n\n"
        "The credential is shown only once. --out writes it to a file instead, as `waypost check --credential-file` "
        "reads it."
    ),
    examples=['waypost hq people program P-1 --home /srv/waypost \\\n  --name "Border system" --post "North Gate"'],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@option("--name", required=True, help=_("The program's name, as it is shown."))
@_post_option
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write number and credential to this new file, which only this user can read."),
)
@json_option
def program_command(
    number: str,
    home: Path,
    passphrase_file: Path | None,
    name: str,
    posts: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    if out is not None and out.exists():
        raise InputError(
            _("{file} is there already", file=out), means=_("Nothing was changed."), do=_("Choose a new file")
        )
    with _open(home, passphrase_file) as headquarters:
        credential = staff.add_program(headquarters, number, name, posts)
    if out is not None:
        write_durably(out, f"{number.strip().upper()}\n{credential}\n".encode())
        say_when()
    else:
        print_credential(number, credential, as_json=as_json)


@people.command(
    "end",
    help=_(
        "End a person: they work nowhere any more, and their number is never given again.\n\n"
        "Publish afterwards: until then they can sign in."
    ),
    examples=['waypost hq people end N-104 --home /srv/waypost --reason "left the service"'],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@option("--reason", required=True, help=_("The reason, in one line."))
@yes_option
def end_command(number: str, home: Path, passphrase_file: Path | None, reason: str, yes: bool) -> None:
    with _open(home, passphrase_file) as headquarters:
        known = [entry for entry in list_people(headquarters) if entry.person.number == number.strip().upper()]
        if known:
            effects = [person_line(entry, read_system_time()) for entry in known]
            must_be_confirmed(_("End {number} for good?", number=safe(number)), yes=yes, effects=effects)
        staff.end_person(headquarters, number, reason)
    say(_("{number} is ended.", number=safe(number.upper())))
    say_when()


@people.command(
    "role",
    help=_("Set the roles of a person: these and no others."),
    examples=["waypost hq people role N-104 --home /srv/waypost \\\n  --role officer --role supervisor"],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@_role_option
def role_command(number: str, home: Path, passphrase_file: Path | None, roles: tuple[str, ...]) -> None:
    wanted = tuple(map(StaffRole, roles))
    with _open(home, passphrase_file) as headquarters:
        staff.set_roles(headquarters, number, wanted)
    say(_("{number} from now on: {roles}.", number=safe(number.upper()), roles=describe_roles(wanted)))
    say_when()


@people.command(
    "post",
    help=_("Set the posts where a person works: these and no others."),
    examples=['waypost hq people post N-104 --home /srv/waypost \\\n  --post "North Gate" --post Harbour'],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@_post_option
@_other_person_option
def post_command(
    number: str, home: Path, passphrase_file: Path | None, posts: tuple[str, ...], other_person: bool
) -> None:
    with _open(home, passphrase_file) as headquarters:
        staff.set_posts(headquarters, number, posts, another_human=other_person)
    say(_("{number} from now on at: {posts}.", number=safe(number.upper()), posts=", ".join(map(safe, posts))))
    say_when()


@people.command(
    "reset",
    help=_(
        "Give a person a new first PIN, or a program a new credential, and print it. The one before ends when kits "
        "hear of it; a PIN under duress ends as well."
    ),
    examples=["waypost hq people reset N-104 --home /srv/waypost"],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@json_option
def reset_command(number: str, home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with _open(home, passphrase_file) as headquarters:
        given = staff.reset_secret(headquarters, number)
        is_program = next(
            entry.person.has_role(StaffRole.SERVICE)
            for entry in list_people(headquarters)
            if entry.person.number == number.strip().upper()
        )
    (print_credential if is_program else print_pin)(number, given, as_json=as_json)


@people.command(
    "card",
    help=_(
        "Set the card with which a person signs in besides their PIN, or remove it.\n\n"
        "`waypost kit bench --card kit` shows the fingerprint of each key on a card that is inserted."
    ),
    examples=[
        'waypost hq people card N-104 --home /srv/waypost --fingerprint "$FINGERPRINT"',
        "waypost hq people card N-104 --home /srv/waypost --remove",
    ],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@option("--fingerprint", default="", metavar="HEX", help=_("SHA-256 of the public key on the card."))
@option("--remove", is_flag=True, help=_("They sign in without a card."))
def card_command(number: str, home: Path, passphrase_file: Path | None, fingerprint: str, remove: bool) -> None:
    if bool(fingerprint) == remove:
        raise click.UsageError(_("Give --fingerprint or --remove."))
    with _open(home, passphrase_file) as headquarters:
        staff.set_card(headquarters, number, fingerprint)
    number = safe(number.upper())
    say(_("{number} has no card.", number=number) if remove else _("{number} has another card.", number=number))
    say_when()


@people.command(
    "duress",
    help=_(
        "Give a person a PIN under duress, and print it. A post must have such PINs.\n\n"
        "Whoever signs in with it seems to work as always; the kit reports an alarm."
    ),
    examples=["waypost hq people duress N-104 --home /srv/waypost"],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
@json_option
def duress_command(number: str, home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with _open(home, passphrase_file) as headquarters:
        pin = staff.give_duress_pin(headquarters, number)
    if as_json:
        emit({"number": number.strip().upper(), "pin": pin})
        return
    say(_("PIN under duress of {number}: {pin}. It is shown only now.", number=safe(number.upper()), pin=pin))
    say_when()


@people.command(
    "list",
    help=_(
        "Show everybody who was ever added, or with --post who works there now; also whom posts added for some "
        "days. Those are not sent to other kits: add them here if they stay."
    ),
    examples=['waypost hq people list --home /srv/waypost --post "North Gate"'],
)
@headquarters_home_option
@passphrase_option
@option("--post", default="", help=_("Only who works at this post."))
@json_option
def list_command(home: Path, passphrase_file: Path | None, post: str, as_json: bool) -> None:
    with _open(home, passphrase_file) as headquarters:
        entries, local = list_people(headquarters, post), _find_local(headquarters, post)
    if as_json:
        emit([*map(person_facts, entries), *map(local_person_facts, local)])
        return
    now = read_system_time()
    for entry in entries:
        say(person_line(entry, now))
    for person in local:
        say(local_person_line(person))
    say(plural("{count} person.", "{count} people.", len(entries)), to_stderr=True)


@people.command(
    "notices",
    help=_("Show PINs that were changed on kits and do not count, and why. The oldest comes first; times are UTC."),
    examples=["waypost hq people notices --home /srv/waypost"],
)
@headquarters_home_option
@passphrase_option
@json_option
def notices_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with _open(home, passphrase_file) as headquarters:
        notices = list_ignored(headquarters)
    if as_json:
        emit(notices)
        return
    for notice in notices:
        say(notice_line(notice))
    say(plural("{count} notice.", "{count} notices.", len(notices)), to_stderr=True)


def _find_local(headquarters: HeadquartersHome, post: str) -> list[KitLocalPerson]:
    """Whose time is not over; with a post, of its kits."""
    now = read_system_time()
    kits = {kit.name for kit in list_kits(headquarters) if not post or kit.post == post}
    return [person for person in list_local_people(headquarters) if person.until > now and person.kit in kits]


def _read_table(file: Path) -> bytes:
    try:
        with file.open("rb") as content:
            return content.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            _("{file} cannot be read ({reason})", file=file, reason=describe_os_error(error)),
            means=_("Nothing was changed."),
            do=_("Check the path"),
        ) from error
