"""Whether the details of a listed person may be told: only while headquarters' word about the list is young enough.

Corrections and deletions reach a kit with that word. One that could not learn of them within the list's
`erase_within_hours` tells that somebody is listed, and no more. It is the word about this list that counts: also one
that a neighbour handed on.
"""

import json
from datetime import datetime

from data.access import span
from data.home import KitHome
from data.lease import Silence
from data.lists.edition import Edition
from data.plain import canonical, plain

WORDS = "list-words"
"""Vault: list to when headquarters last signed that this kit's version of it is the newest, ISO 8601."""
_HOUR_S = 3600.0


def heard_about(home: KitHome, list_name: str, signed: datetime) -> None:
    """Note that of a list the kit has what headquarters, at `signed`, said to be the newest."""
    known = _words(home.vault.get(WORDS))
    if list_name not in known or datetime.fromisoformat(known[list_name]) < signed:
        home.vault.change(WORDS, lambda kept: canonical(_words(kept) | {list_name: plain(signed)}))


def word_about(home: KitHome, edition: Edition) -> datetime:
    """When headquarters signed its newest word about a list: that version, or later that there is no newer one."""
    known = _words(home.vault.get(WORDS)).get(edition.list)
    return max(edition.published, datetime.fromisoformat(known)) if known else edition.published


def _words(kept: bytes | None) -> dict[str, str]:
    return json.loads(kept) if kept else {}


def why_withheld(word: datetime, within_h: float, silence: Silence | None, now: datetime) -> str:
    """Why details of a list whose newest word was signed at `word` stay locked; empty where they may be told.

    A lock is taken back by the next word or by a clock set right, so what seems is enough for it (`data.lease`).
    """
    silent_s = _silent_s(word, silence, now)
    if silent_s <= within_h * _HOUR_S:
        return ""
    return f"no word about this list for {span(silent_s)}; headquarters allows {span(within_h * _HOUR_S)}"


def _silent_s(word: datetime, silence: Silence | None, now: datetime) -> float:
    """Since the word about one list, by the clocks that count the time since the newest word of all."""
    if silence is None:
        return max(0.0, (now - word).total_seconds())
    return max(0.0, silence.seems_s - (word - silence.heard).total_seconds())
