"""Who of headquarters' staff does something in their own name: proved by service number and PIN, as at a kit.

- Staff of headquarters are people of the post `Headquarters`, at which no kit stands. They are added and ended like
  everybody else.
- A try is kept, durably, before it is made: a process that is killed gives none back. After five wrong ones nothing
  that somebody types is right until they get a new first PIN.
- A PIN that somebody else gave proves nothing but that it may be changed.
- Whoever can open headquarters' home can do whatever its commands do. The proof says in whose name.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from data.clock import read_system_time
from data.errors import Denied, InputError
from data.people.secret_hash import DUMMY_HASH, hash_secret, normalize_new_secret, verify_secret
from data.people.staff import Credential, StaffMember, StaffRole, normalize_service_number
from data.text import Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people_register import StaffRegister
from sync.headquarters.store import staff_table, tables

MOST_TRIES = 5
_BEGUN, _PROVED, _REFUSED, _LOCKED, _NOT_ALLOWED = "begun", "proved", "refused", "locked", "not allowed"
_NOTHING_DONE = _("Nothing was done.")
_proofs = tables.staff_proofs


@dataclass(frozen=True, slots=True)
class ProvenStaff:
    """Somebody of headquarters' staff who has just proved who they are. Only `prove_staff` makes one."""

    person: StaffMember

    @property
    def must_change_secret(self) -> bool:
        """Whether the PIN was given by somebody else."""
        return self.person.credential.is_initial

    @property
    def signature(self) -> str:
        """As records name them: `H-1 K. Duty`."""
        return f"{self.person.number} {self.person.name}"


@dataclass(frozen=True, slots=True)
class StaffProof:
    """One try."""

    at: datetime
    number: str
    """Empty where nobody of headquarters has what was typed."""
    purpose: str
    outcome: str


def prove_staff(
    home: HeadquartersHome, number: str, secret: str, purpose: str, *, must_decide: bool = True
) -> ProvenStaff:
    """Who this is; `purpose` is what they are about to do, as the record has it.

    Without `must_decide` it is enough to be of headquarters' staff.

    Raises:
        InputError: this cannot be a service number.
        Denied: it is wrong, there are no tries left, or the person does not decide here now.
    """
    number = normalize_service_number(number)
    with home.changing(), home.store.transaction() as connection:
        person = _find(connection, number)
        is_locked = person is not None and _count_wrong(connection, person) >= MOST_TRIES
        proof = _begin(connection, person, purpose, _LOCKED if is_locked else _BEGUN)
    if is_locked:
        raise _refusal(
            _("{number} is locked at headquarters after {most} wrong tries", number=number, most=MOST_TRIES),
            _("Give a new first PIN: `waypost hq people reset {number}`", number=number),
        )
    credential = person.credential if person else Credential(0, "")
    is_right = verify_secret(credential.secret or DUMMY_HASH, secret) and bool(credential.secret)
    obstacle = _find_obstacle(person, must_decide=must_decide) if person and is_right else None
    with home.changing(), home.store.transaction() as connection:
        outcome = _REFUSED if not is_right else _NOT_ALLOWED if obstacle else _PROVED
        connection.execute(update(_proofs).where(_proofs.c.id == proof).values(outcome=outcome))
    if person is None or not is_right:
        raise _refusal(_("Service number or PIN is wrong"), _("Try again; after five wrong tries a person is locked"))
    if obstacle is not None:
        raise obstacle
    return ProvenStaff(person)


def change_staff_secret(home: HeadquartersHome, proof: ProvenStaff, new: str) -> ProvenStaff:
    """The person's PIN or password is `new` from now on.

    Raises:
        InputError: it is too short, too easily guessed, or the one before.
        Denied: the person was ended, or got another PIN since the proof.
    """
    secret, credential = normalize_new_secret(new), proof.person.credential
    if verify_secret(credential.secret, secret):
        raise InputError(_("This PIN is the one before"), means=_("Nothing was changed."), do=_("Choose another one"))
    after = replace(credential, version=credential.version + 1, secret=hash_secret(secret), is_initial=False)
    with home.changing(), home.store.transaction() as connection:
        register = StaffRegister(connection)
        entry = register.get_working(proof.person.number)
        if entry.person.credential != credential:
            raise _refusal(_("The PIN was changed since you proved it"), _("Begin again"))
        person = replace(entry.person, credential=after)
        register.change(replace(entry, person=person, origin=None))
    return ProvenStaff(person)


def must_be_own_secret(proof: ProvenStaff) -> None:
    """Denied where the PIN was given by somebody else."""
    if proof.must_change_secret:
        raise _refusal(
            _("The first PIN must be changed"),
            _("Choose your own: `waypost hq staff change-pin {number}`", number=proof.person.number),
        )


def list_staff_proofs(home: HeadquartersHome) -> tuple[StaffProof, ...]:
    """Every try, the oldest first."""
    with home.store.reading() as connection:
        rows = connection.execute(select(_proofs).order_by(_proofs.c.id)).all()
    return tuple(StaffProof(datetime.fromisoformat(row.at), row.number, row.purpose, row.outcome) for row in rows)


def _find(connection: Connection, number: str) -> StaffMember | None:
    entry = staff_table.find_staff(connection, number)
    if entry is None or entry.ended is not None or staff_table.HEADQUARTERS not in entry.posts:
        return None
    return None if entry.person.has_role(StaffRole.SERVICE) else entry.person


def _count_wrong(connection: Connection, person: StaffMember) -> int:
    """Tries with this credential since the last right one; one that was begun and never ended is wrong."""
    mine = (_proofs.c.number == person.number) & (_proofs.c.version == person.credential.version)
    last = connection.scalar(select(func.max(_proofs.c.id)).where(mine, _proofs.c.outcome == _PROVED)) or 0
    wrong = _proofs.c.outcome.in_((_BEGUN, _REFUSED))
    query = select(func.count()).select_from(_proofs).where(mine, _proofs.c.id > last, wrong)
    return connection.scalar(query) or 0


def _begin(connection: Connection, person: StaffMember | None, purpose: str, outcome: str) -> int:
    row = {
        "at": read_system_time().isoformat(),
        "number": person.number if person else "",
        "version": person.credential.version if person else 0,
        "purpose": purpose,
        "outcome": outcome,
    }
    return int(connection.execute(insert(_proofs).values(**row).returning(_proofs.c.id)).scalar_one())


def _find_obstacle(person: StaffMember, *, must_decide: bool) -> Denied | None:
    if not person.is_valid(read_system_time()):
        return _refusal(_("{name} does not work here at this time", name=person.name), _("Check the clock"))
    if must_decide and not person.has_role(StaffRole.SUPERVISOR):
        return _refusal(
            _("{name} is no supervisor of headquarters", name=person.name),
            _("`waypost hq people role` gives the role supervisor"),
        )
    return None


def _refusal(what: Message, do: Message) -> Denied:
    return Denied(what, means=_NOTHING_DONE, do=do)
