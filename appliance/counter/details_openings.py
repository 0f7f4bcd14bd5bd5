"""Who opened a traveller's details at this counter, why, and of which screening.

- An opening is recorded as the details are shown. A journal that takes no entry keeps nobody from the reasons of a
  verdict: the error is logged, and a standing condition says that nothing can be recorded.
- Each is noted once for a screening, a person, a reason and a record: a page that is drawn again is the same opening.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from threading import Lock

from appliance.screening.check_ports import JournalWriter
from data.people.staff import Actor

DETAILS_OPENED = "details_opened"
"""Kind of the event."""


class OpeningReason(StrEnum):
    """Why details were opened."""

    WHY = "why"
    """The page that says what a verdict rests on."""
    DISCREET = "discreet"
    """A record that a lane must not see."""
    CANDIDATE = "candidate"
    """A listed person with whom the traveller is compared."""


class DetailsOpenings:
    """The openings at one counter. Thread-safe."""

    def __init__(self, journal: JournalWriter, now: Callable[[], datetime]) -> None:
        self._journal = journal
        self._now = now
        self._lock = Lock()
        self._noted: set[tuple[str, str, OpeningReason, str]] = set()

    def note(self, actor: Actor, screening: str, why: OpeningReason, record: str = "") -> bool:
        """Record that `actor` opens details of a screening (its id), of one listed `record` where it is about one.

        False where that was noted before.

        Raises:
            Busy, StoreError: the journal did not take it.
        """
        with self._lock:
            opening = (screening, actor.number, why, record)
            if opening in self._noted:
                return False
            detail = {"name": actor.name, "role": actor.role.value, "record": record}
            self._journal.record(DETAILS_OPENED, self._now(), actor.number, why.value, detail, screening=screening)
            self._noted.add(opening)
            return True
