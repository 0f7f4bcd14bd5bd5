"""Queries that rest on typing, counted for each person and day: a list must not be searched for people who are absent.

- A row says that a screening rested on typing, who asked, and when; nothing of the traveller. It goes after
  `KEPT_FOR`, by a time that is certain (`data.journal.retention`).
- A day of one person is notable with at least `LEAST_NOTABLE` typed queries that are more than twice the median of all
  persons' days at this post in the `COMPARED` before; a person's day counts there if they screened anybody. With fewer
  than `LEAST_DAYS` days of work to compare with, the least number alone decides.
- A typed query at the desk without a decision within the longest shift had perhaps no traveller: each is counted.
- Nothing is refused for it. Days are those of UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from data.journal.retention import AgingJournal, KeptFrom, delete_expired
from data.json_codec import to_json_value
from data.screenings import Screening
from data.store import Connection

KEPT_FOR = timedelta(days=17)
"""The days that are compared, and those that are shown."""
COMPARED = timedelta(days=14)
LEAST_NOTABLE = 10
LEAST_DAYS = 3
_SHIFT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class PersonDay:
    """What one person typed on one day."""

    day: date
    person: str
    """Service number."""
    typed: int
    """Screenings that rested on typing."""
    undecided: int
    """Of these, the ones at the desk on which nobody decided within the longest shift."""
    is_many: bool
    """Whether `typed` is notable."""


def note_typed_query(
    connection: Connection, journal: AgingJournal, screening: Screening, start: KeptFrom, at_desk: int
) -> None:
    """Count a screening that rests on typing, once, and forget what was kept for long enough.

    `at_desk` is 1 where a decision is due. The caller holds the transaction.
    """
    delete_expired(connection, "typed_query", journal.read_limits(connection, screening.at, KEPT_FOR))
    row = (str(screening.id), screening.officer, str(to_json_value(screening.at)), at_desk, start.at, start.ran_s)
    connection.execute("INSERT OR IGNORE INTO typed_query VALUES (?, ?, ?, ?, ?, ?)", row)


def find_notable_days(connection: Connection, now: datetime) -> tuple[PersonDay, ...]:
    """The days of persons since yesterday that a supervisor should look at, the newest first."""
    today = now.astimezone(UTC).date()
    days = [today, today - timedelta(days=1)]
    since = days[-1] - COMPARED
    typed = _count_typed(connection, since)
    worked = _read_worked(connection, since)
    undecided = _count_undecided(connection, days[-1], now)
    notable = []
    for day in days:
        history = [(each, typed.get((each, person), 0)) for each, person in worked if day - COMPARED <= each < day]
        for (typed_day, person), count in sorted(typed.items(), key=lambda each: (-each[1], each[0])):
            if typed_day == day:
                is_many = is_notable(count, history)
                open_count = undecided.get((day, person), 0)
                notable += [PersonDay(day, person, count, open_count, is_many)] if is_many or open_count else []
    return tuple(notable)


def is_notable(count: int, history: Sequence[tuple[date, int]]) -> bool:
    """Whether so many typed queries of one person on one day are; `history` has each person's earlier days of work."""
    if count < LEAST_NOTABLE:
        return False
    if len({day for day, _count in history}) < LEAST_DAYS:
        return True
    from statistics import median

    return count > 2 * median(count for _day, count in history)


def _count_typed(connection: Connection, since: date) -> dict[tuple[date, str], int]:
    query = "SELECT substr(at, 1, 10), person, count(*) FROM typed_query WHERE at >= ? GROUP BY 1, 2"
    return {
        (date.fromisoformat(day), person): count
        for day, person, count in connection.execute(query, (since.isoformat(),))
    }


def _read_worked(connection: Connection, since: date) -> set[tuple[date, str]]:
    query = "SELECT DISTINCT substr(at, 1, 10), person FROM event WHERE kind = 'screening' AND at >= ?"
    rows = connection.execute(query, (since.isoformat(),))
    return {(date.fromisoformat(day), person) for day, person in rows}


def _count_undecided(connection: Connection, since: date, now: datetime) -> dict[tuple[date, str], int]:
    """Of typed queries at the desk whose shift is over."""
    query = """SELECT at, person, (SELECT min(event.at) FROM event
                   WHERE event.screening = typed_query.screening AND event.kind = 'decision')
               FROM typed_query WHERE at_desk = 1 AND at >= ? AND at < ?"""
    counts: dict[tuple[date, str], int] = {}
    for day, person in _without_decision(connection.execute(query, _span(since, now)).fetchall()):
        counts[day, person] = counts.get((day, person), 0) + 1
    return counts


def _span(since: date, now: datetime) -> tuple[str, str]:
    first = datetime.combine(since, time(), UTC)
    return str(to_json_value(first)), str(to_json_value(now - _SHIFT))


def _without_decision(rows: Sequence[tuple[str, str, str | None]]) -> Iterator[tuple[date, str]]:
    for text, person, decided in rows:
        at = datetime.fromisoformat(text)
        if decided is None or datetime.fromisoformat(decided) - at > _SHIFT:
            yield at.date(), person
