"""Signing in at a post, and everything for which somebody proves who they are::

    people = PostPeople(home)
    proof = people.prove("N-104", pin)
    if proof.must_change_secret:
        proof = people.change_secret(proof, new_pin)
    session = people.open_session(proof, StaffRole.OFFICER, SessionKind.DESK, Place(lane="2"))
    counter.screen(ScreeningRequest(subject, session.actor))

- Nobody is told whether a number exists: a wrong number costs the same time and the same try as a wrong PIN.
- A try is counted durably before it is made.
- A PIN that somebody else gave must be changed before a session opens; it proves nothing else.
- A proof serves the person who gave it, here and now: a session that is open somewhere proves nothing for an action
  that needs two people.
- A PIN under duress works like the other one, and the journal has each time it was used.
- Everything is in the journal before it is done: where the journal fails, nothing changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

from appliance.people.permissions import (
    PERMISSIONS,
    ROLE_NAMES,
    GuardedAction,
    NotAllowed,
    describe_roles,
    require_role,
    require_second_role,
)
from appliance.people.person_prover import SIGN_IN, PersonProver
from appliance.people.program_access import RosterPrograms
from appliance.people.proof import HEADQUARTERS, HandOver, PersonEvent, ProvenPerson, SignInRefused
from data.clock import Clock
from data.errors import Denied, InputError
from data.journal.audit.checkpoints import CheckpointReason
from data.journal.outgoing import Outbox
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from data.people.countersign_code import RemoteAnswer
from data.people.kit_roster import ChangedSecret, KnownPeople, PeopleReader, keep_changed_secret
from data.people.people_reports import report_changed_secret
from data.people.secret_hash import hash_secret, normalize_new_secret, too_easily_guessed, verify_secret
from data.people.sessions import (
    LONGEST,
    SESSIONS,
    Place,
    Session,
    SessionBook,
    SessionEnd,
    SessionKind,
    SessionOver,
    add_session,
    hash_token,
)
from data.people.sign_in_tries import tries_of
from data.people.staff import Actor, Signatory, StaffMember, StaffRole
from data.text import _

if TYPE_CHECKING:
    from appliance.people.card_sign_in import CardSignIn

PROOF_LASTS_S = 120.0
_NOBODY = _("Nobody was signed in.")


@dataclass(frozen=True, slots=True)
class SignInState:
    """Who may sign in on this kit at all."""

    post: str
    """Empty where there is no roster."""
    has_roster: bool
    has_technician: bool
    """Without a roster: whether somebody was named at enrolment."""
    is_locked: bool
    """Too many wrong tries."""


class PostPeople:
    """Who works on one kit. Thread-safe as far as its vault and journal are."""

    def __init__(
        self, home: KitHome, clock: Callable[[], Clock] | None = None, cards: "CardSignIn | None" = None
    ) -> None:
        """`cards` is the kit's reader of staff cards, where it has one."""
        self.home = home
        self._clock = clock or (lambda: read_clock(home))
        self.sessions = SessionBook(home.vault, self._clock)
        self._reader = PeopleReader(home.vault)
        self._proofs: dict[str, float] = {}
        """Proofs that serve one action each: when they were given, in seconds of the monotonic clock."""
        self.programs = RosterPrograms(self._reader.read, self._clock)
        self.tries = tries_of(home)
        self.has_card_reader = cards is not None
        self._prover = PersonProver(home.journal, self._reader, self.tries, self.now, cards)

    # ── who there is ─────────────────────────────────────────────────────────────────────────────────

    def read_state(self) -> SignInState:
        """Whether anybody can sign in here, for the page that asks."""
        known = self._reader.read()
        return SignInState(
            post=known.roster.post if known.roster else "",
            has_roster=known.roster is not None,
            has_technician=known.roster is None and bool(known.people),
            is_locked=self.tries.is_kit_locked,
        )

    def read_people(self) -> KnownPeople:
        """Everybody who may sign in here."""
        return self._reader.read()

    # ── proofs ───────────────────────────────────────────────────────────────────────────────────────

    def prove(
        self, number: str, secret: str, *, purpose: str = SIGN_IN, unlockers: frozenset[StaffRole] = frozenset()
    ) -> ProvenPerson:
        """Who this is, as `PersonProver.prove` finds out."""
        return self._prover.prove(number, secret, purpose=purpose, unlockers=unlockers)

    def change_secret(self, proof: ProvenPerson, new: str) -> ProvenPerson:
        """The person's PIN or password is `new` from now on, here at once and at headquarters when it hears of it.

        Raises:
            InputError: it is too short, too easily guessed, or the one before.
            SignInRefused: what was proved is no longer so.
        """
        secret, credential = normalize_new_secret(new), proof.person.credential
        used, other = credential.secret, credential.duress
        if proof.is_under_duress:  # whoever watches sees a PIN that was changed and works; the real one stays
            used, other = other, used
        if verify_secret(used, secret):
            raise InputError(
                _("This PIN is the one before"), means=_("Nothing was changed."), do=_("Choose another one")
            )
        if other and verify_secret(other, secret):
            raise too_easily_guessed()
        self._must_be_current(proof)
        changed = ChangedSecret(credential.version, hash_secret(secret), is_initial=False, at=self.now())
        number = proof.person.number
        self._record(PersonEvent.SECRET_CHANGED, number, number, {"replaces": credential.version}, proof)
        keep_changed_secret(self.home.vault, number, changed, is_duress=proof.is_under_duress)
        if proof.is_under_duress:
            after = replace(credential, duress=changed.secret)
        else:
            report_changed_secret(Outbox(self.home.journal), number, changed)
            after = replace(credential, secret=changed.secret, is_initial=False)
        return replace(proof, person=replace(proof.person, credential=after))

    def prove_second(self, number: str, secret: str, action: GuardedAction, first: Signatory, case: str = "") -> Actor:
        """The second person of an action, who proves who they are for it; `case` is what it is about.

        Raises:
            InputError, SignInLocked, SignInRefused: as for `prove`.
            Denied: it is the same human being, the role does not allow it, or the PIN was given by somebody else.
        """
        unlockers = PERMISSIONS[action].second if action is GuardedAction.UNLOCK_PERSON else frozenset()
        proof = self.prove(number, secret, purpose=f"second/{action.value}/{case}", unlockers=unlockers)
        second = self.choose_second(proof, action, first)
        self._record(
            PersonEvent.SECOND_PERSON, action.value, second.number, {"first": first.number, "case": case}, proof
        )
        return second

    def choose_second(self, proof: ProvenPerson, action: GuardedAction, first: Signatory) -> Actor:
        """Somebody who proved who they are, as the second person; Denied as for `prove_second`."""
        _must_be_own_secret(proof)
        second = self.prove_once(proof.as_actor(_choose_role(proof.person, PERMISSIONS[action].second)))
        require_second_role(second, action)
        if not first.is_other_human(second):
            raise Denied(
                _("The second person must be somebody else"),
                means=_("Nothing was done."),
                do=_("Ask a second person to prove who they are, or ask headquarters by radio"),
            )
        return second

    def prove_first(self, number: str, secret: str, action: GuardedAction) -> Actor:
        """The first or only person of an action, who proves who they are for it.

        Raises:
            InputError, SignInLocked, SignInRefused: as for `prove`.
            Denied: the role does not allow it, or the PIN was given by somebody else.
        """
        unlockers = PERMISSIONS[action].first if action is GuardedAction.UNLOCK_PERSON else frozenset()
        proof = self.prove(number, secret, purpose=f"first/{action.value}", unlockers=unlockers)
        return self.choose_first(proof, action)

    def choose_first(self, proof: ProvenPerson, action: GuardedAction) -> Actor:
        """Somebody who proved who they are, as the first or only person of an action; Denied if they may not."""
        _must_be_own_secret(proof)
        first = self.prove_once(proof.as_actor(_choose_role(proof.person, PERMISSIONS[action].first)))
        require_role(first, action)
        return first

    def prove_once(self, actor: Actor) -> Actor:
        """The same person, who may now do one thing that asks for a proof, within `PROOF_LASTS_S`."""
        now_s, proof = monotonic(), str(uuid4())
        self._proofs = {each: at for each, at in self._proofs.items() if now_s - at < PROOF_LASTS_S} | {proof: now_s}
        return replace(actor, session=proof)

    def use_proof(self, actor: Actor) -> None:
        """SessionOver unless `actor` proved who they are for one action, which this is, and still works here."""
        given = self._proofs.pop(actor.session, None)
        if given is None or monotonic() - given >= PROOF_LASTS_S:
            raise SessionOver(SessionEnd.FORGOTTEN)
        person = self._reader.read().find_human(actor.number)
        is_same = person is not None and person.human == actor.human and person.has_role(actor.role)
        if not is_same and actor.number != HEADQUARTERS:
            raise SessionOver(SessionEnd.PERSON_ENDED)

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────────

    def open_session(
        self, proof: ProvenPerson, role: StaffRole, kind: SessionKind, place: Place, token: str = ""
    ) -> Session:
        """The person works here from now on, for a shift at most; their earlier session of this kind is over.

        Raises:
            Denied: the person does not have the role, or must change the PIN first.
        """
        _must_be_own_secret(proof)
        self._must_have_role(self._must_be_current(proof), role)
        session = self._make_session(proof.person, role, kind, place, token)
        detail = {"lane": place.lane, "direction": place.direction.value, "shift": place.shift, "session": session.id}
        self._record(PersonEvent.SIGNED_IN, role.value, session.number, {**detail, "kind": kind.value}, proof)
        self.home.vault.change(SESSIONS, lambda content: add_session(content, session))
        return session

    def end_session(self, session: Session, end: SessionEnd = SessionEnd.SIGNED_OUT) -> None:
        """The person works here no more."""
        self.sessions.end(session.id, end)
        self._record(PersonEvent.SIGNED_OUT, end.value, session.number, {"session": session.id})
        ends_shift = end is SessionEnd.SHIFT_ENDED
        self._sign_journal(session, CheckpointReason.SHIFT_END if ends_shift else CheckpointReason.SIGN_OUT)

    def verify_actor(self, actor: Actor) -> None:
        """Whether `actor` still works here: the cost of identity of one screening.

        Raises:
            SessionOver: the session is over.
            Denied: headquarters ended the program, or the person in whose name it asks.
        """
        if actor.via:
            self.programs.verify_actor(actor)
        elif actor.session in self._proofs:
            self.use_proof(actor)
        else:
            self.sessions.get(actor.session)

    def note_locked(self, session: Session, why: str) -> None:
        """A desk was locked: `idle`, `key`."""
        self._record(PersonEvent.DESK_LOCKED, why, session.number, {"session": session.id})

    def unlock_desk(self, session: Session, proof: ProvenPerson) -> None:
        """The person whose desk is locked is back; SessionOver, or Denied where it is somebody else."""
        self.sessions.get(session.id)
        _must_be_own_secret(proof)
        if proof.person.human != session.human:
            raise Denied(
                _("Somebody else works at this desk"),
                means=_("It stays locked."),
                do=_("Take the shift over, or ask {name} to unlock", name=session.name),
            )
        self._record(PersonEvent.DESK_UNLOCKED, "", session.number, {"session": session.id}, proof)

    def prove_at_desk(self, session: Session, secret: str) -> None:
        """The person of this session proves again who they are; Denied as for `prove`, SessionOver if it is over."""
        proof = self.prove(self.sessions.get(session.id).number, secret, purpose="first")
        _must_be_own_secret(proof)
        if proof.person.human != session.human:
            raise SessionOver(SessionEnd.PERSON_ENDED)

    def take_over(
        self, session: Session, proof: ProvenPerson, role: StaffRole, place: Place, left: HandOver
    ) -> Session:
        """Another person goes on at this desk, and signs for what is left there.

        Raises:
            Denied: as for `open_session`.
        """
        _must_be_own_secret(proof)
        self._must_have_role(self._must_be_current(proof), role)
        self._record(
            PersonEvent.HANDED_OVER,
            session.number,
            proof.person.number,
            {
                "from": session.number,
                "from_name": session.name,
                "session": session.id,
                "undecided": left.undecided,
                "waiting": left.waiting,
                "open_work": list(left.open_work),
                "screened": left.screened,
            },
            proof,
        )
        self.sessions.end(session.id, SessionEnd.HANDED_OVER)
        self._sign_journal(session, CheckpointReason.SHIFT_END)
        return self.open_session(proof, role, session.kind, place)

    def _make_session(
        self, person: StaffMember, role: StaffRole, kind: SessionKind, place: Place, token: str
    ) -> Session:
        clock = self._clock()
        uptime = clock.read_uptime()
        return Session(
            id=str(uuid4()),
            kind=kind,
            number=person.number,
            name=person.name,
            human=person.human,
            role=role,
            place=place,
            opened=clock.now(),
            boot=uptime.boot,
            boot_s=uptime.seconds,
            lasts_s=LONGEST.total_seconds(),
            valid_until=person.valid_until,
            token=hash_token(token) if token else "",
        )

    # ── for what two people do (`post_administration`, `remote_person`) ──────────────────────────────

    def keep_first_pin(self, number: str, changed: ChangedSecret, first: Actor, second: Actor) -> None:
        """Somebody has the first PIN that two people gave; whoever works under the one before is signed out."""
        detail = {"person": number, "replaces": changed.replaces}
        self.record_for_two(PersonEvent.FIRST_PIN_GIVEN, number, first, second, detail)
        keep_changed_secret(self.home.vault, number, changed)
        report_changed_secret(Outbox(self.home.journal), number, changed)

    def record_for_two(
        self, event: PersonEvent, outcome: str, first: Actor, second: Actor, detail: dict[str, object]
    ) -> None:
        """The journal has what two people did."""
        names = {"name": first.name, "second": second.number, "second_name": second.name}
        self._record(event, outcome, first.number, {**detail, **names})

    def record_remote_answer(self, first: Actor, answer: RemoteAnswer, detail: dict[str, object]) -> None:
        """The journal has what headquarters' second person said."""
        self._record(PersonEvent.REMOTE_ANSWER, answer.value, first.number, {**detail, "name": first.name})

    def now(self) -> datetime:
        """The trusted time (UTC)."""
        return self._clock().now()

    # ── its parts ────────────────────────────────────────────────────────────────────────────────────

    def _sign_journal(self, session: Session, reason: CheckpointReason) -> None:
        self.home.journal.sign_checkpoint(self.now(), session.number, reason)

    def _must_be_current(self, proof: ProvenPerson) -> StaffMember:
        """Who it is by now: headquarters or two people of the post may have ended or changed them since the proof."""
        then, now = proof.person, self._reader.read().find_human(proof.person.number)
        if now is None or (now.human, now.credential) != (then.human, then.credential):
            raise SignInRefused(
                _("Who may work here has changed since you signed in"), means=_NOBODY, do=_("Sign in again")
            )
        return now

    def _must_have_role(self, person: StaffMember, role: StaffRole) -> None:
        if not person.has_role(role):
            raise NotAllowed(
                _("{name} does not have the role {role}", name=person.name, role=ROLE_NAMES[role]),
                means=_NOBODY,
                do=_("Choose one of these roles: {roles}", roles=describe_roles(person.roles)),
            )

    def _record(
        self,
        event: PersonEvent,
        outcome: str,
        number: str,
        detail: dict[str, object],
        proof: ProvenPerson | None = None,
    ) -> None:
        named = {"name": proof.person.name, "human": proof.person.human, **proof.how} if proof else {}
        self.home.journal.record(event.value, self.now(), number, outcome, {**detail, **named})


def _must_be_own_secret(proof: ProvenPerson) -> None:
    if proof.must_change_secret:
        raise Denied(
            _("The first PIN must be changed"),
            means=_NOBODY,
            do=_("Choose your own: sign in at the desk, or run `waypost people change-pin`"),
        )


def _choose_role(person: StaffMember, roles: frozenset[StaffRole]) -> StaffRole:
    """The role of the person that allows the action; any other one, for the refusal to name, where none does."""
    return next((role for role in person.roles if role in roles), next(iter(person.roles), StaffRole.TRAINEE))
