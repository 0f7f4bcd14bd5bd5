"""The journal of imports: what each did, what it leaves for the next one, and why somebody accepted incomplete files.

A run is written once, in the transaction of its import, and never changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from data.errors import Damaged
from data.json_codec import decode
from data.json_errors import JsonError
from data.text import _
from sync.headquarters.store import tables
from sync.headquarters.store.database import RESTORE


@dataclass(frozen=True, slots=True)
class RunNotes:
    """What an import leaves behind for the next one, and for whoever asks later what was done."""

    source_date: str = ""
    """Of the source, in its own words."""
    parts: frozenset[str] = frozenset()
    """What the next import must not lack (`SourceInfo.parts`)."""
    unread: Mapping[str, int] = field(default_factory=dict)
    """By digest: how often a refused row that does not say whose it is occurred."""
    signs: tuple[str, ...] = ()
    """Why the files seemed to be incomplete."""
    reason: str = ""
    """Why they were accepted nevertheless."""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastImport:
    """One import as it was journalled."""

    run: int
    list: str
    as_of: datetime
    at: datetime
    notes: RunNotes


@dataclass(frozen=True, slots=True)
class OriginRuns:
    """Which import runs had a record, and where it was in their files."""

    run: int
    """That brought it as it is now; as it was last, if it was withdrawn."""
    seen: int | None
    """The last whose files held it; None for the newest, or the one before it was withdrawn."""
    withdrawn: int | None = None
    file: int | None = None
    """Which of that run's files, and which line of it, both from 1; None where that is not known."""
    line: int | None = None


def close_run(connection: Connection, run: int, notes: RunNotes) -> None:
    """Journal what an import did."""
    values = {
        "source_date": notes.source_date,
        "parts": json.dumps(sorted(notes.parts)),
        "unread": json.dumps(dict(sorted(notes.unread.items()))),
        "signs": json.dumps(notes.signs),
        "reason": notes.reason,
        "counts": json.dumps(dict(notes.counts)),
    }
    connection.execute(update(tables.runs).where(tables.runs.c.id == run).values(**values))


def past_imports(connection: Connection, name: str | None = None) -> list[PastImport]:
    """Every import, of one list or of all, oldest first."""
    query = select(tables.runs).order_by(tables.runs.c.id)
    rows = connection.execute(query if name is None else query.where(tables.runs.c.list == name))
    return [_past_import(row) for row in rows]


def notes_before(connection: Connection, run: int) -> RunNotes:
    """The notes of the last import of the same list before this one; empty ones for the first."""
    runs = tables.runs.c
    of_list = select(runs.list).where(runs.id == run).scalar_subquery()
    query = select(tables.runs).where(runs.list == of_list, runs.id < run).order_by(runs.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return _past_import(row).notes if row is not None else RunNotes()


def _past_import(row: Row[Any]) -> PastImport:
    notes = RunNotes(
        source_date=row.source_date,
        parts=frozenset(_read_texts(row.parts)),
        unread=_read_counts(row.unread),
        signs=_read_texts(row.signs),
        reason=row.reason,
        counts=_read_counts(row.counts),
    )
    as_of, at = datetime.fromisoformat(row.as_of), datetime.fromisoformat(row.at)
    return PastImport(row.id, row.list, as_of, at, notes)


def _read_texts(content: str) -> tuple[str, ...]:
    return decode(tuple[str, ...], content, _damaged_run)


def _read_counts(content: str) -> dict[str, int]:
    return decode(dict[str, int], content, _damaged_run)


def _damaged_run(_why: JsonError) -> Damaged:
    return Damaged(_("The note of an import cannot be read"), do=RESTORE)
