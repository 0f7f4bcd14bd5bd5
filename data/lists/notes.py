"""What is kept beside a list's rows and changes in the same transaction as they do: named texts, and the last change.

The last change is kept so that the version before it can come back. Of a kind whose rows say who somebody is, rows that
were withdrawn are not kept: nobody who was taken off a list comes back to it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from data.lists.row import Row
from data.plain import plain
from data.store import Connection

DRIFT = "drift"
FOLDED = "folded"
"""The version that was in force when the newest base was made: nothing was hidden in it then."""
HELD = "held"
PREVIOUS = "previous"
SEEN = "seen"
"""Since when rows that were withdrawn or replaced lie in the files (`data.lists.hidden`)."""
_LENGTH = 4


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A version that somebody took back here; only a newer one comes in its place."""

    version: int
    who: str
    why: str
    at: datetime


class Undo(NamedTuple):
    """How to take one batch of a change back: keys that came, rows that went."""

    came: list[bytes]
    went: list[Row]


class Notes:
    """The notes of one list, in its overlay file; every call belongs to the caller's transaction."""

    def __init__(self, overlay: Connection) -> None:
        self._overlay = overlay

    def create(self) -> None:
        """Make the tables where they are not there yet."""
        self._overlay.execute("CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        self._overlay.execute("CREATE TABLE IF NOT EXISTS undo (n INTEGER PRIMARY KEY, came BLOB, went BLOB)")

    def get(self, name: str) -> str:
        """The text under `name`; empty when there is none."""
        found = self._overlay.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return found[0] if found else ""

    def put(self, name: str, value: str) -> None:
        """Keep a text; an empty one is none."""
        if value:
            self._overlay.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
        else:
            self._overlay.execute("DELETE FROM note WHERE name = ?", (name,))

    def erased_upto(self, version: int, *, undo_keeps_withdrawn: bool) -> int:
        """What versions up to this one withdrew lies nowhere here any more; `version` is in force."""
        kept = undo_keeps_withdrawn and self._overlay.execute("SELECT 1 FROM undo WHERE length(went) > 0").fetchone()
        return min(int(self.get(FOLDED) or 0), version - 1 if kept else version)

    @property
    def held_back(self) -> HeldBack | None:
        """The version that was taken back, if the newest here is the one before it."""
        text = self.get(HELD)
        if not text:
            return None
        facts = json.loads(text)
        return HeldBack(facts["version"], facts["who"], facts["why"], datetime.fromisoformat(facts["at"]))

    def hold_back(self, held: HeldBack) -> None:
        """Remember a version that was taken back."""
        self.put(HELD, json.dumps(plain(held)))

    def forget_change(self) -> None:
        """There is nothing to go back to any more."""
        self._overlay.execute("DELETE FROM undo")
        self.put(PREVIOUS, "")

    def keep_change(self, undo: Undo) -> None:
        """One more batch of the change that is being made."""
        self._overlay.execute(
            "INSERT INTO undo (came, went) VALUES (?, ?)",
            (_joined(undo.came), _joined(part for row in undo.went for part in row)),
        )

    def last_change(self) -> Iterator[Undo]:
        """The batches of the last change, the last one first."""
        for came, went in self._overlay.execute("SELECT came, went FROM undo ORDER BY n DESC").fetchall():
            parts = list(_split(went))
            yield Undo(list(_split(came)), [Row(*pair) for pair in _pairs(parts)])


def _pairs(parts: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(parts[::2], parts[1::2], strict=True)


def _joined(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)


def _split(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        start = at + _LENGTH
        at = start + int.from_bytes(content[at:start], "big")
        yield content[start:at]
