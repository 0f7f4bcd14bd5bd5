"""What a list withdrew or replaced and its files still hold: whether there is any, and for how long it has been here.

- It lies in the base until that is folded, and beside the list for as long as the last change can be taken back.
- Its time counts from when somebody first saw it here, by the calendar or by what the machine ran, whichever says more.
  A calendar that stands before that time is worth nothing, so the time counts as over: to erase early costs a rewrite.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime

from data.lease import Moment
from data.lists.edition import Edition
from data.lists.notes import SEEN, Notes
from data.plain import canonical


@dataclass(frozen=True, slots=True)
class Seen:
    """When hidden rows were first seen, and at which version of the list."""

    version: int
    at: datetime
    boot: str
    boot_s: float

    def passed_s(self, moment: Moment) -> float:
        """How long ago that is."""
        if moment.now < self.at:
            return math.inf
        ran_s = moment.boot_s - self.boot_s if moment.boot == self.boot else 0.0
        return max((moment.now - self.at).total_seconds(), ran_s)


class Hidden:
    """The hidden rows of one list at the version `edition`, in the caller's transaction."""

    def __init__(self, notes: Notes, edition: Edition) -> None:
        self._notes = notes
        self._version = edition.version

    def held_s(self, moment: Moment) -> float | None:
        """For how long the oldest of them have been here; None where there are none. Remembers when it began."""
        gone_upto = self._notes.erased_upto(self._version, undo_keeps_withdrawn=True)
        if gone_upto >= self._version:
            self._notes.put(SEEN, "")
            return None
        seen = self._seen()
        if seen is None or seen.version <= gone_upto:  # what was seen then is gone; what is here came later
            seen = Seen(self._version, moment.now, moment.boot, moment.boot_s)
            self._notes.put(SEEN, canonical(seen).decode())
        return seen.passed_s(moment)

    def _seen(self) -> Seen | None:
        kept = self._notes.get(SEEN)
        if not kept:
            return None
        facts = json.loads(kept)
        return Seen(facts["version"], datetime.fromisoformat(facts["at"]), facts["boot"], facts["boot_s"])
