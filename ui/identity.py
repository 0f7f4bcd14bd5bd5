"""Who runs a command: the person of a session that was opened with `waypost people sign-in`, or a program.

- A session file belongs to one user, one start of the machine and one kit; nobody else can read it. It holds a random
  token, of which the kit has a hash: a copied or invented file opens nothing once the session is over.
- A program has a file with its service number and its credential, for whoever runs unattended.
- PINs are asked for in a terminal, or read from a file; never from an argument.
- An action that needs two people asks each of them who they are, whoever is signed in.
"""

import os
import secrets
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from data import durable_files
from data.clock import read_uptime
from data.errors import InputError, describe_os_error
from data.json_codec import decode_or_none, encode_canonical
from data.kit.headquarters_word import read_clock
from data.kit.home import ENROLMENT, KitHome
from data.log.error_log import suppress_logged
from data.people.sessions import Session, SessionBook, SessionEnd, SessionOver
from data.people.staff import Actor
from data.text import Message, _
from ui.text.translation import say, translate

if TYPE_CHECKING:
    from appliance.people.permissions import GuardedAction
    from appliance.people.post_people import PostPeople
    from appliance.people.program_access import RosterPrograms

_SERVICE_NUMBER = _("Service number")
_MOST_BYTES = 4096
_MOST_IN_A_LINE = 600
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What a command line keeps of a session, outside the kit's home."""

    kit: str
    session: str
    token: str
    boot: str
    uid: int


def require_actor(kit: KitHome, action: "GuardedAction", credential_file: Path | None = None) -> Actor:
    """Who acts, allowed to do this alone or as the first of two.

    Raises:
        SessionOver: nobody is signed in.
        Denied: the role does not allow it, or the credential is wrong.
    """
    from appliance.people.permissions import require_role

    actor = read_program(kit, credential_file) if credential_file else read_session(kit).actor
    require_role(actor, action)
    return actor


def require_two_actors(
    people: "PostPeople", action: "GuardedAction", subject: str = "", *, is_remote: bool = False
) -> tuple[Actor, Actor]:
    """Two people, each of whom proves who they are for this action; `subject` is what it is about.

    Raises:
        InputError: there is no terminal to ask them in.
        Denied: one of them may not do it, or both are one human being.
    """
    first = _prove_first(people, action)
    return first, _ask_second(people, action, first, subject, is_remote=is_remote)


def act_for(kit: KitHome, program: Actor, number: str) -> Actor:
    """The officer in whose name the program asks; Denied where they may not screen here now."""
    return _programs(kit).act_for(program, number)


def read_session(kit: KitHome) -> Session:
    """The session of this user's session file; SessionOver where there is none that is open."""
    file = _read_file(session_path(kit))
    if file is None or (file.kit, file.uid) != (kit.settings.kit, os.getuid()):
        raise SessionOver(SessionEnd.FORGOTTEN)
    if file.boot != read_uptime().boot:
        raise SessionOver(SessionEnd.RESTARTED)
    book = SessionBook(kit.vault, lambda: read_clock(kit))
    return book.get_by_token(file.session, file.token)


def prove_actor(kit: KitHome, action: "GuardedAction") -> Actor:
    """Somebody who proves, in the terminal, who they are for this action, whoever is signed in.

    Raises:
        InputError: there is no terminal.
        Denied: it is not proved, or the role does not allow it.
    """
    from ui.wiring import post_people_of

    people, number = post_people_of(kit), ask_number()
    return people.prove_first(number, ask_secret(_("PIN of {number}", number=number)), action)


def read_program(kit: KitHome, file: Path) -> Actor:
    """The program whose credential is in `file`; Denied where the roster has no such one."""
    number, credential = _read_lines(file, 2)
    return _programs(kit).program_actor(number, credential)


def make_token() -> str:
    """What a session file proves itself with."""
    return secrets.token_hex(_TOKEN_BYTES)


def write_session_file(kit: KitHome, session: Session, token: str) -> Path:
    """Remember the session for this user's next commands; returns where."""
    path = session_path(kit)
    file = SessionFile(kit.settings.kit, session.id, token, session.boot, os.getuid())
    with durable_files.translate_os_errors():
        durable_files.make_private_folder(path.parent)
        durable_files.write_durably(path, encode_canonical(file))
    return path


def remove_session_file(kit: KitHome) -> None:
    """Forget the session of this user."""
    with durable_files.translate_os_errors():
        session_path(kit).unlink(missing_ok=True)


def session_path(kit: KitHome) -> Path:
    """Where this user's session on a kit is: in memory where the machine has a folder of this user there."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    if not Path(runtime).is_dir():
        runtime = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    enrolment = kit.vault.get(ENROLMENT) or kit.settings.kit.encode()
    return Path(runtime) / "waypost" / f"{sha256(enrolment).hexdigest()[:16]}.session"


def ask_number(prompt: Message = _SERVICE_NUMBER) -> str:
    """A service number, from the terminal."""
    _must_have_terminal()
    return str(click.prompt(translate(prompt), err=True))


def ask_secret(prompt: Message, *, new: bool = False) -> str:
    """A PIN or password, from the terminal; twice where it is new."""
    _must_have_terminal()
    return str(click.prompt(translate(prompt), hide_input=True, confirmation_prompt=new, err=True))


def read_secret_file(file: Path) -> str:
    """A PIN or password from the first line of a file."""
    return _read_lines(file, 1)[0]


def _programs(kit: KitHome) -> "RosterPrograms":
    from appliance.people.program_access import RosterPrograms
    from data.people.kit_roster import PeopleReader

    return RosterPrograms(PeopleReader(kit.vault).read, lambda: read_clock(kit))


def _prove_first(people: "PostPeople", action: "GuardedAction") -> Actor:
    try:
        number = read_session(people.home).number
    except SessionOver:
        number = ask_number()
    return people.prove_first(number, ask_secret(_("PIN of {number}", number=number)), action)


def _ask_second(people: "PostPeople", action: "GuardedAction", first: Actor, subject: str, *, is_remote: bool) -> Actor:
    if is_remote:
        return _ask_headquarters(people, action, first, subject)
    number = ask_number(_("Service number of the second person"))
    return people.prove_second(number, ask_secret(_("PIN of {number}", number=number)), action, first, subject)


def _ask_headquarters(people: "PostPeople", action: "GuardedAction", first: Actor, subject: str) -> Actor:
    from appliance.people.remote_person import RemotePerson, RemoteRefused

    kit = people.home.settings.kit
    remote = RemotePerson(people, kit)
    question = remote.ask(action, first, subject)
    say(
        _(
            "Read this to headquarters: kit {kit}, case {case}, code {nonce}",
            kit=kit,
            case=question.case,
            nonce=question.nonce,
        ),
        to_stderr=True,
    )
    while True:
        try:
            return remote.answer(question, ask_number(_("The seven digits that headquarters answers")))
        except RemoteRefused as error:
            if not remote.is_open(question):
                raise
            say(error.message, to_stderr=True)


def _must_have_terminal() -> None:
    if not sys.stdin.isatty():
        raise InputError(
            _("Somebody has to type a PIN, and this is no terminal"),
            means=_("Nothing was done."),
            do=_("Run the command in a terminal"),
        )


def _read_file(path: Path) -> SessionFile | None:
    """None where there is none, or others than this user could have written or read it."""
    with suppress_logged(FileNotFoundError, OSError):
        status = path.lstat()
        if status.st_uid != os.getuid() or status.st_mode & 0o077 or status.st_size > _MOST_BYTES:
            return None
        return decode_or_none(SessionFile, durable_files.read_regular(path))
    return None


def _read_lines(file: Path, count: int) -> list[str]:
    from ui.options import warn_of_open_file

    warn_of_open_file(file)
    try:
        lines = durable_files.read_regular(file)[:_MOST_BYTES].decode("utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise InputError(
            _("{file} cannot be read ({reason})", file=file, reason=describe_os_error(error)),
            do=_("Give a UTF-8 file that this user may read"),
        ) from error
    texts = [line.strip() for line in lines if line.strip()]
    if len(texts) != count or any(len(text) > _MOST_IN_A_LINE for text in texts):
        raise InputError(
            _("{file} does not have what is expected", file=file),
            do=_("A PIN is one line; a program's credential is two: its service number, then the credential"),
        )
    return texts
