"""What an auditor reads of a journal: events by time, person, kind, screening and outcome, oldest first.

- Each use is an event itself (`record_use`), written before anything is shown: who, why, which events, how many.
- An event whose details were purged says so; nothing stands in for them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from data.journal.history import PastEvent, to_past_event
from data.journal.journal import Journal
from data.json_codec import to_json_value
from data.people.staff import Actor

WITHOUT_LIMIT = -1


class JournalUse(StrEnum):
    """How a journal was read: the kinds of the events that say so."""

    SHOWN = "journal_shown"
    EXPORTED = "journal_exported"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are meant; empty or None: all."""

    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is not meant."""
    person: str = ""
    """Service number of the person who acted."""
    kind: str = ""
    screening: str = ""
    outcome: str = ""
    """The verdict of a screening, the decision of a decision."""


@dataclass(frozen=True, slots=True)
class SelectedEvent:
    """One event, as an auditor reads it."""

    event: PastEvent
    is_purged: bool
    """Its details were deleted because they were due."""


def select_events(journal: Journal, wanted: EventFilter, *, most: int = WITHOUT_LIMIT) -> list[SelectedEvent]:
    """The newest `most` of the events that `wanted` means, oldest first."""
    conditions, values = ["1"], []
    for condition, value in (
        ("at >= ?", wanted.since and str(to_json_value(wanted.since))),
        ("at < ?", wanted.until and str(to_json_value(wanted.until))),
        ("person = ?", wanted.person),
        ("kind = ?", wanted.kind),
        ("screening = ?", wanted.screening),
        ("outcome = ?", wanted.outcome),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    query = f"""SELECT id, kind, at, person, outcome, screening, revision, body
                FROM event LEFT JOIN detail ON detail.event = event.id
                WHERE {" AND ".join(conditions)} ORDER BY at DESC, event.rowid DESC LIMIT ?"""  # noqa: S608 (ours)
    with journal.reading() as connection:
        rows = connection.execute(query, (*values, most)).fetchall()
    return [SelectedEvent(to_past_event(*row), is_purged=row[-1] is None) for row in reversed(rows)]


@dataclass(frozen=True, slots=True)
class ReadingPurpose:
    """Why somebody reads a journal, and how much of it."""

    use: JournalUse
    words: str
    """Empty where no details of travellers were read."""
    wanted: EventFilter
    has_details: bool


def record_use(journal: Journal, at: datetime, people: Sequence[Actor], purpose: ReadingPurpose, count: int) -> None:
    """Enter in the journal who reads `count` events of it and why; the first of `people` acts, a second one agreed."""
    filters = {name: value for name, value in asdict(purpose.wanted).items() if value}
    signatories = [{"number": person.number, "name": person.name, "role": person.role.value} for person in people]
    detail = {
        "people": signatories, "purpose": purpose.words, "filters": filters, "count": count,
        "details": purpose.has_details,
    }  # fmt: skip
    journal.record(purpose.use.value, at, people[0].number, str(count), detail)
