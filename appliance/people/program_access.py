"""Programs that ask without anybody present, and the officers in whose name they ask.

- A program proves itself by its credential of 256 random bits, which nobody guesses: wrong ones are not counted as
  tries, so that nobody locks a kit by them.
- The roster is asked each time: a program or an officer whom headquarters ended stops with the next request.
- The officer proves nothing to the kit; an actor whom a program named has its number as `via`.
"""

from collections.abc import Callable

from appliance.people.permissions import GuardedAction, NotAllowed, is_allowed, require_role
from data.clock import Clock
from data.errors import Denied
from data.people.kit_roster import KnownPeople
from data.people.secret_hash import verify_secret
from data.people.staff import Actor, StaffMember, StaffRole, normalize_service_number
from data.text import Message, _


class RosterPrograms:
    """The programs of one kit's roster."""

    def __init__(self, read_people: Callable[[], KnownPeople], read_clock: Callable[[], Clock]) -> None:
        self._read_people = read_people
        self._read_clock = read_clock

    def program_actor(self, number: str, credential: str) -> Actor:
        """The program with this number and credential; Denied where there is none that may work now."""
        person = self._find_valid(normalize_service_number(number))
        if (
            person is None
            or not person.has_role(StaffRole.SERVICE)
            or not verify_secret(person.credential.secret, credential)
        ):
            raise Denied(
                _("This is no credential of a program of this post"),
                means=_("Nothing was done."),
                do=_("Ask headquarters for a credential (`waypost hq people program`), and fetch the roster"),
            )
        return Actor(person.number, person.name, person.human, StaffRole.SERVICE, via=person.number)

    def find_program(self, number: str) -> str:
        """The service number as the roster has it; empty where no program has it: it may be anything, a PIN too."""
        person = next((each for each in self._read_people().people if each.number == number.strip().upper()), None)
        return person.number if person and person.has_role(StaffRole.SERVICE) else ""

    def act_for(self, program: Actor, number: str) -> Actor:
        """The officer in whose name the program asks; Denied where they may not screen here now."""
        require_role(program, GuardedAction.ACT_FOR_OTHERS)
        self.verify_actor(program)
        person = self._find_valid(normalize_service_number(number))
        role = _screening_role(person) if person else None
        if person is None or role is None:
            raise NotAllowed(
                _("{number} is no officer of this post who may work now", number=number),
                means=_("Nothing was done."),
                do=_("Give the service number of an officer in the roster"),
            )
        return Actor(person.number, person.name, person.human, role, via=program.number)

    def verify_actor(self, actor: Actor) -> None:
        """Denied where the program, or the officer in whose name it asks, may not work here any more."""
        program, person = self._find_valid(actor.via), self._find_valid(actor.number)
        if program is None or not program.has_role(StaffRole.SERVICE):
            raise _ended(_("Headquarters ended the program {number}", number=actor.via))
        if person is None or not person.has_role(actor.role):
            raise _ended(_("Headquarters ended {number}", number=actor.number))

    def _find_valid(self, number: str) -> StaffMember | None:
        person = self._read_people().find(number)
        return person if person and person.is_valid(self._read_clock().now()) else None


def _ended(what: Message) -> Denied:
    return Denied(what, means=_("Nothing was done."), do=_("Ask headquarters"))


def _screening_role(officer: StaffMember) -> StaffRole | None:
    """The first of the person's roles in which a human being screens; None where there is none."""
    roles = (role for role in officer.roles if role is not StaffRole.SERVICE)
    return next((role for role in roles if is_allowed(role, GuardedAction.SCREEN)), None)
