"""For how long rows that were withdrawn or replaced have been in the files of a list, though nobody finds them.

Rows that were withdrawn or replaced lie in the base until the list is compacted, and beside it for as long as the
last change can be taken back. The time that they are retained counts from when somebody first saw them here, by the
calendar or by what the machine ran, whichever says more. A calendar that stands before that time is worth nothing, so
the time counts as over: to erase early costs a rewrite.
"""

import math
from dataclasses import dataclass

from data.clock import ClockReading
from data.json_codec import ZonedTime, decode, encode_canonical
from data.lists.edition import Edition
from data.lists.storage.overlay import ListNotes, make_note_error

RETAINED_SINCE = "seen"
"""Since when rows that were withdrawn or replaced lie in the files (see `Retention`)."""


@dataclass(frozen=True, slots=True)
class RetainedSince:
    """When hidden rows were first seen, and at which version of the list."""

    version: int
    at: ZonedTime
    boot: str
    boot_s: float

    def passed_s(self, moment: ClockReading) -> float:
        """How long ago that is."""
        if moment.now < self.at:
            return math.inf
        ran_s = moment.boot_s - self.boot_s if moment.boot == self.boot else 0.0
        return max((moment.now - self.at).total_seconds(), ran_s)


class Retention:
    """The hidden rows of one list at the version `edition`, in the caller's transaction."""

    def __init__(self, notes: ListNotes, edition: Edition) -> None:
        self._notes = notes
        self._version = edition.version

    def age_s(self, moment: ClockReading) -> float | None:
        """How long the oldest of them have been here; None if there are none. Remembers when that began."""
        gone_upto = self._notes.erased_upto(self._version, undo_keeps_withdrawn=True)
        if gone_upto >= self._version:
            self._notes.put(RETAINED_SINCE, "")
            return None
        since = self._read_since()
        if since is None or since.version <= gone_upto:  # what was seen then is gone; what is here came later
            since = RetainedSince(self._version, moment.now, moment.boot, moment.boot_s)
            self._notes.put(RETAINED_SINCE, encode_canonical(since).decode())
        return since.passed_s(moment)

    def _read_since(self) -> RetainedSince | None:
        text = self._notes.get(RETAINED_SINCE)
        if not text:
            return None
        return decode(RetainedSince, text, make_note_error)
