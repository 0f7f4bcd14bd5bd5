"""What signing in gives and what the journal calls it: a proof of who somebody is, and what is left at a hand-over."""

from dataclasses import dataclass
from enum import StrEnum

from data.errors import Denied
from data.people.staff import Actor, Signatory, StaffMember, StaffRole

HEADQUARTERS = "HEADQUARTERS"
"""In place of a service number: the second person is there."""


class SignInRefused(Denied):
    """Number or PIN is wrong, or the person may not work here now."""


class PersonEvent(StrEnum):
    """Kinds of the journal's entries about people who work here."""

    SIGNED_IN = "signed_in"
    PROVED = "proved"
    """Somebody proved who they are for an action, or under duress for anything."""
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    DESK_LOCKED = "desk_locked"
    DESK_UNLOCKED = "desk_unlocked"
    HANDED_OVER = "handed_over"
    SECRET_CHANGED = "secret_changed"  # noqa: S105  (no secret)
    FIRST_PIN_GIVEN = "first_pin_given"
    UNLOCKED = "unlocked"
    LOCAL_PERSON_ADDED = "local_person_added"
    SECOND_PERSON = "second_person"
    """Somebody proved to be the second person of an action."""
    REMOTE_ANSWER = "remote_answer"


@dataclass(frozen=True, slots=True)
class ProvenPerson:
    """Somebody who has just proved who they are. Only `PersonProver` makes one."""

    person: StaffMember
    is_under_duress: bool = False
    is_by_card: bool = False

    @property
    def must_change_secret(self) -> bool:
        """Whether it was proved with a PIN that somebody else gave."""
        return self.person.credential.is_initial and not self.is_by_card

    @property
    def how(self) -> dict[str, object]:
        """How it was proved, as the journal has it."""
        how: dict[str, object] = {"duress": True} if self.is_under_duress else {}
        return {**how, "by": "card"} if self.is_by_card else how

    @property
    def signatory(self) -> Signatory:
        """As a record names them."""
        return Signatory(self.person.number, self.person.name, self.person.human)

    def as_actor(self, role: StaffRole) -> Actor:
        """In one role, for one action."""
        return Actor(self.person.number, self.person.name, self.person.human, role)


@dataclass(frozen=True, slots=True)
class HandOver:
    """What one person leaves to the next one at a desk."""

    undecided: int
    waiting: int
    """Documents that were laid on the reader and not screened."""
    open_work: tuple[str, ...]
    """Conditions under which work is open."""
    screened: int
    """Travellers of the shift that ends."""
