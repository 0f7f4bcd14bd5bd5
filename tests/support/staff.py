"""People who work at a post, as tests need them: each name is a human being of its own."""

from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from appliance.counter.counter import Counter
from data.clock import read_uptime
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.people.kit_roster import keep_roster, read_roster
from data.people.roster import Roster
from data.people.secret_hash import hash_program_credential
from data.people.sessions import LONGEST, SESSIONS, Place, Session, SessionKind, add_session, hash_token
from data.people.staff import Actor, Credential, Signatory, StaffMember, StaffRole
from ui import identity


def make_actor(name: str = "K. Sample", role: StaffRole = StaffRole.OFFICER) -> Actor:
    """Somebody who signed in. The number is the name, so that a test can read it in the journal."""
    return Actor(name, name, human_of(name), role)


def make_supervisor(name: str = "S. Sample") -> Actor:
    """The same, as a supervisor."""
    return make_actor(name, StaffRole.SUPERVISOR)


def make_signatory(name: str) -> Signatory:
    """The same person, as a record of the journal names them."""
    return Signatory(name, name, human_of(name))


def human_of(name: str) -> str:
    """16 hexadecimal digits, the same for the same name."""
    return sha256(name.casefold().encode()).hexdigest()[:16]


PIN = "482913"
"""Of everybody in ROSTER."""
_PIN_HASH = "$argon2id$v=19$m=65536,t=3,p=4$ODVuguqZHULeNyOGt6aM0A$q+60QnYSJASnSpx/Xa49BJCj8ftcjvuDuR8NAd3+G28"
PROGRAM_CREDENTIAL = "00" * 32
POST = "North Gate"
COUNTERSIGN_KEY = bytes(range(32))


def make_person(
    number: str, name: str, *roles: StaffRole, secret: str = _PIN_HASH, is_initial: bool = False, **more: Any
) -> StaffMember:
    """Somebody of a post; the PIN is PIN."""
    return StaffMember(number, name, human_of(name), roles, Credential(1, secret, is_initial), **more)


OFFICER = make_person("O-1", "K. Sample", StaffRole.OFFICER)
SECOND_OFFICER = make_person("O-2", "M. Example", StaffRole.OFFICER)
SUPERVISOR = make_person("S-1", "S. Supervisor", StaffRole.SUPERVISOR, StaffRole.OFFICER)
TECHNICIAN = make_person("T-1", "T. Technician", StaffRole.TECHNICIAN)
AUDITOR = make_person("A-1", "A. Auditor", StaffRole.AUDITOR)
TRAINEE = make_person("N-1", "N. Newcomer", StaffRole.TRAINEE)
PROGRAM = make_person("P-1", "Border system", StaffRole.SERVICE, secret=hash_program_credential(PROGRAM_CREDENTIAL))
STAFF = (OFFICER, SECOND_OFFICER, SUPERVISOR, TECHNICIAN, AUDITOR, TRAINEE, PROGRAM)


def make_roster(*people: StaffMember, serial: int = 1, has_duress: bool = False) -> Roster:
    """The roster of POST: STAFF, or these people."""
    return Roster(serial, POST, has_duress, COUNTERSIGN_KEY, people or STAFF)


def give_roster(kit: KitHome) -> None:
    """The kit knows STAFF, as if headquarters had said so; a kit that has a roster keeps it."""
    if read_roster(kit) is None:
        keep_roster(kit, make_roster(serial=0))


def sign_in(kit: KitHome, person: StaffMember = OFFICER, role: StaffRole | None = None) -> Actor:
    """The person works on this kit for the test's commands, without a PIN or a line in the journal; who acts."""
    give_roster(kit)
    token = identity.make_token()
    session = _add_session(kit, person, role or person.roles[0], token)
    identity.write_session_file(kit, session, token)
    return session.actor


def sign_in_at(home: Path, passphrase: str, person: StaffMember = OFFICER) -> Actor:
    """The same at a kit that is not open."""
    with closing(KitHome.open(home, passphrase, "technician")) as kit:
        return sign_in(kit, person)


def at_work(counter: Counter, person: StaffMember = OFFICER, role: StaffRole | None = None) -> Actor:
    """The person works at an open counter: in the session that is open, or in a new one; who acts is returned."""
    people, chosen = counter.people, role or person.roles[0]
    assert people is not None
    for session in people.sessions.open_sessions():
        if (session.number, session.role) == (person.number, chosen):
            return session.actor
    give_roster(people.home)
    place = Place(counter.lane.name, counter.lane.direction)
    return _add_session(people.home, person, chosen, "", place).actor


def _add_session(
    kit: KitHome,
    person: StaffMember,
    role: StaffRole,
    token: str,
    place: Place = Place(),  # noqa: B008  (frozen)
) -> Session:
    kind, uptime = SessionKind.COMMAND_LINE if token else SessionKind.DESK, read_uptime()
    session = Session(
        str(uuid4()), kind, person.number, person.name, person.human, role, place, read_clock(kit).now(),
        uptime.boot, uptime.seconds, LONGEST.total_seconds(), token=hash_token(token) if token else "",
    )  # fmt: skip
    kit.vault.change(SESSIONS, lambda content: add_session(content, session))
    return session
