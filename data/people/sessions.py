"""Who works on this kit now: the open sessions, in its vault.

- A session belongs to one start of the machine and ends with the shift, whatever the clock is set to; it ends at once
  where headquarters ends the person, takes the role away or gives a new first PIN.
- A session that ended says why for as long as it is remembered, so that a desk can tell who works there.
- Whoever signs in again ends their earlier session of the same kind: nobody works at two desks.
- One read of the vault and one comparison tell whether a session is open; a counter asks before every action.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated

from pydantic import Field

from data.clock import Clock, Uptime
from data.errors import Denied
from data.json_codec import UtcTime, decode_or_none, encode_canonical
from data.kit.vault import Vault
from data.people.staff import Actor, StaffRole
from data.screenings import Direction
from data.text import _

LONGEST = timedelta(hours=12)
"""One shift."""
SESSIONS = "sessions"
"""Name in the vault."""
_MOST_KEPT = 64


class SessionKind(StrEnum):
    """Where somebody works."""

    DESK = "desk"
    COMMAND_LINE = "command_line"


class SessionEnd(StrEnum):
    """Why a session is over."""

    SIGNED_OUT = "signed_out"
    SHIFT_ENDED = "shift_ended"
    RESTARTED = "restarted"
    """The machine was started again."""
    ELSEWHERE = "elsewhere"
    """The person signed in again."""
    HANDED_OVER = "handed_over"
    PERSON_ENDED = "person_ended"
    """Headquarters ended the person, took the role away, or gave a new first PIN."""
    FORGOTTEN = "forgotten"
    """Nothing is known of it any more."""


SESSION_ENDS = {
    SessionEnd.SIGNED_OUT: _("You signed out"),
    SessionEnd.SHIFT_ENDED: _("The shift is over"),
    SessionEnd.RESTARTED: _("The machine was started again since you signed in"),
    SessionEnd.ELSEWHERE: _("You signed in again elsewhere on this kit"),
    SessionEnd.HANDED_OVER: _("The shift was handed over"),
    SessionEnd.PERSON_ENDED: _("Headquarters or a supervisor ended your session"),
    SessionEnd.FORGOTTEN: _("Nobody is signed in here"),
}


class SessionOver(Denied):
    """The session in which somebody wanted to do something is not open."""

    def __init__(self, end: SessionEnd) -> None:
        self.end = end
        super().__init__(
            SESSION_ENDS[end],
            means=_("Nothing was done."),
            do=_("Sign in at the desk, or with `waypost people sign-in`"),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how somebody works in a session."""

    lane: str = ""
    direction: Direction = Direction.ENTRY
    shift: str = ""
    """In the post's own words: `early`, `B`."""


@dataclass(frozen=True, slots=True)
class Session:
    """One person at work on this kit."""

    id: str
    kind: SessionKind
    number: str
    name: str
    human: str
    role: StaffRole
    place: Place
    opened: UtcTime
    boot: str
    """Which start of the machine it belongs to."""
    boot_s: float
    """For how long the machine had run when it was opened."""
    lasts_s: Annotated[float, Field(gt=0)]
    valid_until: UtcTime | None = None
    """The person's own end, if one is set."""
    token: str = ""
    """SHA-256 of what a session file proves itself with, hexadecimal; empty for a desk."""
    ended: SessionEnd | None = None

    @property
    def actor(self) -> Actor:
        """Who acts in it."""
        return Actor(self.number, self.name, self.human, self.role, self.id)

    def find_end(self, now: datetime, uptime: Uptime) -> SessionEnd | None:
        """Why it is over; None while it is open."""
        if self.ended is not None:
            return self.ended
        if uptime.boot != self.boot:
            return SessionEnd.RESTARTED
        if uptime.seconds - self.boot_s >= self.lasts_s:
            return SessionEnd.SHIFT_ENDED
        return SessionEnd.PERSON_ENDED if self.valid_until is not None and now >= self.valid_until else None


_Sessions = tuple[Session, ...]


class SessionBook:
    """The sessions of one kit."""

    def __init__(self, vault: Vault, read_clock: Callable[[], Clock]) -> None:
        self._vault = vault
        self._read_clock = read_clock

    def get(self, session_id: str) -> Session:
        """An open session; SessionOver says why it is not."""
        session = next((each for each in decode_sessions(self._vault.get(SESSIONS)) if each.id == session_id), None)
        if session is None:
            raise SessionOver(SessionEnd.FORGOTTEN)
        clock = self._read_clock()
        end = session.find_end(clock.now(), clock.read_uptime())
        if end is not None:
            raise SessionOver(end)
        return session

    def get_by_token(self, session_id: str, token: str) -> Session:
        """The same, for whoever has the token of a session file; SessionOver otherwise."""
        session = self.get(session_id)
        if not session.token or not compare_digest(session.token, hash_token(token)):
            raise SessionOver(SessionEnd.FORGOTTEN)
        return session

    def open_sessions(self) -> tuple[Session, ...]:
        """Everybody who works here now."""
        clock = self._read_clock()
        now, uptime = clock.now(), clock.read_uptime()
        return tuple(each for each in decode_sessions(self._vault.get(SESSIONS)) if each.find_end(now, uptime) is None)

    def end(self, session_id: str, end: SessionEnd) -> None:
        """A session is over; one that was over before keeps its reason."""
        self._vault.change(SESSIONS, lambda content: end_sessions(content, lambda each: each.id == session_id, end))


def add_session(content: bytes | None, session: Session) -> bytes:
    """The stored sessions with one more; the person's earlier one of this kind is over."""
    before = end_sessions(content, lambda each: _is_replaced(each, session), SessionEnd.ELSEWHERE)
    others = sorted(decode_sessions(before), key=lambda each: each.ended is None)  # those that are over go first
    return encode_sessions((*others[-(_MOST_KEPT - 1) :], session))


def end_sessions(content: bytes | None, concerned: Callable[[Session], bool], end: SessionEnd) -> bytes:
    """The stored sessions, of which those `concerned` are over from now on."""
    return encode_sessions(
        replace(each, ended=end) if each.ended is None and concerned(each) else each
        for each in decode_sessions(content)
    )


def decode_sessions(content: bytes | None) -> _Sessions:
    """The sessions as the vault has them; none where they cannot be read: then nobody is signed in."""
    return (decode_or_none(_Sessions, content) or ()) if content else ()


def encode_sessions(sessions: Iterable[Session]) -> bytes:
    """As the vault keeps them."""
    return encode_canonical(tuple(sessions))


def hash_token(token: str) -> str:
    """What the vault has of the token of a session file."""
    return sha256(token.encode()).hexdigest()


def _is_replaced(earlier: Session, later: Session) -> bool:
    return (earlier.human, earlier.kind) == (later.human, later.kind)
