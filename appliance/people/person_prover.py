"""Who somebody is: by service number and PIN or password, or by their staff card and its PIN.

- A try is counted before it is made; a number that nobody has costs as much time as one that somebody has.
- Whose card is in the kit's reader may type the PIN of the card. What is not their own PIN is tried on the card, never
  the other way about: a card locks itself after a few wrong ones. The try is counted once.
- The duress PIN counts beside a card, too: whoever is forced to sign in looks like anybody who signs in.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from appliance.people.proof import PersonEvent, ProvenPerson, SignInRefused
from data.journal.journal import Journal
from data.log.error_log import log_error
from data.people.kit_roster import KnownPeople, PeopleReader
from data.people.secret_hash import DUMMY_HASH, verify_secret
from data.people.sign_in_tries import SignInTries, describe_tries_left
from data.people.staff import Credential, StaffMember, StaffRole, normalize_service_number
from data.text import EMPTY, Message, _
from devices.faults import DeviceFault

if TYPE_CHECKING:
    from appliance.people.card_sign_in import CardSignIn

SIGN_IN = "sign-in"
"""Purpose of a proof that opens a session or unlocks a desk."""
_NOBODY = _("Nobody was signed in.")


class PersonProver:
    """Finds out who somebody is. Thread-safe as far as the tries and the journal are."""

    def __init__(
        self,
        journal: Journal,
        reader: PeopleReader,
        tries: SignInTries,
        now: Callable[[], datetime],
        cards: "CardSignIn | None",
    ) -> None:
        self._journal = journal
        self._reader = reader
        self._tries = tries
        self._now = now
        self._cards = cards

    def prove(
        self, number: str, secret: str, *, purpose: str = SIGN_IN, unlockers: frozenset[StaffRole] = frozenset()
    ) -> ProvenPerson:
        """Who this is. People with a role of `unlockers` have their tries though the kit is locked.

        Raises:
            InputError: this cannot be a service number.
            SignInLocked: there are no tries left.
            SignInRefused: it is wrong, or the person may not work here now.
            DeviceFault: the card was asked, and gave no proof; that is a try.
        """
        number = normalize_service_number(number)
        known = self._reader.read()
        _must_have_people(known)
        person = known.find_human(number)
        may_unlock = person is not None and not unlockers.isdisjoint(person.roles)
        self._tries.begin(number, kit_lock_counts=not may_unlock)
        proof, about_card = self._prove_by_secret(known, person, secret), EMPTY
        if proof is None and person and person.credential.card and self._cards:
            proof, about_card = self._prove_by_card(self._cards, person, secret, purpose)
        if proof is None:
            self._record_refused(person, number)
            raise _wrong(self._tries.left(number), about_card)
        self._tries.succeed(number)
        self._must_be_valid(proof.person)
        if purpose != SIGN_IN or proof.is_under_duress:
            self._record_proof(proof, purpose)
        return proof

    def _prove_by_secret(self, known: KnownPeople, person: StaffMember | None, secret: str) -> ProvenPerson | None:
        credential = person.credential if person else Credential(0, "")
        is_right = verify_secret(credential.secret or DUMMY_HASH, secret) and bool(credential.secret)
        is_under_duress = bool(known.roster and known.roster.has_duress) and (
            verify_secret(credential.duress or DUMMY_HASH, secret) and bool(credential.duress)
        )
        return ProvenPerson(person, is_under_duress) if person and (is_right or is_under_duress) else None

    def _prove_by_card(
        self, cards: "CardSignIn", person: StaffMember, pin: str, purpose: str
    ) -> tuple[ProvenPerson | None, Message]:
        """The proof; else what was wrong with the card, where it was not asked for its PIN."""
        from appliance.people.card_sign_in import CardQuestion, CardTry

        question, counted = CardQuestion(person.number, person.credential.card, purpose), CardTry()
        try:
            is_right = cards.prove(question, pin, counted)
        except DeviceFault as fault:
            log_error(fault)
            if counted.was_asked:
                self._record_refused(person, person.number)
                raise
            return None, _("The card did not count: {what}.", what=fault.what)
        return (ProvenPerson(person, is_by_card=True) if is_right else None), EMPTY

    def _record_refused(self, person: StaffMember | None, number: str) -> None:
        detail = {"known": person is not None}
        self._journal.record(PersonEvent.SIGN_IN_REFUSED.value, self._now(), number if person else "", "", detail)

    def _record_proof(self, proof: ProvenPerson, purpose: str) -> None:
        """What opens a session is recorded with the session, but under duress it may never come to that."""
        detail = {"name": proof.person.name, "human": proof.person.human, **proof.how}
        self._journal.record(PersonEvent.PROVED.value, self._now(), proof.person.number, purpose, detail)

    def _must_be_valid(self, person: StaffMember) -> None:
        now = self._now()
        if not person.is_valid(now):
            raise SignInRefused(
                _("Headquarters does not let {name} work here at this time", name=person.name),
                means=_NOBODY,
                do=_(
                    "If the date is wrong (this kit has {date}), correct the clock; otherwise ask headquarters",
                    date=f"{now:%Y-%m-%d}",
                ),
            )


def _must_have_people(known: KnownPeople) -> None:
    if not known.people:
        raise SignInRefused(
            _("Nobody can sign in on this kit yet"),
            means=_("It has no roster of its post, and no technician was named when it was enrolled."),
            do=_("Fetch the roster (`waypost courier run`), or ask headquarters to enrol the kit with a technician"),
        )


def _wrong(tries_left: int, about_card: Message) -> SignInRefused:
    means = _("{nobody} {card}", nobody=_NOBODY, card=about_card) if about_card else _NOBODY
    return SignInRefused(_("Service number or PIN is wrong"), means=means, do=describe_tries_left(tries_left))
