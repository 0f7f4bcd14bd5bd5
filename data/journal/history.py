"""Reading the journal back: what happened, newest first, with its details where they were not purged."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.journal.journal import Journal
from data.plain import plain


@dataclass(frozen=True, slots=True)
class Remembered:
    """One event as the journal kept it."""

    id: str
    kind: str
    at: datetime
    person: str
    outcome: str
    screening: str | None
    revision: int | None
    detail: dict[str, Any]
    """Empty when it was purged."""


def events(journal: Journal, kind: str, *, since: datetime | None = None, most: int = 1000) -> list[Remembered]:
    """Events of one kind (`screening`, `decision`, `list_changed`, `opening` …), newest first."""
    query = """SELECT id, kind, at, person, outcome, screening, revision, body
               FROM event LEFT JOIN detail ON detail.event = event.id
               WHERE kind = ? AND at >= ? ORDER BY at DESC, event.rowid DESC LIMIT ?"""
    with journal.reading() as connection:
        rows = connection.execute(query, (kind, str(plain(since)) if since else "", most)).fetchall()
    return [_remembered(*row) for row in rows]


def _remembered(
    event: str, kind: str, at: str, person: str, outcome: str, screening: str, revision: int, body: bytes | None
) -> Remembered:
    detail = json.loads(body) if body is not None else {}
    return Remembered(event, kind, datetime.fromisoformat(at), person, outcome, screening, revision, detail)
