"""Whether this kit may read its lists, and why not: what headquarters says of it, and how long it has been silent.

- Locked lists stay where they are: word of headquarters opens them again. Erased ones have to be fetched anew.
- Locking needs no more than what the calendar says now; erasing needs what is certain (`data.lease`).
- Whatever else the post does goes on: crossings are recorded, reports are sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from data.enrolment import REVOKED, SUSPENDED, WIPED, Standing
from data.errors import Locked
from data.lease import Silence

WARNED_BEFORE = timedelta(days=7)
"""So long before the lists lock it is told; of a short lease the last quarter."""
_DAY_S, _HOUR_S = 86_400.0, 3600.0


class State(StrEnum):
    """What may be done with the lists."""

    GOOD = "good"
    SUSPENDED = "suspended"
    """Locked by headquarters, which will end it."""
    LOCKED = "locked"
    """No word of headquarters for too long, or headquarters has ended this kit."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Lease:
    """How far headquarters trusts a kit that it does not hear of, and how far that has gone."""

    locks_in_s: float
    """0: over."""
    erases_in_s: float | None
    """Until they are erased for all that is certain; None: never."""
    silent_s: float
    """Since headquarters' newest word."""
    warned: bool
    """The end is near enough to be told."""


@dataclass(frozen=True, slots=True)
class Access:
    """The lists of a kit at one moment."""

    state: State = State.GOOD
    why: str = ""
    """What headquarters said, or for how long it said nothing."""
    do: str = ""
    lease: Lease | None = None
    """None: headquarters gave this kit no lease, or has never spoken."""
    since: datetime | None = None
    """Since when it is so, by this kit's time; None before anybody looked."""
    silence: Silence | None = None
    """The time since headquarters' newest word, whether or not there is a lease; None before it spoke."""
    generation: int = 0
    """Goes up when the lists were erased: whoever holds them open lets go."""

    @property
    def is_open(self) -> bool:
        """Whether the lists may be read."""
        return self.state is State.GOOD

    @property
    def says(self) -> str:
        """The plain reason, as a sentence without its end; empty where there is nothing to say."""
        if self.state is State.ERASED:
            return f"The lists were erased: {self.why}"
        if not self.is_open:
            return f"These lists are locked: {self.why}"
        if self.lease and self.lease.warned:
            return f"The lists lock in {span(self.lease.locks_in_s)} unless this kit hears of headquarters"
        return ""

    def must_be_open(self) -> None:
        """Locked, with the plain reason, where nobody may read the lists."""
        if not self.is_open:
            raise Locked(self.says, state=self.state.value, means="They cannot be asked", do=self.do)


_FETCH = "Fetch: `waypost courier run`, or bring a stick of headquarters"
_LOOK = f"Is the clock right? Set it if not. {_FETCH}"
"""A wrong calendar alone may have locked them; then nothing that is fetched opens them."""


def judged(standing: Standing, silence: Silence | None, erased: str) -> Access:
    """What holds; `erased` says why the lists were erased, empty where they were not."""
    lease = _lease(standing, silence)
    if erased:
        return Access(State.ERASED, erased, _do(standing), lease)
    if not standing.in_force:
        state = State.SUSPENDED if standing.state == SUSPENDED else State.LOCKED
        return Access(state, _said(standing), _do(standing), lease)
    if lease and lease.locks_in_s <= 0:
        return Access(State.LOCKED, f"no contact with headquarters for {span(lease.silent_s)}", _LOOK, lease)
    return Access(lease=lease, do=_FETCH if lease and lease.warned else "")


def why_erase(standing: Standing, silence: Silence | None) -> str:
    """Why the lists are to be erased now; empty where they are not."""
    if standing.state == WIPED:
        return _said(standing)
    limit_s = _limit_s(standing, standing.erase_after)
    if silence is None or limit_s is None or silence.proven_s < limit_s:
        return ""
    return f"no contact with headquarters for {span(silence.proven_s)}"


def _lease(standing: Standing, silence: Silence | None) -> Lease | None:
    locks_s, erases_s = (_limit_s(standing, at) for at in (standing.lease_until, standing.erase_after))
    if silence is None or locks_s is None:
        return None
    left_s = max(0.0, locks_s - silence.seems_s)
    warned = left_s <= min(WARNED_BEFORE.total_seconds(), locks_s / 4)
    erases_in_s = None if erases_s is None else silence.running_until_proven_s(erases_s)
    return Lease(left_s, erases_in_s, silence.seems_s, warned)


def _limit_s(standing: Standing, at: datetime | None) -> float | None:
    if at is None or standing.signed is None:
        return None
    return max(0.0, (at - standing.signed).total_seconds())


def _said(standing: Standing) -> str:
    did = {SUSPENDED: "suspended this kit", REVOKED: "ended this kit", WIPED: "ended this kit"}
    known = did.get(standing.state, f"says that this kit is not in force ({standing.state})")
    return f"headquarters {known}" + (f" ({standing.reason})" if standing.reason else "")


def _do(standing: Standing) -> str:
    if standing.in_force:
        return _FETCH
    if standing.state == SUSPENDED:
        return "Ask headquarters when it ends that; then fetch: `waypost courier run`"
    return "Ask headquarters; a kit that was found again is enrolled anew"


def span(seconds: float) -> str:
    """`5 days`, `7 hours`, `less than an hour`: whole units, rounded down."""
    for unit, size_s in (("day", _DAY_S), ("hour", _HOUR_S)):
        count = int(seconds // size_s)
        if count >= (2 if unit == "day" else 1):
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than an hour"
