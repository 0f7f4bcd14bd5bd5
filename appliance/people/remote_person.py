"""The second person at headquarters, asked by radio or telephone, where a post has one officer.

- The kit shows what is asked, a case and a nonce; headquarters reads seven digits back
  (`data.people.countersign_code`).
- A question takes five tries and serves once. Wrong codes count as wrong tries of this kit, so that asking again gives
  no more guesses.
- Headquarters may also refuse; the code for that is another one, and nothing is done.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import NoReturn
from uuid import uuid4

from appliance.people.permissions import GuardedAction, require_role
from appliance.people.post_people import PostPeople
from appliance.people.proof import HEADQUARTERS
from data.errors import Denied
from data.people.countersign_code import MOST_TRIES, RemoteAnswer, make_nonce, read_answer
from data.people.sign_in_tries import RADIO, describe_tries_left
from data.people.staff import MOST_IN_A_NUMBER, Actor, StaffRole
from data.text import _

_THEIR_HUMAN = sha256(HEADQUARTERS.encode()).hexdigest()[:16]
"""Nobody of a post."""


class RemoteRefused(Denied):
    """The code is wrong, came too late, or headquarters refuses."""


@dataclass(frozen=True, slots=True)
class RemoteQuestion:
    """What headquarters is asked."""

    action: GuardedAction
    case: str
    """To be read aloud: `SETTLE 3F8A-22C1`, `UNLOCK-PERSON N104`."""
    nonce: str
    first: Actor


@dataclass
class RemotePerson:
    """Asks headquarters for a second person. One question is open at a time; the next one replaces it."""

    people: PostPeople
    kit: str
    _open: RemoteQuestion | None = None
    _wrong: int = 0

    def ask(self, action: GuardedAction, first: Actor, subject: str = "") -> RemoteQuestion:
        """A question about `subject` (the id of a screening, a condition), to be read to headquarters.

        Raises:
            Denied: this kit has no roster, the first person may not do it, or too many codes were wrong.
        """
        require_role(first, action)
        self._key()
        self._open, self._wrong = RemoteQuestion(action, _name_case(action, subject), make_nonce(), first), 0
        return self._open

    def is_open(self, question: RemoteQuestion) -> bool:
        """Whether another code may be given."""
        return self._open == question

    def answer(self, question: RemoteQuestion, code: str) -> Actor:
        """The second person of the question, once headquarters agrees.

        Raises:
            RemoteRefused: the code is wrong, of another question, or says that headquarters refuses.
            SignInLocked: too many codes were wrong on this kit.
        """
        if not self.is_open(question):
            raise RemoteRefused(
                _("This question is no longer open"), means=_("Nothing was done."), do=_("Ask headquarters again")
            )
        unlocks = question.action is GuardedAction.UNLOCK_PERSON
        self.people.tries.begin(RADIO, kit_lock_counts=not unlocks)
        answer = read_answer(self._key(), self.kit, question.case, question.nonce, code)
        if answer is None:
            self._refuse_wrong()
        self.people.tries.succeed(RADIO)
        self._open = None
        self.people.record_remote_answer(question.first, answer, {"case": question.case, "action": question.action})
        if answer is RemoteAnswer.REFUSES:
            raise RemoteRefused(
                _("Headquarters refuses"), means=_("Nothing was done."), do=_("Follow what headquarters says")
            )
        second = Actor(HEADQUARTERS, str(_("Headquarters")), _THEIR_HUMAN, StaffRole.SUPERVISOR)
        return self.people.prove_once(second)

    def _refuse_wrong(self) -> NoReturn:
        self._wrong += 1
        left = MOST_TRIES - self._wrong
        if left <= 0:
            self._open = None
        raise RemoteRefused(
            _("This code is wrong"),
            means=_("Nothing was done."),
            do=_("Have it read again digit by digit; {tries}", tries=describe_tries_left(left)),
        )

    def _key(self) -> bytes:
        roster = self.people.read_people().roster
        if roster is None:
            raise Denied(
                _("This kit has no key for codes of headquarters"),
                means=_("Nobody at headquarters can be the second person."),
                do=_("Fetch the roster: `waypost courier run`"),
            )
        return roster.countersign_key


def _name_case(action: GuardedAction, subject: str) -> str:
    letters = "".join(letter for letter in subject.upper() if letter.isalnum()) or uuid4().hex.upper()
    short = letters if len(letters) <= MOST_IN_A_NUMBER else letters[:8]  # of a screening's id, eight digits are enough
    groups = (short[place : place + 4] for place in range(0, len(short), 4))
    return f"{action.name.replace('_', '-')} {'-'.join(groups)}"
