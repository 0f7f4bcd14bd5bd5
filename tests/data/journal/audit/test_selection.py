"""What an auditor reads: the events that are meant, oldest first, and each reading is an event itself."""

from datetime import timedelta

import pytest

from data.journal.audit.selection import EventFilter, JournalUse, ReadingPurpose, record_use, select_events
from data.journal.history import read_events, verify_journal
from data.journal.journal import Journal
from data.screenings import Verdict
from tests.data.support.journal_events import FINDINGS, NOW, fill_journal, screening
from tests.support.staff import make_actor, make_supervisor

ALL = ["screening", "screening", "decision", "list_changed", "opening"]


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (EventFilter(), ALL),
        (EventFilter(since=NOW), ALL),
        (EventFilter(since=NOW + timedelta(seconds=1)), []),
        (EventFilter(until=NOW), []),
        (EventFilter(until=NOW + timedelta(seconds=1)), ALL),
        (EventFilter(person="supervisor 1"), ["opening"]),
        (EventFilter(kind="screening"), ["screening", "screening"]),
        (EventFilter(kind="screening", outcome="refer"), ["screening"]),
        (EventFilter(outcome="refer"), ["screening", "decision"]),
        (EventFilter(person="' OR 1"), []),
    ],
)
def test_only_what_is_meant_is_read(journal: Journal, wanted: EventFilter, kinds: list[str]) -> None:
    fill_journal(journal)
    assert [selected.event.kind for selected in select_events(journal, wanted)] == kinds


def test_one_screening_and_the_newest_ones(journal: Journal) -> None:
    first = fill_journal(journal)
    journal.record_screening(screening(), FINDINGS, Verdict.CHECK, 1)
    of_first = select_events(journal, EventFilter(screening=str(first.id)))
    assert [selected.event.kind for selected in of_first] == ["screening", "screening", "decision"]
    assert [selected.event.kind for selected in select_events(journal, EventFilter(), most=2)] == [
        "opening",
        "screening",
    ]


def test_what_was_purged_says_so(journal: Journal) -> None:
    fill_journal(journal)
    with journal.writing() as connection:
        connection.execute("DELETE FROM detail WHERE event IN (SELECT id FROM event WHERE kind = 'screening')")
    assert [selected.is_purged for selected in select_events(journal, EventFilter())] == [True, True, *[False] * 3]
    assert verify_journal(journal).faults == ()


def test_a_reading_is_an_event_with_who_why_and_what(journal: Journal) -> None:
    fill_journal(journal)
    people = [make_supervisor("A. Sample"), make_actor("B. Sample")]
    wanted = EventFilter(since=NOW, kind="decision")
    record_use(journal, NOW, people, ReadingPurpose(JournalUse.EXPORTED, "Audit 3", wanted, has_details=True), 1)
    (event,) = read_events(journal, "journal_exported")
    assert event.person == "A. Sample" and event.outcome == "1" and event.detail["purpose"] == "Audit 3"
    assert event.detail["filters"] == {"since": "2026-11-21T08:00:00Z", "kind": "decision"}
    assert [person["role"] for person in event.detail["people"]] == ["supervisor", "officer"]
    assert event.detail["details"] is True and verify_journal(journal).faults == ()
