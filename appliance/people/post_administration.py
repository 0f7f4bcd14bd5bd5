"""What two people of a post do for others: unlock, a new first PIN, somebody added for some days.

- Both prove who they are for it; the second one is another human being.
- A PIN that is given here is returned once and kept nowhere; the one before is dead at once, and whoever works under it
  is signed out.
- People whom the post adds work as officers or trainees, for a week at most, and headquarters hears of them.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from appliance.people.permissions import GuardedAction, require_role, require_second_role
from appliance.people.post_people import PostPeople
from appliance.people.proof import PersonEvent
from data.errors import Denied, InputError
from data.journal.outgoing import Outbox
from data.kit.home import KitHome
from data.people.kit_roster import MOST_LOCAL_PEOPLE, ChangedSecret, LocalPerson, add_local_person
from data.people.people_reports import report_local_person
from data.people.secret_hash import hash_secret, make_pin
from data.people.sign_in_tries import RADIO
from data.people.staff import (
    MOST_IN_A_NAME,
    Actor,
    Credential,
    StaffMember,
    StaffRole,
    check_name,
    fold_name,
    normalize_service_number,
)
from data.text import Message, _

LONGEST_LOCAL = timedelta(days=7)
LOCAL_ROLES = frozenset({StaffRole.OFFICER, StaffRole.TRAINEE})
_NOTHING_CHANGED = _("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class NewLocalPerson:
    """Somebody who is to work at the post before headquarters can say so."""

    number: str
    name: str
    role: StaffRole
    lasts: timedelta = LONGEST_LOCAL


class PostAdministration:
    """What two people do for others on one kit."""

    def __init__(self, home: KitHome, people: PostPeople) -> None:
        self._home = home
        self._people = people

    def unlock_person(self, number: str, first: Actor, second: Actor) -> None:
        """Somebody has all tries again.

        Raises:
            Denied: the two may not do it, or one of them is the person.
            InputError: nobody here has this number.
        """
        self._require_two(GuardedAction.UNLOCK_PERSON, first, second)
        number = normalize_service_number(number)
        person = self._find(number)
        if person.human in (first.human, second.human):
            raise Denied(_("Nobody unlocks themselves"), means=_NOTHING_CHANGED, do=_("Ask two other people"))
        self._people.record_for_two(PersonEvent.UNLOCKED, number, first, second, {"person": number})
        self._people.tries.unlock_person(number)

    def unlock_kit(self, first: Actor, second: Actor) -> None:
        """People can sign in again; who is locked stays so. Denied where the two may not do it."""
        self._require_two(GuardedAction.UNLOCK_PERSON, first, second)
        self._people.record_for_two(PersonEvent.UNLOCKED, "kit", first, second, {})
        self._people.tries.unlock_kit()
        self._people.tries.unlock_person(RADIO)

    def give_first_pin(self, number: str, first: Actor, second: Actor) -> str:
        """A new first PIN for somebody, and all tries again.

        Raises:
            Denied: the two may not do it, or one of them is the person.
            InputError: nobody here has this number.
        """
        self._require_two(GuardedAction.NEW_FIRST_PIN, first, second)
        person = self._find(normalize_service_number(number))
        if person.human in (first.human, second.human):
            raise Denied(_("Nobody gives themselves a first PIN"), means=_NOTHING_CHANGED, do=_("Ask two other people"))
        pin = make_pin()
        changed = ChangedSecret(person.credential.version, hash_secret(pin), is_initial=True, at=self._people.now())
        self._people.keep_first_pin(person.number, changed, first, second)
        self._people.tries.unlock_person(person.number)
        return pin

    def add_local_person(self, new: NewLocalPerson, first: Actor, second: Actor) -> str:
        """Let somebody work at this post for some days; returns their first PIN.

        Raises:
            Denied: the two may not do it, or the role is none that a post may give.
            InputError: number, name or time cannot be, or somebody has the number.
        """
        self._require_two(GuardedAction.ADD_LOCAL_PERSON, first, second)
        now, pin = self._people.now(), make_pin()
        person = self._make_person(new, now, pin)
        local = LocalPerson(person, first.number, second.number)
        if len(self._people.read_people().local) >= MOST_LOCAL_PEOPLE:
            _refuse_more()
        detail = {"person": person.number, "person_name": person.name, "role": new.role.value}
        self._people.record_for_two(
            PersonEvent.LOCAL_PERSON_ADDED,
            person.number,
            first,
            second,
            {**detail, "until": person.valid_until.isoformat() if person.valid_until else ""},
        )
        add_local_person(self._home.vault, local, now, _refuse_more)
        report_local_person(Outbox(self._home.journal), local, now)
        return pin

    def _find(self, number: str) -> StaffMember:
        person = self._people.read_people().find_human(number)
        if person is None:
            raise InputError(
                _("Nobody of this post has service number {number}", number=number),
                means=_NOTHING_CHANGED,
                do=_("Check the number; `waypost people list` shows who works here"),
            )
        return person

    def _require_two(self, action: GuardedAction, first: Actor, second: Actor) -> None:
        """Both have just proved who they are, which serves once; Denied where they may not do it together."""
        require_role(first, action)
        require_second_role(second, action)
        if not first.is_other_human(second):
            raise Denied(
                _("This needs two different people"),
                means=_NOTHING_CHANGED,
                do=_("Ask a second person to sign as well"),
            )
        self._people.use_proof(first)
        self._people.use_proof(second)

    def _make_person(self, new: NewLocalPerson, now: datetime, pin: str) -> StaffMember:
        number, known = normalize_service_number(new.number), self._people.read_people()
        if known.roster is None:
            raise Denied(
                _("This kit has no roster of its post yet"),
                means=_NOTHING_CHANGED,
                do=_("Fetch it first: `waypost courier run`"),
            )
        taken = known.find(number)
        if taken is not None and (number not in known.local or taken.is_valid(now)):
            raise _refusal(_("Somebody of this post has number {number}", number=number), _("Choose another one"))
        if new.role not in LOCAL_ROLES:
            raise Denied(_("A post adds officers and trainees only"), means=_NOTHING_CHANGED, do=_("Ask headquarters"))
        if not timedelta(0) < new.lasts <= LONGEST_LOCAL:
            raise _refusal(
                _("A post adds people for at most {days} days", days=LONGEST_LOCAL.days), _("Give fewer days")
            )
        name = " ".join(new.name.split())
        try:
            check_name(name)
        except ValueError as error:
            raise _refusal(
                _("This cannot be shown as a name"), _("Give a name of at most {most} characters", most=MOST_IN_A_NAME)
            ) from error
        credential = Credential(0, hash_secret(pin), is_initial=True)
        human = _find_human(known.people, name) or secrets.token_hex(8)
        return StaffMember(number, name, human, (new.role,), credential, valid_from=None, valid_until=now + new.lasts)


def _find_human(people: tuple[StaffMember, ...], name: str) -> str:
    """Who has the same name counts as the same human being until headquarters says otherwise: nobody becomes two."""
    return next((each.human for each in people if fold_name(each.name) == fold_name(name)), "")


def _refuse_more() -> NoReturn:
    raise _refusal(
        _("This post has added {most} people already", most=MOST_LOCAL_PEOPLE),
        _("Ask headquarters to add them to the roster"),
    )


def _refusal(what: Message, do: Message) -> InputError:
    return InputError(what, means=_NOTHING_CHANGED, do=do)
