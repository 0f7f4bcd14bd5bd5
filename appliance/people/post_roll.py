"""Who may work on a kit, who works there now, and who is locked: for the page and the command that show them."""

from dataclasses import dataclass
from datetime import datetime

from appliance.people.post_people import PostPeople, SignInState
from data.people.kit_roster import KnownPeople
from data.people.sessions import Session


@dataclass(frozen=True, slots=True)
class PostRoll:
    """Who may work on a kit, who works there now, and who is locked, at one moment."""

    at: datetime
    state: SignInState
    known: KnownPeople
    sessions: tuple[Session, ...]
    """Those that are open."""
    locked: frozenset[str]
    """Service numbers."""


def read_roll(people: PostPeople) -> PostRoll:
    """Everybody, as it is now. Damaged where the roster cannot be read."""
    known = people.read_people()
    locked = people.tries.find_locked(each.number for each in known.people)
    return PostRoll(people.now(), people.read_state(), known, people.sessions.open_sessions(), locked)
