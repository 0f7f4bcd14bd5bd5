"""Who works at this desk, and how others prove who they are at it."""

from dataclasses import dataclass

from appliance.people.permissions import GuardedAction
from appliance.people.post_administration import PostAdministration
from appliance.people.post_people import PostPeople
from appliance.people.remote_person import RemotePerson, RemoteQuestion
from data.errors import Denied
from data.log.error_log import log_error
from data.people.sessions import Session
from data.people.staff import Actor


@dataclass(frozen=True, slots=True)
class DeskPeople:
    """The person at one desk. Every call but `ask_headquarters` takes tenths of a second: from background threads."""

    people: PostPeople
    remote: RemotePerson
    session: Session

    @property
    def administration(self) -> PostAdministration:
        """What two people do for others."""
        return PostAdministration(self.people.home, self.people)

    def prove_two(self, action: GuardedAction, pin: str, number: str, second_pin: str, case: str) -> Actor:
        """The second person, after the one who works here typed their own PIN again."""
        self._prove_own(pin)
        return self.people.prove_second(number, second_pin, action, self.session.actor, case)

    def prove_with_headquarters(self, pin: str, question: RemoteQuestion, code: str) -> Actor:
        """The second person at headquarters, after the one who works here typed their own PIN again."""
        self._prove_own(pin)
        return self.remote.answer(question, code)

    def prove_first(self, action: GuardedAction, number: str, pin: str) -> Actor:
        """Somebody who comes to this desk for one action, such as a supervisor."""
        return self.people.prove_first(number, pin, action)

    def prove_second(self, action: GuardedAction, number: str, pin: str, first: Actor, case: str) -> Actor:
        """Somebody who comes to this desk as the second person."""
        return self.people.prove_second(number, pin, action, first, case)

    def ask_headquarters(self, action: GuardedAction, subject: str) -> RemoteQuestion | None:
        """What to read to headquarters; None where nobody there can answer."""
        try:
            return self.remote.ask(action, self.session.actor, subject)
        except Denied as error:
            log_error(error)
            return None

    def _prove_own(self, pin: str) -> None:
        self.people.prove_at_desk(self.session, pin)
