"""Whether the details of a listed person may be told: only while headquarters' word about the list is young enough.

Corrections and deletions reach a kit with that word. One that could not learn of them within the list's
`erase_within_hours` tells that somebody is listed, and no more. It is the word about this list that counts: also one
that a neighbour handed on.
"""

from datetime import datetime

from data.access import span
from data.lease import Silence

_HOUR_S = 3600.0


def why_withheld(published: datetime, within_h: float, silence: Silence | None, now: datetime) -> str:
    """Why details of a list whose newest word was signed at `published` stay locked; empty where they may be told.

    A lock is taken back by the next word or by a clock set right, so what seems is enough for it (`data.lease`).
    """
    silent_s = _silent_s(published, silence, now)
    if silent_s <= within_h * _HOUR_S:
        return ""
    return f"no word about this list for {span(silent_s)}; headquarters allows {span(within_h * _HOUR_S)}"


def _silent_s(published: datetime, silence: Silence | None, now: datetime) -> float:
    """Since the word about one list, by the clocks that count the time since the newest word of all."""
    if silence is None:
        return max(0.0, (now - published).total_seconds())
    return max(0.0, silence.seems_s - (published - silence.heard).total_seconds())
