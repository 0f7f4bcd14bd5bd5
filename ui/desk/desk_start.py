"""What the desk needs before somebody works at it, in one value that `ui.commands.desk` fills."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from appliance.people.post_people import PostPeople
from appliance.people.proof import HandOver
from data.people.sessions import Session
from ui.desk.desk_port import DeskPort, PostState, Workplace


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """After how long without a key, a scan or a document the desk warns, and is locked."""

    warn_s: float
    lock_s: float


@dataclass(frozen=True, slots=True)
class DeskStart:
    """What the pages may ask on which people sign in. Every call but `now` may be slow and may raise a WaypostError."""

    place: Workplace
    """Without a person."""
    people: PostPeople
    now: Callable[[], datetime]
    """Trusted time (UTC). It answers at once."""
    make_port: Callable[[Session], DeskPort]
    """What the desk may ask once somebody works at it. It answers at once."""
    post_state: Callable[[], PostState]
    """Lists and link, for the page of the shift."""
    read_open: Callable[[Session | None], HandOver]
    """What is open at this desk, after the session that ends."""
    idle: IdleLimits
    clock_s: Callable[[], float] = monotonic
    """Seconds of a clock that nobody sets."""
