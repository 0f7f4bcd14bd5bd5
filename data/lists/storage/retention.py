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
"""Since when rows that were withdrawn or replaced lie in the files (see `update_retention`)."""


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


def update_retention(notes: ListNotes, edition: Edition, moment: ClockReading) -> float | None:
    """Note when rows that are hidden at the version `edition` were first seen, or that there are none.

    Belongs to the caller's transaction. Returns for how many seconds the oldest of them have been here, or None.
    """
    gone_upto = notes.erased_upto(edition.version, undo_keeps_withdrawn=True)
    if gone_upto >= edition.version:
        notes.put(RETAINED_SINCE, "")
        return None
    since = _read_since(notes)
    if since is None or since.version <= gone_upto:  # what was seen then is gone; what is here came later
        since = RetainedSince(edition.version, moment.now, moment.boot, moment.boot_s)
        notes.put(RETAINED_SINCE, encode_canonical(since).decode())
    return since.passed_s(moment)


def _read_since(notes: ListNotes) -> RetainedSince | None:
    text = notes.get(RETAINED_SINCE)
    return decode(RetainedSince, text, make_note_error) if text else None
