"""Work opened under a standing condition: by a supervisor, by name, for one shift.

- An expired list, and lists that are locked or erased, need a second, different person (four eyes).
- An opening lasts at most twelve hours and ends by itself when its condition ends.
- It never changes a verdict: CANNOT SAY stays the traveller's verdict, admission under it becomes possible.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.ports import Journal
from appliance.standing import OF_ALL_LISTS, Condition, ConditionKind
from data.errors import Denied

LONGEST = timedelta(hours=12)
"""One shift."""

FOUR_EYES = frozenset({ConditionKind.LIST_EXPIRED}) | OF_ALL_LISTS


@dataclass(frozen=True, slots=True)
class Opening:
    """Who lets the post work under which condition, from when until when (UTC)."""

    condition: Condition
    supervisor: str
    second: str
    opened: datetime
    until: datetime

    def covers(self, condition: Condition, now: datetime) -> bool:
        """Whether work under `condition` is open at `now`."""
        return self.condition == condition and self.opened <= now < self.until

    def append_to(self, journal: Journal) -> None:
        """Put it into the journal; only then work may go on under it."""
        detail = {
            "kind": self.condition.kind.value,
            "subject": self.condition.subject,
            "second": self.second,
            "until": self.until.isoformat(),
        }
        journal.record("opening", self.opened, self.supervisor, self.condition.kind.value, detail)


def open_work(
    condition: Condition, *, supervisor: str, now: datetime, until: datetime | None = None, second: str = ""
) -> Opening:
    """Open work under `condition` until `until` (a shift from `now` by default); Denied says what is missing."""
    supervisor, second = supervisor.strip(), second.strip()
    if not supervisor:
        raise Denied("Nobody was named", means="Work under this condition stays closed", do="Name the supervisor")
    if condition.kind in FOUR_EYES and (not second or second.casefold() == supervisor.casefold()):
        raise Denied(
            "Work without good lists needs a second person",
            means="Travellers stay CANNOT SAY and cannot be admitted under it",
            do="Name a second person who is not the supervisor",
        )
    ends = min(until or now + LONGEST, now + LONGEST)
    if ends <= now:
        raise Denied("The opening would have ended already", do="Give a time that lies ahead")
    return Opening(condition, supervisor, second, now, ends)


def still_open(openings: Iterable[Opening], conditions: Iterable[Condition], now: datetime) -> tuple[Opening, ...]:
    """The openings whose condition still stands and whose time is not over.

    Call it whenever the conditions are looked at and keep only what it returns: a condition that ended and
    comes back needs a new opening.
    """
    standing = frozenset(conditions)
    return tuple(one for one in openings if one.condition in standing and one.covers(one.condition, now))
